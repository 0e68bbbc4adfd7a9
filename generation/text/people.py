"""Counts of people: of so many who liked one item, so many liked this.

Two numbers and a title that belong together, and nothing else: a small model likes to mix them with
another title or to say one of them of something else.
"""

import re
from collections.abc import Sequence

_FACT = re.compile(r"of (\d+) people who liked (.+), (\d+) liked (?:it|this)\b")
_OTHER = re.compile(r"in common with (.+?): |close to (.+) in content")
_LIKE = r"(?:liked|loved|enjoyed|like|love|enjoy)"
_SAID = re.compile(rf"\bof (\d+) people (?:(\d+) )?who (?:also |really )?{_LIKE} ")
_PRONOUN = re.compile(r"(?:it|that|this|that one|this one|that (?:film|one))\b")
_ALSO = re.compile(
    rf",?\s*(?:(?P<both>\d+) (?:of them )?)?(?:also |really |went on to )*{_LIKE}"
    r"(?:\s+(?P<what>\w+))?"
)
_ITEM = frozenset("it this that these them the too as".split())


def without_counts(plain: str, facts: Sequence[str], nouns: frozenset[str]) -> str | None:
    """A folded sentence without its counts of people, each of which a fact states; none where one
    is not stated.

    Args:
        nouns: what an item may be called.
    """
    found = [match for fact in facts if (match := _FACT.search(fact))]
    known = [(match[1], match[2], match[3]) for match in found]
    titles = {title for _, title, _ in known}
    titles |= {match[1] or match[2] for fact in facts if (match := _OTHER.match(fact))}
    while match := _SAID.search(plain):
        rest = plain[match.end() :]
        after = None
        for people, title, both in known:
            if match[1] == people and match[2] in (None, both):
                others = [one for one in titles - {title} if one in plain]
                after = _after(rest, title, both, match[2], others, nouns)
                if after is not None:
                    break
        if after is None:
            return None
        plain = plain[: match.start()] + after
    return plain


def _after(
    rest: str, title: str, both: str, said: str | None, others: list[str], nouns: frozenset[str]
) -> str | None:
    """What follows a count that is right; none where it is wrong."""
    if rest.startswith(title):
        rest = rest[len(title) :]
    elif (pronoun := _PRONOUN.match(rest)) and not others:
        rest = rest[pronoun.end() :]
    else:
        return None
    also = _ALSO.match(rest)
    if also is None:
        return rest if said else None  # `liked by 12 of the 41 people who liked Heat`
    counted = also["both"] == (both if said is None else None)
    if not counted or also["what"] not in {None, *_ITEM, *nouns}:
        return None
    return rest[also.end() :]
