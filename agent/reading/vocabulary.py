"""The words of one catalogue: its values as people say them, its synonyms, names by surname."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...catalog.records import AttributeSpec, Manifest
from .countries import ADJECTIVES
from .everyday import everyday_words, other_names
from .respelling import MIN_LETTERS, Respelling
from .stopwords import STOPWORDS
from .text import Token, fold_words, longest_by_first

CLOSED_VOCABULARY = 100
"""Attributes with at most this many values are taken to be complete lists."""
SHORT_LIST = 20
"""A list of several values an item that is this short is complete."""
COMMON_VALUE = 3
"""Items per value, on average, from which a longer list of several values an item is complete."""
MIN_TOPIC_LETTERS = 4
"""Letters of a single word from which it names a topic, whatever stands around it."""
_ABOUT = "about"
"""What stands before a small word that names a topic."""
_SAID_OTHERWISE = frozenset(
    "how what it's that's care cares think thinking thought sure worry worried mind bother forget"
    " crazy mad know".split()
)
"""Words before `about` that make something else of it: `it's about time`, `how about love`."""
MIN_SURE_LETTERS = 4
"""Letters of a word that is known to ask for something, from which it may be a slip."""
MOST_FUZZY = 40
"""Words of a message that are compared with misspelt ones; the later are taken as they stand."""
CLEARLY_BETTER = 2
"""How many times more items the best known bearer of a surname has than the next."""
FAMOUS = 5
"""Items of somebody whose surname alone says enough."""
FAMOUS_MAKER = 2
"""The same of one who makes the items."""
MIN_PART_LETTERS = 4
MOST_PARTS = 3
"""Names that may share a word which stands for them."""
PARTICLES = frozenset("de del della der di du la le van von den ter y".split())
"""Words that belong to the surname after them: `van Gogh`."""
MAKERS = frozenset("director artist author producer brand maker winery writer designer".split())
"""Attributes whose values made the item: `by` names them."""
WEAK_VALUES = frozenset(
    "high low medium small large big old new long short light dark hard soft full half other"
    " unknown none mixed standard regular normal basic various unisex".split()
)
"""Values that are everyday words; they count only beside the name of their attribute."""
RANK = {"closed": 0, "name": 1, "synonym": 2, "topic": 3}

_SURNAME_BEFORE = re.compile(
    r"\b(?:by|directors?|directed by|actors?|actress|with|starring|stars|featuring|from|artist"
    r"|painter|author|like|of|and|or|no|not|without|isn't|isnt|aren't|arent|except|than)\s+$"
)
_SURNAME_AFTER = re.compile(
    r"(?:'s)?\s+(?:films?|movies?|paintings?|books?|wines?|flicks?|brothers|sisters)\b"
)
_WINDOW = 40


@dataclass(frozen=True)
class Sense:
    """One meaning of a phrase in the catalogue."""

    attribute: str
    values: tuple[str, ...]
    kind: str
    """`closed`, `name`, `topic` or `synonym`."""
    count: int


@dataclass(frozen=True)
class Mention:
    """A phrase of the message with its meanings."""

    first: int
    """Index of its first token."""
    last: int
    """Index of its last token."""
    senses: tuple[Sense, ...]

    @property
    def span(self) -> range:
        """Indexes of its tokens."""
        return range(self.first, self.last + 1)


class Vocabulary:
    """The words of one catalogue, ready to be looked up."""

    def __init__(
        self,
        manifest: Manifest,
        common: Collection[str] = frozenset(),
        spelt: Collection[str] = frozenset(),
    ) -> None:
        """`common`: ordinary words, which are no surnames; `spelt`: words that are not misspelt."""
        self.common = common
        self._spelt = spelt
        self._phrases: dict[tuple[str, ...], list[Sense]] = defaultdict(list)
        self._surnames: dict[str, list[Sense]] = defaultdict(list)
        self._labels = {spec.name: _label_words(spec) for spec in manifest.attributes}
        self._specs = {spec.name: spec for spec in manifest.attributes}
        self._people: set[str] = set()
        names: list[str] = []
        for spec in manifest.attributes:
            if spec.kind in ("categorical", "multi"):
                names += self._add_values(spec)
        self._add_countries(manifest)
        for word, meanings in manifest.synonyms.items():
            for attribute, values in meanings.items():
                self._add(fold_words(word), Sense(attribute, tuple(values), "synonym", 0))
        self._add_everyday(manifest)
        self._longest = longest_by_first(self._phrases)
        correctable = (
            words[0]
            for words, senses in self._phrases.items()
            if len(words) == 1 and any(self._is_correctable(sense) for sense in senses)
        )
        self._respelling = Respelling(correctable, names)

    def _is_correctable(self, sense: Sense) -> bool:
        """Whether a single misspelt word may mean this; people's single names are too many."""
        return sense.kind in ("closed", "synonym") or (
            sense.kind == "name" and sense.attribute not in self._people
        )

    def means_value(self, words: tuple[str, ...]) -> bool:
        """Whether a phrase names a value that is no mere topic."""
        return any(sense.kind != "topic" for sense in self._phrases.get(words, ()))

    def knows(self, word: str) -> bool:
        """Whether a word is one of the language or of the catalogue, and no slip of another."""
        return not self._is_odd(word, 0) or (word,) in self._phrases or word in self._surnames

    def is_single(self, attribute: str) -> bool:
        """Whether an item has one value of this attribute at most."""
        return self._specs[attribute].kind == "categorical"

    def label(self, attribute: str) -> Collection[str]:
        """The words that name an attribute."""
        return self._labels[attribute]

    def closed(self, word: str) -> list[Sense]:
        """The values of complete lists that a word names."""
        return [sense for sense in self._phrases.get((word,), ()) if sense.kind == "closed"]

    def mentions(
        self, text: str, tokens: Sequence[Token], taken: set[int], *, sure: bool = False
    ) -> list[Mention]:
        """The phrases of a message that mean something in the catalogue, in order.

        Args:
            taken: indexes of tokens that already mean something else.
            sure: every other token is known to ask for something, so that a surname needs no cue.
        """
        exact = self.exact(tokens, taken, sure=sure)
        firm = {i for mention in exact if not _is_loose(mention) for i in mention.span}
        loose = {m.first: max(s.count for s in m.senses) for m in exact if _is_loose(m)}
        found = self._respelt(tokens, taken | firm | set(loose), self._name_near, MIN_SURE_LETTERS)
        named = {i for mention in found for i in mention.span}
        found += self._by_surname(text, tokens, taken | firm | named, loose, sure)
        named = {i for mention in found for i in mention.span}
        found += [mention for mention in exact if mention.first not in named]
        taken = taken | {i for mention in found for i in mention.span}
        found += self._respelt(tokens, taken, self._word_near, MIN_SURE_LETTERS if sure else 0)
        ends = {mention.last for mention in found}
        found = [one for one in found if not self._names_attribute(tokens, one, ends)]
        return sorted(found, key=lambda mention: mention.first)

    def _names_attribute(
        self, tokens: Sequence[Token], mention: Mention, ends: Collection[int]
    ) -> bool:
        """Whether a topic only says what the value before it is: `a British artist`."""
        return (
            mention.first - 1 in ends
            and mention.first == mention.last
            and all(sense.kind == "topic" for sense in mention.senses)
            and any(tokens[mention.first].text in label for label in self._labels.values())
        )

    def exact(
        self, tokens: Sequence[Token], taken: Collection[int] = (), *, sure: bool = False
    ) -> list[Mention]:
        """Phrases as the catalogue writes them, the longest at each place."""
        found, index = [], 0
        while index < len(tokens):
            mention = self._longest_at(tokens, index, taken, sure)
            if mention:
                found.append(mention)
            index = mention.last + 1 if mention else index + 1
        return found

    def _longest_at(
        self, tokens: Sequence[Token], index: int, taken: Collection[int], sure: bool
    ) -> Mention | None:
        longest = self._longest.get(tokens[index].text.removesuffix("'s"), 0)
        for length in range(min(longest, len(tokens) - index), 0, -1):
            if any(i in taken for i in range(index, index + length)):
                continue
            words = tuple(token.text for token in tokens[index : index + length])
            senses = self._phrases.get(words) or self._phrases.get(_without_genitive(words), [])
            senses = [s for s in senses if length > 1 or self._supported(tokens, index, s, sure)]
            if senses:
                return Mention(index, index + length - 1, tuple(senses))
        return None

    def _supported(self, tokens: Sequence[Token], index: int, sense: Sense, sure: bool) -> bool:
        """Whether a single word can mean its value here; weak ones need their attribute's name."""
        word = tokens[index].text
        if sense.kind == "topic" and (len(word) < MIN_TOPIC_LETTERS or word in STOPWORDS):
            said = sure and len(word) > 2 and word not in STOPWORDS
            return said or self._is_subject(tokens, index, sense)
        if len(word) == 2 and word not in STOPWORDS:  # a maker called XE
            return sure or (index > 0 and tokens[index - 1].text in ("by", "from"))
        if word not in WEAK_VALUES and word not in STOPWORDS and len(word) > 2:
            return sense.kind != "name" or word not in self.common
        if sense.kind not in ("closed", "synonym"):
            return False
        if sense.kind == "synonym":
            return True
        near = [*tokens[max(0, index - 2) : index], *tokens[index + 1 : index + 3]]
        return any(token.text in self._labels[sense.attribute] for token in near)

    def _is_subject(self, tokens: Sequence[Token], index: int, sense: Sense) -> bool:
        """Whether a small word is said to be what something is about: `about love`."""
        before = [token.text for token in tokens[max(0, index - 3) : index]]
        if before[-1:] in (["a"], ["an"], ["the"]):
            before.pop()
        cued = before[-1:] == [_ABOUT] and _ABOUT in self._specs[sense.attribute].cues
        return cued and not _SAID_OTHERWISE.intersection(before[-2:-1])

    def _by_surname(
        self,
        text: str,
        tokens: Sequence[Token],
        taken: Collection[int],
        topics: Mapping[int, int],
        sure: bool,
    ) -> list[Mention]:
        """Surnames, where a cue says that a person is meant.

        Args:
            topics: token -> items about the topic that it also names; the better known is meant.
        """
        found = []
        for index, token in enumerate(tokens):
            word = token.text.removesuffix("'s")
            bearers = self._surnames.get(word) or self._surnames.get(word.removesuffix("s"))
            if index in taken or not bearers or word in STOPWORDS or word in self.common:
                continue
            before = text[max(0, token.start - _WINDOW) : token.start]
            after = text[token.start + len(word) : token.end + _WINDOW]
            cued = sure or _SURNAME_BEFORE.search(before) or _SURNAME_AFTER.match(after)
            known = max(bearer.count for bearer in bearers)
            if known >= topics.get(index, 0) and (cued or any(map(_is_famous, bearers))):
                found.append(Mention(index, index, _best_known(bearers)))
        return found

    def _respelt(
        self,
        tokens: Sequence[Token],
        taken: Collection[int],
        near: Callable[[Sequence[Token], int, Collection[int]], Mention | None],
        letters: int = 0,
    ) -> list[Mention]:
        """What words that nobody writes are slips of, as `near` finds it."""
        found: list[Mention] = []
        done = set(taken)
        least = letters or MIN_LETTERS
        unknown = [
            i for i in range(len(tokens)) if i not in done and self._is_odd(tokens[i].text, least)
        ]
        for index in unknown[:MOST_FUZZY]:
            mention = None if index in done else near(tokens, index, done)
            if mention:
                found.append(mention)
                done.update(mention.span)
        return found

    def _is_odd(self, word: str, letters: int) -> bool:
        known = word in STOPWORDS or word in self.common or word in self._spelt
        return len(word) >= letters and not known

    def _word_near(
        self, tokens: Sequence[Token], index: int, taken: Collection[int]
    ) -> Mention | None:
        word = self._respelling.word(tokens[index].text)
        return Mention(index, index, tuple(self._phrases[(word,)])) if word else None

    def _name_near(
        self, tokens: Sequence[Token], index: int, taken: Collection[int]
    ) -> Mention | None:
        for first, last in ((index - 1, index), (index, index + 1), (index - 1, index + 1)):
            if first < 0 or last >= len(tokens) or any(i in taken for i in range(first, last + 1)):
                continue
            name = self._respelling.name([token.text for token in tokens[first : last + 1]])
            if name:
                return Mention(first, last, tuple(self._phrases[tuple(name.split())]))
        return None

    def cued(self, text: str, start: int, senses: Sequence[Sense]) -> list[Sense]:
        """The senses whose attribute is named right before a place: `starring`."""
        before = text[max(0, start - _WINDOW) : start].rstrip()
        return [s for s in senses if any(map(before.endswith, self._specs[s.attribute].cues))]

    def chosen(self, text: str, tokens: Sequence[Token], mention: Mention) -> Sense:
        """The sense meant: complete lists before the others, then by the words beside it, then by
        count."""
        start, end = tokens[mention.first].start, tokens[mention.last].end
        before = text[max(0, start - _WINDOW) : start].rstrip()
        said = tuple(token.text for token in tokens[mention.first : mention.last + 1])
        beside = set(re.findall(r"\w+", before[-_WINDOW // 2 :] + " " + text[end : end + 16]))

        def order(sense: Sense) -> tuple[int, bool, bool, bool, int]:
            cue = any(before.endswith(cue) for cue in self._specs[sense.attribute].cues)
            made = sense.attribute in MAKERS and bool(re.search(r"\b(?:by|from)$", before))
            named = bool(beside & self._labels[sense.attribute])
            whole = any(fold_words(value) == said for value in sense.values)
            # What something is said to be about is its topic, not what it might stand for.
            about = cue and sense.kind == "topic" and bool(re.search(rf"\b{_ABOUT}$", before))
            return (
                RANK["synonym" if about else sense.kind],
                not (cue or made),
                not named,
                not whole,
                -sense.count,
            )

        return min(mention.senses, key=order)

    def _add_values(self, spec: AttributeSpec) -> list[str]:
        """Add an attribute's values; gives the names of several words among them."""
        names = []
        closed = is_closed(spec)
        proper, people = _capitals(spec)
        kind = "closed" if closed else "name" if proper else "topic"
        if people:
            self._people.add(spec.name)
        for value, count in spec.vocabulary.items():
            for words in _spoken(value):
                if kind == "topic" and words[0] == "too":  # an opinion: the tag `too long`
                    continue
                sense = Sense(spec.name, (value,), kind, count)
                self._add(words, sense)
                if kind != "topic" and len(words) > 1:
                    names.append(" ".join(words))
                if people and len(words) > 1:
                    if len(words) > 2 and words[-2] in PARTICLES:
                        self._add(words[-2:], sense)
                    if len(words) > 3:  # `Vigée Le Brun`
                        self._add(words[-3:], sense)
                    if len(words[-1]) > 3:
                        self._surnames[words[-1]].append(sense)
        if proper and not (people or spec.name in MAKERS):
            self._add_parts(spec)
        return names

    def _add_parts(self, spec: AttributeSpec) -> None:
        """`Napa` for Napa Valley: a word that few names have stands for all of them."""
        having: dict[str, list[str]] = defaultdict(list)
        for value in spec.vocabulary:
            for word in {word for words in _spoken(value) for word in words if len(words) > 1}:
                having[word].append(value)
        for word, values in having.items():
            if len(word) < MIN_PART_LETTERS or len(values) > MOST_PARTS or (word,) in self._phrases:
                continue
            count = sum(spec.vocabulary[value] for value in values)
            self._add((word,), Sense(spec.name, tuple(values), "name", count))

    def _add_countries(self, manifest: Manifest) -> None:
        """`Italian` for the value Italy: an adjective says where things come from."""
        for spec in manifest.attributes:
            for country, adjective in ADJECTIVES.items():
                for said, value in ((adjective, country), (country, adjective)):
                    if value in spec.vocabulary and said not in spec.vocabulary:
                        kind = "closed" if value == country else "synonym"
                        count = spec.vocabulary[value]
                        self._add(fold_words(said), Sense(spec.name, (value,), kind, count))

    def _add_everyday(self, manifest: Manifest) -> None:
        """Words of everyday speech for values that catalogues name formally."""
        own = {fold_words(word) for word in manifest.synonyms}
        for word, formal in everyday_words().items():
            if (words := fold_words(word)) in own:
                continue
            named = any(sense.kind == "topic" for sense in self._phrases.get(words, ()))
            for spec in manifest.attributes:
                if named and not is_closed(spec):
                    continue
                meant = (one.removeprefix(f"{spec.name}: ") for one in formal)
                values = tuple(value for value in meant if value in spec.vocabulary)
                if values:
                    kind = "closed" if word in other_names() and is_closed(spec) else "synonym"
                    self._add(words, Sense(spec.name, values, kind, 0))

    def _add(self, words: tuple[str, ...], sense: Sense) -> None:
        if not words:
            return
        forms = [words] if sense.kind == "name" else [words, *_inflected(words)]
        if sense.kind == "synonym" and len(words) == 1:
            forms.append((_compared(words[0]),))
        for form in forms:
            if sense not in self._phrases[form]:
                self._phrases[form].append(sense)


def _best_known(bearers: list[Sense]) -> tuple[Sense, ...]:
    """The bearers of a surname who are meant, per attribute: the one who is clearly best known,
    else those who compare with the best known."""
    senses = []
    for attribute in dict.fromkeys(sense.attribute for sense in bearers):
        ranked = sorted((s for s in bearers if s.attribute == attribute), key=lambda s: -s.count)
        level = ranked[0].count / CLEARLY_BETTER
        near = [ranked[0], *(sense for sense in ranked[1:] if sense.count > level)][:3]
        values = tuple(value for sense in near for value in sense.values)
        senses.append(replace(ranked[0], values=values))
    return tuple(senses)


def _is_famous(bearer: Sense) -> bool:
    return bearer.count >= (FAMOUS_MAKER if bearer.attribute in MAKERS else FAMOUS)


def _is_loose(mention: Mention) -> bool:
    """Whether a single word is but a topic, so that it may as well be a surname."""
    return len(mention.span) == 1 and all(sense.kind == "topic" for sense in mention.senses)


def is_closed(spec: AttributeSpec) -> bool:
    """Whether an attribute's values are a complete list to choose from, not free labels.

    Free labels are many, and most of them say something of very few items.
    """
    size = spec.vocabulary_size
    if spec.kind not in ("categorical", "multi") or not 0 < size <= CLOSED_VOCABULARY:
        return False
    common = sum(spec.vocabulary.values()) >= COMMON_VALUE * size
    return spec.kind == "categorical" or size <= SHORT_LIST or common


def _spoken(value: str) -> Iterator[tuple[str, ...]]:
    """How a value is said: whole, without what stands in brackets, and its halves at a slash."""
    bare = re.sub(r"\s*\([^)]*\)", "", value)
    forms = [fold_words(value), fold_words(bare)]
    if "/" in bare:
        forms += [fold_words(part) for part in bare.split("/")]
    forms += [("st", *form[1:]) for form in forms if form[:1] in (("saint",), ("sainte",))]
    yield from dict.fromkeys(form for form in forms if form)


def _inflected(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The plural, and the singular of what looks like one."""
    last = words[-1]
    if last.endswith("y") and last[-2:-1] not in tuple("aeiou"):
        yield (*words[:-1], last[:-1] + "ies")
    elif last.endswith(("s", "x", "ch", "sh")):
        yield (*words[:-1], last + "es")
    else:
        yield (*words[:-1], last + "s")
    if last.endswith("o"):
        yield (*words[:-1], last + "es")
    if last.endswith("ies") and len(last) > 5:
        yield (*words[:-1], last[:-3] + "y")
    elif last.endswith("s") and not last.endswith("ss") and len(last) > 4:
        yield (*words[:-1], last[:-1])


def _compared(adjective: str) -> str:
    """`funnier`, `darker`."""
    return (adjective[:-1] + "i" if adjective.endswith("y") else adjective.removesuffix("e")) + "er"


def _without_genitive(words: tuple[str, ...]) -> tuple[str, ...]:
    return (*words[:-1], words[-1].removesuffix("'s"))


def _label_words(spec: AttributeSpec) -> frozenset[str]:
    said = [spec.name.replace("_", " "), spec.label, *spec.cues]
    words = {word for text in said for word in fold_words(text)}
    return frozenset(word for word in words if word not in STOPWORDS)


def _capitals(spec: AttributeSpec) -> tuple[bool, bool]:
    """Whether most values are proper nouns, and whether most are names of two words or more."""
    sample = list(spec.vocabulary)[:200]
    proper = [value for value in sample if value[:1].isupper()]
    named = [v for v in sample if re.fullmatch(r"[A-ZÀ-Þ][\w.'’-]*( [\w.'’(),&-]+)+", v)]
    return 2 * len(proper) > len(sample), 2 * len(named) > len(sample)
