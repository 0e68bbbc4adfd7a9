"""`tastemaker train llm`: the embedded model learns its job; the adapter comes with a card."""

import platform
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ..catalog.store import resolve_catalog
from ..errors import BadInputError
from ..files import data_dir
from ..packages import Progress, silent
from ..prompts import prompt_hash
from ..serving.adapters import CARD, AdapterCard, is_adapter, weights_digest
from ..serving.models import resolve_model
from .augmentation import Pools, invented_pools, vocabulary_pool
from .held_out import HeldOut, measure
from .lora import Example, Learned, LoraSettings, learn
from .messages import Message, read_messages
from .reading_task import reading_examples
from .reasons_task import read_written, reason_examples

Task = Literal["all", "read", "reasons"]
Budget = Literal["small", "full"]
PROMPTS: dict[Task, tuple[str, ...]] = {
    "read": ("read",),
    "reasons": ("reason", "respond", "answer", "copy", "follow_up"),
    "all": ("read", "reason", "respond", "answer", "copy", "follow_up"),
}
MESSAGES: dict[Budget, int] = {"small": 3_000, "full": 20_000}
"""Reading examples."""
PASSES: dict[Budget, int] = {"small": 1, "full": 2}
"""Times that each written case is learnt."""
HELD_OUT_NOUNS = frozenset({"camera", "guitar", "toy", "hotel", "cheese", "series"})
"""Kinds of catalogue whose messages are never learnt."""
HELD_OUT_MESSAGES = 20
"""Of the others every so-manieth message is never learnt."""


class LLMCard(AdapterCard):
    """The card of an adapter: base, prompts, and how it was made."""

    model_config = ConfigDict(extra="forbid")

    command: str
    """What made it."""
    seed: int
    """Seed of data and training."""
    settings: LoraSettings
    """How it learnt."""
    learned: Learned
    """What it learnt from, and how long that took."""
    machine: str
    """On what."""
    held_out: list[HeldOut]
    """Figures on messages that it never learnt from."""


class Split(BaseModel):
    """Messages to learn from, and two kinds that are kept out."""

    learnt: list[Message]
    """Learnt."""
    messages: list[Message]
    """Others of the same catalogues."""
    catalogues: list[Message]
    """Those of whole kinds of catalogue."""


def split(messages: Sequence[Message]) -> Split:
    """The split by which figures on cards are made."""
    catalogues = [one for one in messages if one.noun in HELD_OUT_NOUNS]
    rest = [one for one in messages if one.noun not in HELD_OUT_NOUNS]
    return Split(
        learnt=[one for n, one in enumerate(rest) if n % HELD_OUT_MESSAGES],
        messages=[one for n, one in enumerate(rest) if n % HELD_OUT_MESSAGES == 0],
        catalogues=catalogues,
    )


def train_llm(
    *,
    name: str,
    task: Task,
    budget: Budget,
    catalogs: Sequence[str],
    start: Path | None,
    base: str,
    seed: int,
    command: str,
    progress: Progress = silent,
) -> LLMCard:
    """Teach the base model and keep the adapter as `name` in the user's data folder.

    Args:
        catalogs: whose words the messages are varied with, beside those written into them.
        start: an adapter to go on from.

    Raises:
        BadInputError: a catalogue has no words, the name is none or taken, or `start` no adapter.
        MissingError: trl or the weights are missing, or the disk is full; a later run goes on.
    """
    target = adapter_folder(name)
    if (target / CARD).exists():
        raise BadInputError(f"{target} exists; give another --name, or remove it first.")
    if start is not None and not is_adapter(start):
        raise BadInputError(f"{start} holds no adapter to go on from.")
    pools = word_pools(catalogs, progress)
    parts = split(read_messages())
    settings = LoraSettings(seed=seed)
    examples: list[Example] = []
    if task in ("all", "read"):
        examples += reading_examples(parts.learnt, MESSAGES[budget], seed, pools)
    if task in ("all", "reasons"):
        examples += reason_examples(read_written(), PASSES[budget], seed)
    folder = resolve_model(base, progress)
    learned = learn(folder, examples, target, settings, progress, start)
    held_out = []
    if task in ("all", "read"):
        few = random.Random(seed)
        for what, kept in (
            ("messages", parts.messages),
            ("kinds of catalogue", parts.catalogues),
        ):
            chosen = few.sample(kept, min(len(kept), 120))
            held_out.append(measure(folder, target, what, chosen, progress))
    card = LLMCard(
        base=base,
        base_sha256=weights_digest(folder),
        prompts={prompt: prompt_hash(prompt) for prompt in PROMPTS[task]},
        command=command,
        seed=seed,
        settings=settings,
        learned=learned,
        machine=f"{platform.machine()}, {accelerator()}, {time.strftime('%Y-%m-%d')}",
        held_out=held_out,
    )
    (target / CARD).write_text(card.model_dump_json(indent=1), encoding="utf-8")
    return card


def adapter_folder(name: str) -> Path:
    """Where an adapter of the user lies.

    Raises:
        BadInputError: the name has other characters than letters, digits, underscore and hyphen.
    """
    if not name.replace("-", "").replace("_", "").isalnum():
        raise BadInputError(
            f"{name!r} cannot name an adapter: use letters, digits, underscore and hyphen."
        )
    return data_dir() / "adapters" / name


def word_pools(names: Sequence[str], progress: Progress) -> dict[str, Pools]:
    """Item noun -> words of the catalogues of such items."""
    pools: dict[str, Any] = invented_pools()
    for name in names:
        catalog = resolve_catalog(name, progress)
        words = vocabulary_pool(catalog.manifest)
        if not words:
            raise BadInputError(
                f"The catalogue {catalog.manifest.name} has no attribute with words (categories or"
                " lists), so nothing can be taught from it; leave it out."
            )
        noun = catalog.manifest.item_noun
        pools[noun] = {"want": words, "avoid": words}
    return pools


def accelerator() -> str:
    """What training runs on, in words."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"{torch.get_num_threads()} CPU cores"
