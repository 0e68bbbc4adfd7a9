"""What is not answered with items: somebody in danger, help with harm, other people's privacy.

Decided by plain words (`safety.toml`), before anything else. A wish for items that are about such
things is a wish like any other: `a film about suicide`, `a thriller in which somebody is robbed`.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from .patterns import one_of

Refusal = Literal["crisis", "out_of_scope", "private"]

_KINDS: tuple[Refusal, ...] = ("crisis", "out_of_scope", "private")
"""In the order in which they are looked for."""
_ABOUT = r"\b<thing> (?:[\w'-]+ ){0,4}?<about>\b"
_SAYING = r"\b<thing> (?:[\w'-]+ ){0,4}?<saying>\b(?! (?:[^.!?]* )?<own> )[^.!?]{0,40}$"
_KIND_OF_ITEM = r"(?:'s)?[- ](?:[\w'-]+ ){0,3}?<item>\b"
_SENTENCE_END = re.compile(r"[.!?\n](?:\s|$)")
_NAME = re.compile(r"<(\w+)>")


def refusal(folded: str) -> Refusal | None:
    """Why a message is not answered with items; none for nearly every message."""
    for kind in _KINDS:
        for pattern in _patterns(kind):
            for match in pattern.finditer(folded):
                if not _is_about_items(folded, match, kind):
                    return kind
    return None


def _is_about_items(folded: str, match: re.Match[str], kind: Refusal) -> bool:
    """Whether what was found only says what items are about: `a film about robbing a bank`."""
    begun = [end.end() for end in _SENTENCE_END.finditer(folded, 0, match.start())]
    start = begun[-1] if begun else 0
    if kind == "crisis":
        said = _compiled(_SAYING).search(folded[start : match.start()])
    else:
        said = _compiled(_ABOUT).search(folded[start : match.end()])
    return bool(said or _compiled(_KIND_OF_ITEM).match(folded, match.end()))


@cache
def _patterns(kind: Refusal) -> list[re.Pattern[str]]:
    return [_compiled(one) for one in _data()["patterns"][kind]]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern with the lists that it names."""
    words = _data()["words"]
    while _NAME.search(pattern):
        pattern = _NAME.sub(lambda name: one_of(*words[name[1]]), pattern)
    return re.compile(pattern)


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
