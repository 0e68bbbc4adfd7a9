"""What the nodes work with: everything that is not state."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.tools import BaseTool
from langgraph.config import get_stream_writer
from langgraph.store.base import BaseStore

from ..catalog.store import Catalog
from ..files import data_dir
from ..generation.text.wording import title_forms
from ..recommender.recommender import Recommender
from ..settings import Settings
from ..tools.illustrate import FindStudio, no_studio
from .language_model import Connect
from .pictures import PictureStore
from .reading.readers import Readers


@dataclass
class Resources:
    """The parts of one agent."""

    settings: Settings
    recommender: Recommender
    readers: Readers
    tools: list[BaseTool]
    store: BaseStore
    connect: Connect
    pictures: PictureStore
    """What people showed."""
    find_studio: FindStudio = no_studio
    """What paints."""
    paintings: Path = field(default_factory=lambda: data_dir() / "paintings")
    """The folder of what was painted in conversations."""
    uses_llm: bool = True
    """Whether a language model is wanted, so that one that does not answer is missing."""
    sees: bool = False
    """Whether the language model takes pictures."""
    prompts_taught: frozenset[str] = frozenset()
    """Prompts that the language model has learnt, so that they come without instructions."""

    calibrated_weight: float = 0.0
    """What `tastemaker eval order` found for the language model."""

    @property
    def catalog(self) -> Catalog:
        """The catalogue that the agent talks about."""
        return self.recommender.catalog

    @property
    def llm_reads(self) -> bool:
        """Whether the language model marks messages."""
        settings = self.settings.llm
        if settings.reads is not None:
            return settings.reads
        return self.taught("read") or settings.base_url is not None

    @property
    def llm_weight(self) -> float:
        """Share of the language model's order in the final order."""
        weight = self.settings.agent.llm_weight
        return self.calibrated_weight if weight is None else weight

    def item_picture(self, item_id: str) -> Path | None:
        """The first picture of an item; none where it has none."""
        images = self.catalog.item(item_id).images
        return self.catalog.folder / images[0] if images else None

    def taught(self, prompt: str) -> bool:
        """Whether the language model has learnt a prompt's task."""
        return prompt in self.prompts_taught

    @cached_property
    def titles(self) -> frozenset[str]:
        """Every title of the catalogue, as sentences are searched for them."""
        return title_forms(self.catalog.titles)


def emit(kind: str, **values: Any) -> None:
    """Send an event to whoever streams the turn; to nobody, where a tool is called alone."""
    try:
        write = get_stream_writer()
    except (KeyError, RuntimeError):
        return
    write({"type": kind, **values})
