"""What a suite is: cases that are drawn, what the agent does with one, and what that is worth.

The three steps are kept apart so that a log can be judged again without any model: `judge` sees
what was given and the record of what was done, and nothing else but the catalogue.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ...catalog.store import Catalog, resolve_catalog
from ...errors import BadInputError
from ...packages import Progress, silent
from ...settings import Settings, load_settings
from ..agents.face import Face
from ..agents.naming import agent_named
from ..results.cases import Said


class Options(BaseModel):
    """What a run judges."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: str = "tastemaker"
    """`tastemaker`, `deterministic`, `openai:URL#MODEL`, `module:callable`."""
    model: str | None = None
    """Language model of `tastemaker`; none: the configured one."""
    catalog: str = "movies"
    """Whose items and people."""
    seed: int = 0
    """Draws cases and what simulated people do."""
    limit: int | None = None
    """Cases of a suite at most; none: as many as the suite has."""
    seeds: int = 1
    """Tries of each dialogue, with other seeds, for pass^k."""
    imported: str | None = None
    """File of `tastemaker eval import`, for the suite of that name."""
    phrased: bool = False
    """Whether a language model words what simulated people say; what they decide stays code's."""


class Draft(BaseModel):
    """One case before it is tried."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """Unique in its suite."""
    cluster: str
    """Whose it is."""
    group: str = ""
    """What cases that differ in their seed alone have in common."""
    slices: dict[str, str] = {}
    """Property -> value."""
    given: dict[str, Any]
    """All that is needed to try it, as JSON."""
    asks: str
    """What it is about, in a line."""


class Judged(BaseModel):
    """What a case was worth."""

    model_config = ConfigDict(extra="forbid")

    scores: dict[str, float]
    """Metric -> value."""
    notes: list[str] = []
    """What was seen, in sentences."""
    said: list[Said] = []
    """What was said."""
    seconds: float = 0.0
    """That the agent took."""
    turns: int = 0
    """Messages that it answered."""
    tokens: int = 0
    """Of its language model."""
    calls: int = 0
    """Of its language model."""


@dataclass
class Bench:
    """What the suites of one run share; each part is opened when it is first needed."""

    options: Options
    """What is judged."""
    progress: Progress = silent
    """Told of slow steps."""
    ended: Callable[[], None] = lambda: None
    """Called after each case."""
    shared: dict[str, Any] = field(default_factory=dict)
    """What a suite computes once for all of its cases."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @cached_property
    def catalog(self) -> Catalog:
        """Whose items."""
        return resolve_catalog(self.options.catalog, self.progress)

    @cached_property
    def settings(self) -> Settings:
        """With the model that is judged."""
        settings = load_settings()
        if self.options.model is not None:
            settings.llm.model = self.options.model
        return settings

    @cached_property
    def face(self) -> Face:
        """The agent."""
        return agent_named(self.options.agent, self.catalog, self.settings, self.progress)

    @property
    def ours(self) -> bool:
        """Whether the agent is Tastemaker, so that its parts can be judged."""
        return self.options.agent in ("tastemaker", "deterministic")

    @property
    def embedded(self) -> bool:
        """Whether the agent asks the language model of this machine."""
        return self.options.agent == "tastemaker" and self.settings.llm.base_url is None

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, made by whoever comes first."""
        with self._lock:
            if name not in self.shared:
                self.shared[name] = make()
            return self.shared[name]

    def close(self) -> None:
        """Close the agent, where it was opened."""
        if "face" in self.__dict__:
            self.face.close()


Given = Mapping[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """One suite."""

    name: str
    """`dialogue`, …"""
    about: str
    """In a sentence."""
    judges: Literal["any agent", "tastemaker"]
    """Whom it can judge."""
    draw: Callable[[Bench], Sequence[Draft]]
    """The cases; the same for the same options."""
    act: Callable[[Bench, Given], Record]
    """Try one case; what was done, as JSON. Raises TastemakerError where the agent fails."""
    judge: Callable[[Bench, Given, Record], Judged]
    """What it was worth; asks no model."""
    figures: Callable[[Bench, Sequence[tuple[Given, Record]]], dict[str, float]] | None = None
    """Figures of all cases together that are no means over cases."""
    at_once: int = 16
    """Cases in flight."""

    def drafts(self, bench: Bench) -> list[Draft]:
        """The cases that are tried.

        Raises:
            BadInputError: the suite cannot judge this agent, or the data has no case.
        """
        if self.judges == "tastemaker" and not bench.ours:
            raise BadInputError(
                f"The suite {self.name} judges Tastemaker's own parts, not {bench.options.agent}."
            )
        drafts = list(self.draw(bench))[: bench.options.limit]
        if not drafts:
            name = bench.catalog.manifest.name
            raise BadInputError(f"The catalogue {name} has no case for the suite {self.name}.")
        return drafts


_BENCHES: dict[str, Bench] = {}


def bench_of(options: Options) -> Bench:
    """The bench of some options, one in a process until it is forgotten."""
    return _BENCHES.setdefault(options.model_dump_json(), Bench(options))


def forget(options: Options) -> None:
    """Close the bench of some options."""
    if bench := _BENCHES.pop(options.model_dump_json(), None):
        bench.close()
