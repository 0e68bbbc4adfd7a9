"""What each reader found in one message, before it is put together."""

from dataclasses import dataclass

from .comparatives import Comparison
from .feedback import Clause
from .interpretation import Interpretation
from .numbers import Found, Numbers
from .references import Pointed
from .text import Token


@dataclass(frozen=True)
class Parts:
    """One message in parts."""

    text: str
    """Folded, titles as placeholders, numbers spelled out."""
    tokens: list[Token]
    """Its tokens."""
    titles: list[str]
    """Items, one for each placeholder."""
    title_places: list[int]
    """Where the placeholders stand."""
    value_places: list[int]
    """Where values and numbers stand."""
    clauses: list[Clause]
    """What is said of items."""
    pointed: Pointed
    """Items by their place in the last list."""
    numbers: Numbers
    """What numbers say."""
    comparison: Comparison
    """What comparatives say."""
    vague: list[Found]
    """What vague amounts say: `cheap`, `not too long`."""
    asked: Interpretation
    """What the phrases of the vocabulary ask for."""
    released: list[str]
    """Attributes that are given up."""
    let_go: list[str]
    """Unexplained words that are given up."""
    unread: list[str]
    """Content words that nothing explains and that are not refused."""
    unlinked: list[str]
    """Refused words that the catalogue does not know."""

    @property
    def linked(self) -> bool:
        """Whether anything but items was understood."""
        asked = self.asked
        values = asked.constraints or asked.wishes or asked.released
        amounts = self.numbers.spans or self.comparison.spans or self.vague
        return bool(values or amounts or self.released)
