"""The one form that cases of every public set are brought into."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from ..results.cases import Said

Source = Literal["redial", "inspired", "tau-rec", "lamp", "tallrec"]
SOURCES: tuple[str, ...] = get_args(Source)


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Predicate(_Record):
    """One condition on what is recommended, checked against the catalogue."""

    attribute: str
    """As the set's own catalogue names it (`runtime`)."""
    operator: Literal["<=", ">=", "==", "!=", "contains", "contains_any", "not_contains", "in"]
    """Between the item's value and this one; `contains` asks whether the item's list has it."""
    value: bool | int | float | str | list[str]
    """What is compared with."""
    tag: Literal["volunteer", "on_ask", "hidden"]
    """When the person says it: unasked, when asked, never."""


class ImportedCase(_Record):
    """One thing that an agent is asked, with what is right."""

    source: Source
    """The public set."""
    id: str
    """Unique in its file."""
    user: str = ""
    """Whose it is, or of which dialogue; cases that share it are not independent. Empty where the
    set tells nobody apart."""
    dialogue: list[Said] = []
    """What was said before the judged reply; an agent's message has the titles that it names."""
    persona: str = ""
    """What a simulated person is told to be."""
    profile: list[dict[str, str]] = []
    """What the person wrote or chose before, each with the set's own fields."""
    liked: list[str] = []
    """Titles that the person is known to like before the reply."""
    disliked: list[str] = []
    """Titles that the person is known not to like."""
    targets: list[str] = []
    """Titles of which any is a right recommendation; with a question, the titles it is about."""
    abstain: bool = False
    """Whether the right reply recommends nothing, as nothing fits."""
    predicates: list[Predicate] = []
    """Conditions that a right recommendation meets, all of them."""
    question: str = ""
    """What is asked, in the set's own words; empty where a recommendation is asked for."""
    answer: str = ""
    """The right answer to it."""
    options: list[str] = []
    """The answers there are; empty where the answer is free text."""
    notes: list[str] = []
    """What else the set says, as `kind: text` (`service: Hulu`)."""


class Imported(_Record):
    """What an import did."""

    source: Source
    """The set that was named or recognised."""
    cases: int
    """Written."""
    users: int
    """Distinct ones that the set tells apart."""
    skipped: dict[str, int] = {}
    """Reason -> entries that were left out for it."""
    first_skipped: list[str] = []
    """The first few as `file:line reason`."""
