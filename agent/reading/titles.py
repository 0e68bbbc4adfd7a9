"""Titles of catalogue items in a message: exact, shortened, quoted or misspelt."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from .text import STOPWORDS, Token, fold_words

LONGEST_TITLE = 12
FUZZY_SCORE = 85
_THE_NOUN = r"(?: the movie| the film| the book| the painting| the wine)?\s*[\"“'‘]?$"
_CUE = re.compile(
    r"(?:(?<!would )(?<!i'd )(?<!id )\blike|\bliked|\bloved?|\benjoyed|\bseen|\bsaw|\bwatched|\bhated"
    r"|\bsimilar to|\bcompare|\bversus|\bvs\.?|\bfinished|\bdisliked|\bremember|\bcalled|\btitled"
    r"|\badored?)" + _THE_NOUN
)
# These come before a title only in questions and comparisons; elsewhere they say nothing.
_QUESTION_CUE = re.compile(
    r"(?:\bthan|\bwhy|\babout|\bis|\bdirected|\bin|\band|\bor|\bof|\bwith)" + _THE_NOUN
)
_FUZZY_CUE = re.compile(
    r"(?:(?<!would )(?<!i'd )(?<!id )\blike|\bliked|\bloved?|\benjoyed|\bseen|\bsaw|\bwatched|\bhated"
    r"|\bsimilar to|\bdisliked|\babout)\s+(?:the movie |the film )?"
)
_ARTICLES = ("the", "a", "an")


@dataclass(frozen=True)
class TitleMention:
    """A title found in a message."""

    first: int
    """Index of its first token."""
    last: int
    """Index of its last token."""
    item_id: str
    """The item; among equal titles the one with the most interactions."""


class Titles:
    """The titles of one catalogue, ready to be looked up."""

    def __init__(self, item_ids: Sequence[str], titles: Sequence[str], weight: Sequence[float]):
        """`weight`: how well known each item is; it decides between equal titles."""
        best: dict[tuple[str, ...], tuple[int, float, str]] = defaultdict(lambda: (9, 0.0, ""))
        for item_id, title, known in zip(item_ids, titles, weight, strict=True):
            for quality, words in enumerate(_forms(title)):
                if words and (quality, -known) < (best[words][0], -best[words][1]):
                    best[words] = (quality, known, item_id)
        self._forms = {words: item_id for words, (_, _, item_id) in best.items()}
        self._joined = {" ".join(words): words for words in self._forms}
        self._long = [text for text in self._joined if len(text) >= 6]

    def mentions(
        self, original: str, folded: str, tokens: list[Token], question: bool
    ) -> list[TitleMention]:
        """Titles in a message, left to right, never overlapping.

        A title of common words counts only where something says that a title is meant: quotes,
        a cue such as `like`, or capitals.

        Args:
            question: the message asks about items or compares them.
        """
        found: list[TitleMention] = []
        same = len(original) == len(folded)  # folding kept offsets: capitals can be looked up
        index = 0
        while index < len(tokens):
            for length in range(min(LONGEST_TITLE, len(tokens) - index), 0, -1):
                words = tuple(token.text for token in tokens[index : index + length])
                item_id = self._forms.get(words)
                if item_id and _meant(
                    original if same else "", folded, tokens, (index, length), question
                ):
                    found.append(TitleMention(index, index + length - 1, item_id))
                    index += length
                    break
            else:
                index += 1
        return found or self._misspelt(folded, tokens)

    def _misspelt(self, folded: str, tokens: list[Token]) -> list[TitleMention]:
        found = []
        for cue in _FUZZY_CUE.finditer(folded):
            first = next((i for i, token in enumerate(tokens) if token.start >= cue.end()), None)
            if first is None:
                continue
            clause = [
                t for t in tokens[first : first + LONGEST_TITLE] if t.clause == tokens[first].clause
            ]
            for length in range(len(clause), 0, -1):
                words = [token.text for token in clause[:length]]
                text = " ".join(words)
                if len(text) < 5 or all(word in STOPWORDS for word in words):
                    continue
                match = process.extractOne(
                    text, self._long, scorer=fuzz.ratio, score_cutoff=FUZZY_SCORE
                )
                if match:
                    item_id = self._forms[self._joined[match[0]]]
                    found.append(TitleMention(first, first + length - 1, item_id))
                    break
        return found


def _forms(title: str) -> list[tuple[str, ...]]:
    """How a title is said: whole, without its article, without what stands in brackets or after
    a colon; the surest first."""
    bare = re.sub(r"\s*\([^)]*\)", "", title)
    whole = fold_words(title)
    forms = [whole, fold_words(bare)]
    if whole and whole[0] in _ARTICLES and len(whole) > 1:
        forms.append(forms[1][1:])
    head = bare.split(":")[0]
    if ":" in bare:
        words = fold_words(head)
        forms.append(words if len(words) > 1 else ())
        forms.append(words[1:] if len(words) > 2 and words[0] in _ARTICLES else ())
    return forms


def _meant(
    original: str, folded: str, tokens: list[Token], where: tuple[int, int], question: bool
) -> bool:
    index, length = where
    first, last = tokens[index], tokens[index + length - 1]
    words = [token.text for token in tokens[index : index + length]]
    content = [word for word in words if word not in STOPWORDS]
    before, after = folded[: first.start], folded[last.end :]
    if re.search(r"[\"“'‘«]\s*$", before) and re.match(r"\s*[\"”'’»]", after):
        return True
    if not content or (length == 1 and (words[0].isdigit() or len(words[0]) < 3)):
        return False
    cue = bool(_CUE.search(before) or (question and _QUESTION_CUE.search(before)))
    written = original[first.start : last.end]
    capital = bool(written) and sum(word[:1].isupper() for word in written.split()) >= len(content)
    shouting = original.isupper()
    inside = first.start > 0
    if capital and not shouting and (inside or length > 1 or not after.strip(" .!?")):
        return True
    if len(content) >= 3:
        return True
    return cue and (length > 1 or len(content[0]) >= 4)
