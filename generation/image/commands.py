"""`tastemaker paint`: a catalogue is opened, one image is planned, painted, checked and signed."""

from pathlib import Path

from ...catalog.store import resolve_catalog
from ...packages import Progress, silent
from ...recommender.recommender import Recommender
from ...recommender.text_encoder import TextEncoder
from ...serving.models import resolve_model
from ...settings import load_settings
from ..recommending import check_user
from ..text.brand import Brand, read_brand
from ..text.commands import item_named
from ..text.writer import open_writer
from .choosing import chooser
from .formats import format_named
from .layouts import layout_named
from .motion import moving
from .painting import Report, paint_plans
from .planning import Order, plan_picture
from .saving import check_target, save_image
from .studio import open_studio


def painted(
    catalog: str | None,
    order: Order,
    out: Path,
    *,
    brand_file: Path | None = None,
    motion: bool = False,
    replace: bool = False,
    progress: Progress = silent,
) -> Report:
    """Paint one image into a file; `order.item_id` may be the item's title.

    Raises:
        BadInputError: something that is named is not there, a text does not fit, or the file cannot
            be written.
        MissingError: a model or the signing key is not there, or an optional package is not
            installed.
    """
    check_target(out, moving=motion, replace=replace)
    format_named(order.format)
    if order.layout:
        layout_named(order.layout)
    settings = load_settings()
    brand = read_brand(brand_file) if brand_file else Brand()
    opened = resolve_catalog(catalog or settings.catalog, progress)
    order = order.model_copy(update={"item_id": item_named(opened, order.item_id)})
    if order.user is not None:
        check_user(opened, order.user)
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    recommender = Recommender.open(opened, encoder, progress)
    studio = open_studio(settings, recommender, brand=brand, progress=progress)
    if settings.llm.chooses_tools:
        writer = open_writer(settings, progress)
        studio.choose = chooser(writer.model, opened.manifest.item_noun)
    [done] = paint_plans(studio, [plan_picture(studio, order)], progress)
    frames = moving(studio, done, progress) if motion else [done.image]
    save_image(frames, done.report, out, replace=replace)
    return done.report
