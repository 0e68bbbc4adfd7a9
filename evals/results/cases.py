"""What an evaluation found, case by case: what every figure, comparison and page is made from.

Knows nothing of agents or of how cases come about.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Said(_Record):
    """One message of a transcript."""

    role: Literal["person", "agent"]
    """Who."""
    text: str
    """As it was read or written."""
    items: list[str] = []
    """Titles that the agent recommends with it, best first."""


class Case(_Record):
    """One case of a suite."""

    suite: str
    """`dialogue`, `ranking`, …"""
    id: str
    """Unique in its suite."""
    cluster: str
    """Whose it is: cases of one user are not independent."""
    group: str = ""
    """What cases that differ in their seed alone have in common; empty where there is one seed."""
    slices: dict[str, str] = {}
    """Property -> value, by which figures are told apart (`users` -> `new`)."""
    scores: dict[str, float] = {}
    """Metric -> value; a metric that says nothing of this case is not there."""
    error: str = ""
    """Why it has no scores; empty where it has."""
    seconds: float = 0.0
    """That the agent took."""
    turns: int = 0
    """Messages that the agent answered."""
    tokens: int = 0
    """Of the agent's language model."""
    calls: int = 0
    """Of the agent's language model."""
    transcript: list[Said] = []
    """What was said."""
    notes: list[str] = []
    """What the scorer saw, in sentences: which wish an item breaks, which title does not exist."""


class Run(_Record):
    """One agent over some suites."""

    format: int = 1
    """Of this record; another version's cannot be compared."""
    agent: str
    """As it was named."""
    model: str
    """Its language model; `deterministic` for none."""
    catalog: str
    """Whose items."""
    seed: int
    """Draws cases and what simulated people do."""
    made: str
    """When, ISO 8601."""
    environment: dict[str, str | int | float] = {}
    """Machine and versions."""
    figures: dict[str, dict[str, float]] = {}
    """Suite -> figures of all its cases together that are no means over cases (coverage)."""
    cases: list[Case] = []
    """In the order of their suites and ids."""

    def suites(self) -> list[str]:
        """Names of the suites, in order."""
        return list(dict.fromkeys(one.suite for one in self.cases))

    def of(self, suite: str) -> list[Case]:
        """The cases of one suite."""
        return [one for one in self.cases if one.suite == suite]


class Metric(_Record):
    """What a score means."""

    better: Literal["higher", "lower"]
    """Which way is good."""
    about: str
    """In a few words, for tables."""
    target: float | None = None
    """What the product is held to."""
    gates: bool = True
    """Whether being worse in it stops a gate: not what only describes, nor what the machine's other
    work changes."""


def metrics_of(cases: Iterable[Case]) -> list[str]:
    """Names of the metrics that any case has, in the order of their first appearance."""
    return list(dict.fromkeys(name for one in cases for name in one.scores))


def scored(cases: Sequence[Case], metric: str) -> list[Case]:
    """The cases that have a score of a metric."""
    return [one for one in cases if metric in one.scores]
