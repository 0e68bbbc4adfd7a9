"""What the reply should say about the reading: wishes that this catalogue cannot grant."""

import re
from collections.abc import Collection, Iterable, Sequence

from ...catalog.records import Manifest
from .countries import LANGUAGES
from .patterns import one_of, phrase
from .vocabulary import is_closed

_LANGUAGE = re.compile(
    rf"\b(?:in|not in|spoken|language) ({one_of(*sorted(LANGUAGES))})\b(?! (?:cities|history))"
)
_PEOPLE = (
    (phrase("directed by", "directors?"), {"director", "directed by"}, "who directed"),
    (phrase("starring", "actors?", "actress(?:es)?"), {"cast", "actor", "starring"}, "who acts"),
)
_MOST = 3
"""Refused words that one note lists."""


def notes_of(
    text: str,
    manifest: Manifest,
    *,
    place: tuple[int | None, int],
    unheld: Iterable[str] = (),
    unknown: Iterable[str] = (),
    gaps: Iterable[str] = (),
    unlinked: Sequence[str] = (),
) -> list[str]:
    """Full sentences, in no order that matters.

    Args:
        unheld: measures that no attribute holds.
        unknown: attributes that the item compared with lacks.
        gaps: ranges that were refused.
        unlinked: refused words that the catalogue does not know.
        place: the place outside the last list, if any, and the length of that list.
    """
    noun = manifest.item_noun
    missing = [*dict.fromkeys(unheld), *_missing_attributes(text, manifest)]
    notes = [
        f"This catalogue does not record {name}, so I cannot filter by it." for name in missing
    ]
    notes += [
        f"The {name} of that {noun} is not recorded, so I cannot compare with it."
        for name in dict.fromkeys(unknown)
    ]
    notes += [
        f"I can keep to one stretch of numbers, not leave one out, so I did not apply “not {gap}”."
        for gap in dict.fromkeys(gaps)
    ]
    if unlinked:
        words = ", ".join(dict.fromkeys(unlinked[:_MOST]))
        notes.append(f"This catalogue does not record “{words}”, so I cannot leave it out.")
    if place[0] is not None:
        count = f"{place[1]} {'item' if place[1] == 1 else 'items'}"
        notes.append(f"The last list has {count}, so there is no number {place[0]}.")
    return notes


def _missing_attributes(text: str, manifest: Manifest) -> list[str]:
    """What the words name as languages or people where the catalogue has none."""
    missing = []
    spoken = _LANGUAGE.search(text)
    if spoken and not _lists(manifest, {spoken[1]}):
        missing.append("this language" if _lists(manifest, LANGUAGES) else "languages")
    for pattern, cues, said in _PEOPLE:
        held = any(spec.name in cues or cues & set(spec.cues) for spec in manifest.attributes)
        if pattern.search(text) and not held:
            missing.append(said)
    return missing


def _lists(manifest: Manifest, languages: Collection[str]) -> bool:
    """Whether a value of the catalogue is any of these languages."""
    return any(
        value.lower() in languages
        for spec in manifest.attributes
        if is_closed(spec)
        for value in spec.vocabulary
    )
