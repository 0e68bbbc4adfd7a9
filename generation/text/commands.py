"""`tastemaker explain` and `tastemaker write`: a catalogue is opened, and one text is written."""

from pathlib import Path

from ...catalog.store import Catalog, resolve_catalog
from ...errors import BadInputError
from ...packages import Progress, silent
from ...recommender.recommender import Recommender
from ...recommender.text_encoder import TextEncoder
from ...serving.models import resolve_model
from ...settings import Settings, load_settings
from ..recommending import check_user
from .brand import Brand, read_brand
from .channels import channel_named
from .copywriting import Asset, write_copy
from .explaining import Explanation, explain
from .writer import Writer, open_writer


def explained(
    catalog: str | None,
    item: str,
    *,
    user: str | None,
    question: str,
    use_llm: bool,
    progress: Progress = silent,
) -> Explanation:
    """One explanation.

    Raises:
        BadInputError: the catalogue, the item or the user is not there.
        MissingError, LLMError: the model is wanted and cannot be had.
    """
    settings = load_settings()
    opened = resolve_catalog(catalog or settings.catalog, progress)
    item_id = item_named(opened, item)
    if user is not None:
        check_user(opened, user)  # before anything slow begins
    recommender, writer = _opened(settings, opened, use_llm, progress)
    return explain(recommender, item_id, user=user, question=question, writer=writer)


def written(
    catalog: str | None,
    item: str,
    channel: str,
    *,
    user: str | None,
    brand_file: Path | None,
    use_llm: bool,
    progress: Progress = silent,
) -> Asset:
    """The copy of one channel.

    Raises:
        BadInputError: the catalogue, the item, the user, the channel or the brand file is wrong.
        MissingError, LLMError: the model is wanted and cannot be had.
    """
    settings = load_settings()
    brand = read_brand(brand_file) if brand_file else Brand()
    channel_named(channel, brand.channels)
    opened = resolve_catalog(catalog or settings.catalog, progress)
    item_id = item_named(opened, item)
    if user is not None:
        check_user(opened, user)
    recommender, writer = _opened(settings, opened, use_llm, progress)
    return write_copy(recommender, item_id, channel, user=user, brand=brand, writer=writer)


def item_named(catalog: Catalog, item: str) -> str:
    """The id of an item that is named by its id or its exact title, whatever its capitals.

    Raises:
        BadInputError: there is none, or several have that title.
    """
    if catalog.row_of(item) is not None:
        return item
    wanted = item.strip().casefold()
    rows = [n for n, title in enumerate(catalog.titles) if title.casefold() == wanted]
    if not rows:
        raise BadInputError(
            f"The catalogue {catalog.manifest.name} has no item {item!r}; give an id or a title."
        )
    if len(rows) > 1:
        ids = ", ".join(catalog.item_ids[row] for row in rows[:5])
        raise BadInputError(f"Several items are called {item!r}; give an id: {ids}.")
    return catalog.item_ids[rows[0]]


def _opened(
    settings: Settings, catalog: Catalog, use_llm: bool, progress: Progress
) -> tuple[Recommender, Writer | None]:
    writer = open_writer(settings, progress) if use_llm else None
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    return Recommender.open(catalog, encoder, progress), writer
