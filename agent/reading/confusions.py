"""Intents that a small model takes for another, told apart by plain words of the message."""

import re

from .intents import intent_of, is_out_of_scope
from .marks import Marks
from .reading import Intent

_TELL_ME = re.compile(
    r"\btell me (?:a (?:bit|little) )?(?:more )?about\b|\bstory behind\b"
    r"|\bwhat's (?:actually |really )?(?:going on|happening)\b"
)
_REASON = re.compile(r"\bwhy\b|\breason|\bhow come\b")
_WHICH_IS = re.compile(
    r"\bwhich\b.{0,30}\b(?:is|has|are|costs?|lasts?|takes?) the"
    r" (?:(?!best\b|nicest\b)\w+est\b|most\b|least\b|best[- ]rated)"
)


def told_apart(intent: Intent, folded: str, marks: Marks) -> Intent:
    """The intent, unless it is one that a small model takes for another which the words name."""
    if intent == "explain" and _TELL_ME.search(folded) and not _REASON.search(folded):
        return "ask"
    if intent == "rank" and _WHICH_IS.search(folded):
        return "compare"
    if intent in ("ask", "explain") and is_out_of_scope(folded, linked=True):
        return "out_of_scope"
    if intent_of(folded) == "reset" and marks.said().keys() <= {"intent", "drop"}:
        return "reset"
    return intent
