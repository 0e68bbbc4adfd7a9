"""The deterministic reader: one message and what was shown before, to a `Reading`.

It links titles, positions, numbers and vocabulary; it invents nothing. The LLM's reading is merged
in afterwards (`llm_reader`).
"""

import re
from collections.abc import Sequence

from ...catalog.records import AttributeSpec
from ...catalog.store import Catalog
from . import intents
from .numbers import Found, read_comparative, read_numbers, spell_out, unknown_measure
from .reading import Intent, Reading, Wish
from .references import explicit_references, implied_references, position_out_of_range
from .text import Token, clean, content_words, fold, tokenize
from .titles import TitleMention, Titles
from .values import Mention, Vocabulary

_ABOUT_ITEMS: tuple[Intent, ...] = ("explain", "compare", "ask")
_ANY = r"(?:any|whatever|forget (?:about )?(?:the|that)?|drop the|ignore the|never ?mind the|no matter (?:the|what)?|regardless of (?:the)?)"


class Reader:
    """The deterministic reader of one catalogue."""

    def __init__(self, catalog: Catalog, popularity: Sequence[float]) -> None:
        """`popularity`: interactions per item, in row order; decides between equal titles."""
        self._catalog = catalog
        self._vocabulary = Vocabulary(catalog.manifest)
        self._titles = Titles(catalog.item_ids, catalog.titles, popularity)
        self._numeric = [s for s in catalog.manifest.attributes if s.kind == "numeric"]

    def read(self, message: str, shown: Sequence[str] = (), focus: str | None = None) -> Reading:
        """Read one message.

        Args:
            shown: item ids of the list that the person saw last, in order.
            focus: the item that `that` means, if any.
        """
        original = clean(message)
        text = spell_out(fold(original))
        tokens = tokenize(text)
        intent = intents.intent_of(text)
        titles = self._titles.mentions(original, text, tokens, intent in _ABOUT_ITEMS)
        taken = {i for title in titles for i in range(title.first, title.last + 1)}
        pointed, pointers = explicit_references(text, shown)
        taken |= _inside(tokens, pointers)
        references = list(dict.fromkeys([*pointed, *(title.item_id for title in titles)]))

        numbers = [
            found
            for found in read_numbers(text, self._numeric)
            if not _overlaps(found, tokens, taken)
        ]
        anchor = references[0] if references else focus
        if anchor and not numbers:
            numbers += read_comparative(text, self._numeric, self._numbers_of(anchor))
        taken |= _inside(tokens, [(found.start, found.end) for found in numbers])
        mentions = self._vocabulary.mentions(text, tokens, taken)
        constraints, wishes, released_values = self._vocabulary.interpret(text, tokens, mentions)
        constraints = [*(found.constraint for found in numbers), *constraints]
        released = self._released(text)
        unread = [w for w in _unread(tokens, taken, mentions) if w not in self._measures()]

        liked, disliked, seen = _feedback(text, tokens, titles, pointed)
        linked = bool(constraints or wishes or released or released_values)
        intent = self._intent(intent, text, linked, references, shown, focus)
        if not references and intent in ("more_like", "explain", "ask", "compare", "feedback"):
            references = implied_references(text, shown, focus)
            if intent == "compare" and len(references) < 2:
                references = list(shown[:2])
        if intent == "feedback" and not (liked or disliked or seen):
            liked, disliked, seen = _by_verb(text, references)
        if intent == "more_like" and not references:
            intent = "recommend"
        if intent == "recommend" and references and not (liked or disliked or seen or constraints):
            intent = "more_like"
        if intent in _ABOUT_ITEMS:
            constraints, wishes = [], []
        if intent not in ("recommend", "more_like", "feedback"):
            unread = []
        return Reading(
            intent=intent,
            constraints=constraints,
            wishes=[*wishes, *([Wish(text=" ".join(unread))] if unread else [])],
            released=released,
            released_values=released_values,
            references=references,
            liked=liked,
            disliked=disliked,
            seen=seen,
            replaces=intents.changes_mind(text),
            fresh=intents.asks_anew(text),
            unread=unread,
            notes=self._notes(text, shown),
        )

    def _intent(
        self,
        named: Intent | None,
        text: str,
        linked: bool,
        references: list[str],
        shown: Sequence[str],
        focus: str | None,
    ) -> Intent:
        if named == "ask" and not (references or focus):
            named = None
        if named == "history" or named == "reset" or named == "help":
            return named
        if named:
            return named
        spoken = references or (focus and implied_references(text, shown, focus))
        says = intents.says_disliked(text) or intents.says_seen(text) or intents.says_liked(text)
        if spoken and says and not linked:
            return "feedback"
        if intents.is_out_of_scope(text) and not linked and not references:
            return "out_of_scope"
        return "recommend"

    def _released(self, text: str) -> list[str]:
        found = []
        for spec in self._catalog.manifest.attributes:
            words = "|".join(re.escape(word) for word in _names_of(spec))
            given_up = (
                rf"\b{_ANY} ?(?:{words})s?\b"
                rf"|\b(?:{words})s? (?:doesn't|does not|don't|do not) matter\b"
                rf"|\bno (?:{words}) limits?\b|\b(?:{words}) is (?:not|un)\s?important\b"
            )
            if re.search(given_up, text):
                found.append(spec.name)
        return found

    def _measures(self) -> set[str]:
        """Words that only say what a number measures."""
        words = {w for s in self._numeric for w in f"{s.unit or ''} {s.label}".lower().split()}
        return words | {"minute", "minutes", "min", "mins", "hour", "hours", "year", "years"}

    def _numbers_of(self, item_id: str) -> dict[str, float]:
        attributes = self._catalog.item(item_id).attributes
        return {k: float(v) for k, v in attributes.items() if isinstance(v, int | float)}

    def _notes(self, text: str, shown: Sequence[str]) -> list[str]:
        notes = []
        if measure := unknown_measure(text, self._numeric):
            notes.append(f"This catalogue does not record {measure}, so I cannot filter by it.")
        if position := position_out_of_range(text, shown):
            notes.append(f"The last list has {len(shown)} items, so there is no number {position}.")
        return notes


