"""What an item is said to have in common with another: whole values of the fact that says so."""

import re
from collections.abc import Callable, Sequence, Set

SHARED_FACT = "in common with "
_FACT = re.compile(r"in common with (.+?): (.+)")
_OF_OTHERS = re.compile(r"of \d+ people|close to ")
_WORD = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_CUE = re.compile(r"\bcommon\b|\b(?:shares?|shared|sharing)\b")
_LIKE = (
    r"(?<!you )(?<!who )(?<!people )(?<!fans )(?P<opens>^\W*(?:just |much )?)?"
    r"\b(?:like|as (?:in|with)) (?:the )?TITLE\b"
)
_CLAUSE = re.compile(
    r"[;:] |, (?:and|but|so|while) | and (?=(?:it|this|that|also|is|has|runs|shares?|\d+)\b)"
)
_LIKED = re.compile(r"(?:,? ?(?:which|that) )?(?:you|they) (?:also )?(?:liked|loved|enjoyed)")


def sharing_known(
    plain: str, facts: Sequence[str], loose: Set[str], stem: Callable[[str], str]
) -> bool:
    """Whether each clause about what is shared names whole values of a fact about sharing.

    Args:
        loose: stems of words that state nothing.
    """
    shared = [(match[1], match[2]) for fact in facts if (match := _FACT.match(fact))]
    loose = loose | {stem(word) for word in ("common", "what", "shares", "both")}
    title_or_noun = [fact for fact in facts if ": " not in fact and not _OF_OTHERS.match(fact)]
    own = {stem(word) for fact in title_or_noun for word in _WORD.findall(fact)}
    for clause in _CLAUSE.split(plain):
        if _CUE.search(clause):
            named = [one for one in shared if one[0] in clause]
            if not any(_values_said(clause, *one, loose | own, stem) for one in named):
                return False
        for title, values in shared:
            if match := re.search(_LIKE.replace("TITLE", re.escape(title)), clause):
                # `Like X, it is …` speaks of all that follows, `…, as in X` of what is before it.
                before = clause[: match.start()].rstrip(" ,").split(", ")[-1]
                meant = before if before.strip() and not match["opens"] else clause[match.end() :]
                said = {stem(word.removesuffix("'s")) for word in _WORD.findall(meant)}
                if not said - loose - own <= {stem(word) for word in _WORD.findall(values)}:
                    return False
    return True


def _values_said(
    clause: str, title: str, values: str, loose: Set[str], stem: Callable[[str], str]
) -> bool:
    """Whether a clause names at least one whole value, and nothing but whole values."""
    rest = _LIKED.sub(" ", clause.replace(title, " "))
    said = {stem(word.removesuffix("'s")) for word in _WORD.findall(rest)} - loose
    whole: set[str] = set()
    for value in values.rstrip(".").split(", "):
        words = {stem(word) for word in _WORD.findall(value)}
        if value in rest if " " in value else words <= said | loose:
            whole |= words
    return bool(said & whole) and said <= whole
