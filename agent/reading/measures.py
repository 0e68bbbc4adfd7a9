"""What numbers in a message can speak of, in everyday words, whatever a catalogue calls it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ...catalog.records import AttributeSpec
from .patterns import one_of, phrase
from .stopwords import STOPWORDS


@dataclass(frozen=True)
class Measure:
    """A quantity that people ask about."""

    name: str
    """As a note calls it."""
    known_as: frozenset[str]
    """Attribute names, units and cues by which a catalogue is seen to hold it."""
    units: str = r"(?!)"
    """Pattern of what stands beside its numbers."""
    less: tuple[str, ...] = ()
    """Comparatives for a smaller number."""
    more: tuple[str, ...] = ()
    """Comparatives for a greater number."""
    nouns: tuple[str, ...] = ()
    """Words for the quantity itself."""

    def of(self, numeric: Sequence[AttributeSpec]) -> AttributeSpec | None:
        """The attribute that holds this quantity, if the catalogue has one."""
        for names in (_name_of, _names_of):
            for spec in numeric:
                if names(spec) & self.known_as:
                    return spec
        return None

    @cached_property
    def unit_pattern(self) -> re.Pattern[str]:
        """Matches the unit right after a number."""
        return re.compile(rf"[ -]?{one_of(self.units)}(?!\w)")


LENGTH = Measure(
    name="length",
    known_as=frozenset({"runtime", "duration", "minutes", "running time", "playtime"}),
    units=one_of("minutes?", "mins?", "m"),
    less=("shorter",),
    more=("longer",),
    nouns=("length", "runtime", "running time", "duration", "minutes", "long"),
)
PRICE = Measure(
    name="price",
    known_as=frozenset({"price", "cost"}),
    units=one_of("[$€£]", "euros?", "eur", "dollars?", "usd", "bucks", "pounds?", "gbp", "quid"),
    less=("cheaper", "less (?:expensive|pricey|costly)", "more affordable"),
    more=("pricier", "more expensive", "dearer", "costlier"),
    nouns=("price", "prices", "cost", "budget", "money"),
)
YEAR = Measure(
    name="year",
    known_as=frozenset({"year", "release_year", "vintage", "published", "publication_year"}),
    less=("older", "earlier"),
    more=("newer", "more recent", "later", "more modern", "fresher", "(?<!the )younger"),
    nouns=("year", "decade", "era", "date", "age", "period"),
)
RATING = Measure(
    name="rating",
    known_as=frozenset({"rating", "score", "stars", "average_rating"}),
    units=one_of("stars?", r"out of \d+", r"/ ?\d+"),
    less=("(?:worse|lower)[- ]rated", "(?:rated|scores?|scoring) (?:lower|worse)"),
    more=(
        "(?:better|higher)[- ](?:rated|scor(?:ed|ing))",
        "(?:rated|scores?|scoring) (?:better|higher)",
    ),
    nouns=("rating", "ratings", "score", "scored", "scores", "stars", "rated", "reviewed"),
)
VOTES = Measure(
    name="number of ratings",
    known_as=frozenset(
        "votes|ratings|reviews|rating_count|rating_number|number of ratings|number of reviews"
        "|popularity".split("|")
    ),
    units=one_of("votes?", "ratings?", "reviews?"),
    less=("less[- ]known", "less popular", "more obscure", "less famous", "fewer reviews"),
    more=("more popular", "better[- ]known", "more famous", "more reviews"),
    nouns=("votes", "ratings", "reviews", "popularity"),
)
ALCOHOL = Measure(
    name="alcohol",
    known_as=frozenset({"abv", "alcohol", "alcohol_content"}),
    units=one_of("%", "percent", "abv", "degrees?"),
    less=("lighter", "weaker", "(?:less|lower) (?:in )?alcohol(?:ic)?", "less boozy"),
    more=("stronger", "(?:more|higher) (?:in )?alcohol(?:ic)?", "boozier"),
    nouns=("alcohol", "abv", "strength"),
)
HEIGHT = Measure(
    name="height",
    known_as=frozenset({"height", "size"}),
    units=one_of("cm", "centimet(?:er|re)s?"),
    less=("smaller",),
    more=("bigger", "larger", "taller"),
    nouns=("height", "size", "high", "tall"),
)
WIDTH = Measure(
    name="width",
    known_as=frozenset({"width", "breadth"}),
    less=("narrower",),
    more=("wider", "broader"),
    nouns=("width", "wide", "across", "broad", "breadth"),
)
MEASURES = (LENGTH, PRICE, YEAR, RATING, VOTES, ALCOHOL, HEIGHT, WIDTH)
_YEAR_MARGIN = 100
"""Years beyond those of the catalogue that still count as years."""


class Quantities:
    """The numeric attributes of one catalogue and the words that mean them."""

    def __init__(self, numeric: Sequence[AttributeSpec]) -> None:
        self.attributes = list(numeric)
        self._held = {measure.name: measure.of(numeric) for measure in MEASURES}
        self._words = {spec.name: self._words_of(spec) for spec in numeric}

    def attribute(self, measure: Measure) -> AttributeSpec | None:
        """The attribute that holds a measure."""
        return self._held[measure.name]

    def measure(self, spec: AttributeSpec) -> Measure | None:
        """The measure that an attribute holds."""
        return next((m for m in MEASURES if self._held[m.name] is spec), None)

    def words(self, spec: AttributeSpec) -> frozenset[str]:
        """Single words that mean the attribute when they stand beside a number."""
        return self._words[spec.name]

    def is_year(self, value: float) -> bool:
        """Whether a number can be a year of this catalogue."""
        spec = self.attribute(YEAR)
        return spec is not None and value >= 1000 and fits(spec, value, _YEAR_MARGIN)

    def _words_of(self, spec: AttributeSpec) -> frozenset[str]:
        said = [spec.name.replace("_", " "), spec.label, spec.unit or "", *spec.cues]
        words = {word for text in said for word in re.findall(r"[a-z]+", text.lower())}
        words = {word for word in words if word not in STOPWORDS}
        measure = self.measure(spec)
        return frozenset(words | set(measure.nouns if measure else ()))


def fits(spec: AttributeSpec, value: float, margin: float = 0) -> bool:
    """Whether a number lies in the range of an attribute."""
    if spec.low is None or spec.high is None:
        return False
    return spec.low - margin <= value <= spec.high + margin


def unit_measure(text: str, start: int, end: int) -> Measure | None:
    """The measure whose unit stands right before or after a number."""
    if re.search(r"[$€£] ?$", text[max(0, start - 2) : start]):
        return PRICE
    after = text[end : end + 16]
    return next((m for m in MEASURES if m.unit_pattern.match(after)), None)


def _name_of(spec: AttributeSpec) -> set[str]:
    return {spec.name}


def _names_of(spec: AttributeSpec) -> set[str]:
    return {spec.name, spec.label.lower(), (spec.unit or "").lower(), *spec.cues}


COMPARATIVES = tuple(
    (phrase(*words), measure, smaller)
    for measure in MEASURES
    for words, smaller in ((measure.less, True), (measure.more, False))
    if words
)
"""(pattern, measure, whether it asks for less), for every comparative."""