def _names_of(spec: AttributeSpec) -> list[str]:
    words = [spec.name, spec.label.lower(), *(cue for cue in spec.cues if len(cue) > 2)]
    return list(dict.fromkeys(words))


def _inside(tokens: list[Token], spans: list[tuple[int, int]]) -> set[int]:
    """Indexes of the tokens that stand in any of the spans."""
    return {
        i for i, t in enumerate(tokens) for start, end in spans if t.start < end and t.end > start
    }


def _overlaps(found: Found, tokens: list[Token], taken: set[int]) -> bool:
    return any(tokens[i].start < found.end and tokens[i].end > found.start for i in taken)


def _unread(tokens: list[Token], taken: set[int], mentions: list[Mention]) -> list[str]:
    covered = taken | {i for m in mentions for i in range(m.first, m.last + 1)}
    return content_words([token for i, token in enumerate(tokens) if i not in covered])


def _by_verb(text: str, items: list[str]) -> tuple[list[str], list[str], list[str]]:
    """The items as liked, disliked or seen, whichever the words say."""
    if intents.says_seen(text):
        return [], [], items
    if intents.says_disliked(text):
        return [], items, []
    return (items, [], []) if intents.says_liked(text) else ([], [], [])


def _feedback(
    text: str, tokens: list[Token], titles: list[TitleMention], pointed: list[str]
) -> tuple[list[str], list[str], list[str]]:
    """Liked, disliked and seen items: each title by the verb before it, positions by the message.

    `like` before a title that asks for similar items is no praise; it stays a reference.
    """
    liked, disliked, seen = _by_verb(text, pointed)
    liked, disliked, seen = list(liked), list(disliked), list(seen)
    start, verdict = 0, ([], [], [])
    for title in titles:
        before = text[start : tokens[title.first].start]
        if said := _by_verb(before, [title.item_id]):
            if any(said):
                verdict = said
            elif re.fullmatch(r"\s*(?:,|and|&|,\s*and|or)\s*[\"“]?", before):
                verdict = tuple([title.item_id] if one else [] for one in verdict)
            else:
                verdict = ([], [], [])
        liked, disliked, seen = liked + verdict[0], disliked + verdict[1], seen + verdict[2]
        start = tokens[title.last].end
    return liked, disliked, seen
