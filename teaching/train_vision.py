"""`tastemaker train vision`: a taught adapter learns to see; it keeps what it knew."""

import json
import platform
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ..catalog.store import resolve_catalog
from ..errors import BadInputError
from ..packages import Progress, silent
from ..prompts import prompt_hash
from ..recommender.cross_modal import WEIGHTS
from ..recommender.text_encoder import TextEncoder
from ..serving.adapters import CARD, base_of, is_adapter
from ..serving.llava import PROJECTOR
from ..serving.models import resolve_model
from .lora import Example
from .messages import read_messages
from .reading_task import reading_examples
from .reasons_task import read_written, reason_examples
from .seeing.drawings import SETS, drawings
from .seeing.learning import SeeingLearned, SeeingSettings, Views, learn_to_see
from .seeing.pictures import Picture, catalog_pictures
from .seeing.text_map import MapCard, MapSettings, save_map, train_map
from .seeing.tower import Tower
from .train_llm import PROMPTS, LLMCard, accelerator, adapter_folder, split, word_pools

SIGHT_PROMPTS = ("describe", "choose", "pick")
ITEM_VIEWS = 4
"""Views of each item's picture: as it is, and three crops."""
REPEATED_MESSAGES = 6000
"""Reading examples to draw repetitions from."""


class SeeingCard(BaseModel):
    """How an adapter learnt to see."""

    model_config = ConfigDict(extra="forbid")

    tower: str
    """The image tower that the projector belongs to."""
    pictures: dict[str, str]
    """Set of pictures -> its licence."""
    command: str
    """What made it."""
    settings: SeeingSettings
    """How it learnt."""
    learned: SeeingLearned
    """What it learnt from, and how long that took."""
    machine: str
    """On what."""


class VisionCard(LLMCard):
    """The card of an adapter that sees: what it was taught before, and its eyes."""

    seeing: SeeingCard
    """How it learnt to see."""


def train_text_map(
    *,
    folder: Path,
    catalogs: Sequence[str],
    text_encoder: str,
    image_encoder: str,
    settings: MapSettings,
    command: str,
    progress: Progress = silent,
) -> MapCard:
    """Learn the map from text to pictures and write it into `folder`.

    Raises:
        BadInputError: a catalogue has no pictures, or the folder holds other things.
        MissingError: drawings, weights or what renders them cannot be had.
    """
    empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not empty and not (folder / WEIGHTS).is_file():
        raise BadInputError(f"{folder} holds other things than a map; give another folder.")
    pictures, licences = learnt_pictures(catalogs, progress)
    tower = Tower(resolve_model(image_encoder, progress))
    images = tower.embeds(tower.states([(picture, 0) for picture in pictures], progress))
    encoder = TextEncoder(resolve_model(text_encoder, progress))
    texts = encoder.encode([picture.caption for picture in pictures])
    began = time.monotonic()
    mapped = train_map(pictures, texts, images, settings, progress)
    card = MapCard(
        text_encoder=text_encoder,
        image_encoder=image_encoder,
        pictures=licences,
        pairs=len(pictures),
        command=command,
        settings=settings,
        seconds=round(time.monotonic() - began, 1),
        machine=machine(),
    )
    save_map(mapped, card, folder)
    return card


def train_vision(
    *,
    name: str,
    start: Path,
    catalogs: Sequence[str],
    tower: str,
    settings: SeeingSettings,
    command: str,
    progress: Progress = silent,
) -> VisionCard:
    """Teach the adapter `start` to see and keep it as `name` in the user's data folder.

    Args:
        catalogs: whose items' pictures, titles and kinds are learnt, beside the drawings.

    Raises:
        BadInputError: the name is none or taken, `start` no adapter, a catalogue without pictures.
        MissingError: drawings, weights or what renders them cannot be had.
    """
    target = adapter_folder(name)
    if (target / CARD).exists():
        raise BadInputError(f"{target} exists; give another --name, or remove it first.")
    if not is_adapter(start):
        raise BadInputError(f"{start} holds no adapter to go on from.")
    before = _card_before(start)
    learnt, licences = learnt_pictures(catalogs, progress)
    views = [
        (picture, view) for picture in learnt for view in range(1 if picture.drawn else ITEM_VIEWS)
    ]
    states = Tower(resolve_model(tower, progress)).states(views, progress)
    learned = learn_to_see(
        resolve_model(base_of(start), progress),
        start,
        Views(views, states, settings.noise),
        learnt,
        _known(settings.seed, progress),
        target,
        settings,
        progress,
    )
    prompts = {one: prompt_hash(one) for one in (*PROMPTS["all"], *SIGHT_PROMPTS)}
    card = VisionCard(
        **{**before.model_dump(exclude={"tower"}), "prompts": prompts},
        tower=tower,
        seeing=SeeingCard(
            tower=tower,
            pictures=licences,
            command=command,
            settings=settings,
            learned=learned,
            machine=machine(),
        ),
    )
    (target / CARD).write_text(card.model_dump_json(indent=1), encoding="utf-8")
    assert (target / PROJECTOR).is_file()
    return card


def all_pictures(
    catalogs: Sequence[str], progress: Progress = silent
) -> tuple[list[Picture], dict[str, str]]:
    """Every drawing and every item's picture, and set -> licence.

    Raises:
        BadInputError: a catalogue has no pictures.
        MissingError: drawings or what renders them cannot be had.
    """
    licences = {one.name: one.licence for one in SETS}
    items: list[Picture] = []
    for each in catalogs:
        catalog = resolve_catalog(each, progress)
        found = catalog_pictures(catalog)
        if not found:
            raise BadInputError(f"The catalogue {each} has no pictures; leave it out.")
        licences[catalog.manifest.name] = catalog.manifest.licence
        items += found
    return [*drawings(progress), *items], licences


def learnt_pictures(
    catalogs: Sequence[str], progress: Progress = silent
) -> tuple[list[Picture], dict[str, str]]:
    """Those of `all_pictures` that are not held out."""
    pictures, licences = all_pictures(catalogs, progress)
    return [picture for picture in pictures if not picture.held_out], licences


def _card_before(start: Path) -> LLMCard:
    """What an adapter was taught, without how it learnt to see."""
    try:
        card = json.loads((start / CARD).read_text(encoding="utf-8"))
        return LLMCard.model_validate({k: v for k, v in card.items() if k != "seeing"})
    except (OSError, ValueError, AttributeError) as error:
        raise BadInputError(
            f"{start / CARD} is missing or damaged; train the adapter again with"
            " `tastemaker train llm`."
        ) from error


def machine() -> str:
    """What a figure or a training was made on, and when."""
    return f"{platform.machine()}, {accelerator()}, {time.strftime('%Y-%m-%d')}"


def _known(seed: int, progress: Progress) -> list[Example]:
    """What the adapter was taught before: messages to mark, reasons to word."""
    learnt = split(read_messages()).learnt
    pools = word_pools(["movies", "art"], progress)
    return [
        *reading_examples(learnt, REPEATED_MESSAGES, seed, pools),
        *reason_examples(read_written(), 2, seed, seen=0.5),
    ]
