"""A brief meets its catalogue, its people and its models."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...catalog.store import resolve_catalog
from ...errors import BadInputError
from ...packages import Progress, silent
from ...recommender.recommender import Recommender
from ...recommender.text_encoder import TextEncoder
from ...serving.models import resolve_model
from ...serving.probe import check_endpoint
from ...serving.server import server_status
from ...settings import Settings, load_settings
from ..image.formats import format_named
from ..image.studio import open_studio
from ..recommending import open_for
from ..text.brand import Brand, read_brand
from ..text.channels import channel_named
from ..text.writer import open_writer
from .audience import recipients
from .brief import Brief
from .estimating import Estimate, estimate
from .items import items_for
from .jobs import Job, jobs_of
from .making import Workshop

PROBE_SECONDS = 2.0


@dataclass(frozen=True)
class Opened:
    """What can be said before a model is loaded."""

    brief: Brief
    """What is wanted."""
    brand: Brand
    """How it speaks and looks."""
    recommender: Recommender
    """Items and people."""
    settings: Settings
    """Which models."""


def open_brief(brief: Brief, progress: Progress = silent) -> Opened:
    """Everything that is checked before anything slow begins.

    Raises:
        BadInputError: a channel, a format, the brand file or the catalogue is wrong or not there.
        MissingError: a model cannot be had.
    """
    settings = load_settings()
    brand = read_brand(brief.brand) if brief.brand else Brand()
    for channel in brief.assets.copy_channels:
        channel_named(channel, brand.channels)
    for format in brief.assets.images:
        format_named(format)
    catalog = resolve_catalog(brief.catalog, progress)
    if brief.items.recommended is not None and catalog.manifest.users:
        recommender = open_for(brief.catalog, progress)
    else:
        encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
        recommender = Recommender.open(catalog, encoder, progress)
    return Opened(brief, brand, recommender, settings)


def workshop_of(opened: Opened, progress: Progress = silent) -> Workshop:
    """What a campaign is made with; the language model's server is started where it is needed.

    Raises:
        BadInputError, MissingError, LLMError: a model cannot be had.
    """
    studio = None
    if opened.brief.assets.images:
        studio = open_studio(
            opened.settings, opened.recommender, brand=opened.brand, progress=progress
        )
    writes = opened.brief.language_model and (
        opened.brief.assets.copy_channels or opened.brief.assets.explanations
    )
    writer = open_writer(opened.settings, progress) if writes else None
    if writer is not None:
        writer = replace(writer, needed=True)
    name = opened.settings.llm.model or str(opened.settings.llm.base_url)
    return Workshop(
        brief=opened.brief, brand=opened.brand, recommender=opened.recommender, studio=studio,
        writer=writer, writer_name=name if writer else "",
    )  # fmt: skip


def jobs_in(opened: Opened) -> Iterator[list[Job]]:
    """Every asset that is asked for: one list for each recipient and item."""
    brief = opened.brief
    people = recipients(opened.recommender, brief.audience, brief.seed)
    return jobs_of(brief, people, items_for(opened.recommender, brief.items))


def estimated(opened: Opened, progress: Progress = silent) -> Estimate:
    """How much it is: every recipient's items are found, nothing is kept of them but their number.

    Raises:
        BadInputError: nothing would be made.
    """
    brief = opened.brief
    wanted = items_for(opened.recommender, brief.items)
    people = pairs = 0
    for recipient in recipients(opened.recommender, brief.audience, brief.seed):
        people += 1
        pairs += len(wanted(recipient))
        progress("recipients planned", people, None)
    if not pairs:
        raise BadInputError("Nothing would be made: no recipient has an item.")
    return estimate(brief, pairs, people)


def model_answers(settings: Settings) -> bool:
    """Whether the language model answers."""
    if settings.llm.base_url is not None:
        key = settings.llm.api_key.get_secret_value()
        return check_endpoint(settings.llm.base_url, key, PROBE_SECONDS)
    port = server_status().port
    return port is not None and check_endpoint(f"http://127.0.0.1:{port}/v1", "none", PROBE_SECONDS)
