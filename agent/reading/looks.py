"""Messages about pictures: words that point at the one that was sent, questions about looks."""

import re
from collections.abc import Iterable

from .patterns import one_of, phrase
from .reading import Reading
from .stopwords import STOPWORDS
from .text import content_words, fold, tokenize

_PICTURE = one_of(
    "pictures?", "photos?", "photographs?", "images?", "pics?", "screenshots?", "drawings?",
    "snapshots?",
)  # fmt: skip
_POINTS = re.compile(
    rf"\b(?:(?:just |exactly |a bit |somewhat )?(?:like|similar to|resembling|close to)"
    rf"(?: (?:this|that|the|my|an?|what is in (?:this|the|my))(?: attached| uploaded)? {_PICTURE}"
    rf"| (?:this|that|it|these)(?: one)?)"
    rf"|(?:in|on|to|from|with|for) (?:this|that|the|my)(?: attached| uploaded)? {_PICTURE}"
    rf"|(?:this|that|the|my) (?:attached |uploaded )?{_PICTURE}"
    rf"|here (?:is|are) (?:an?|the|my) {_PICTURE}(?: of)?"
    rf"|(?:that |which )?(?:suits?|match(?:es)?|go(?:es)? (?:well )?with|fits?(?: in| on)?)"
    rf" (?:this|that|my|our) (?:\w+ )?\w+(?=\s*(?:$|[.,!?;]|(?:but|and|with|in|for|please)\b)))\b",
    re.IGNORECASE,
)
_LOOKS = phrase(
    "suits?", "match(?:es)?", "goes? (?:well |best |better )?(?:with|in|on|above|over|next to)",
    "looks?", "looking(?! for)", "colou?rs?", "colou?rful", "brighter", "darker", "warmer",
    "cooler", "fits? (?:the|my|our|a|on|in)", "prettier", "prettiest", "more beautiful",
    "(?:hang|hangs|hanging|put) (?:it )?(?:in|on|above|over)",
)  # fmt: skip
_ASKING = frozenset(
    "which one ones two three first second third these those them better best more most suits suit"
    " match matches goes fits look looks looking would paintings films movies wines items products"
    " picture photo image".split()
)
_ANOTHER = re.compile(
    r"(?:(?:and|ok(?:ay)?|now|then|please|hmm+|yes|yet|show|give|find|me|us|got|have you"
    r"|do you have|any|some|a few|one|two|three|the|can i (?:see|have)|let me see|i want|i'd like)"
    r"[, ]+)*"
    r"(?:(?:an)?other(?:s| ones?)?|more(?: ones?)?|what else|(?:some|any)thing else)"
    r"(?:,? (?:please|then))*[ .!?]*"
)
_ABOUT_ITEMS = ("compare", "rank", "explain", "ask", "feedback", "reset", "history", "more_like")


def without_pointing(message: str) -> str:
    """The message without the words that point at the picture that came with it."""
    return re.sub(r"\s+", " ", _POINTS.sub(" ", message)).strip()


def with_picture(reading: Reading, picture: str) -> Reading:
    """The reading of a message that came with a picture: it asks for what resembles it, unless it
    is about items."""
    about_items = reading.intent in _ABOUT_ITEMS and (
        reading.references or reading.intent in ("feedback", "reset", "history")
    )
    intent = reading.intent if about_items else "recommend"
    return reading.model_copy(update={"picture": picture, "intent": intent})


def asks_for_another(message: str) -> bool:
    """Whether a message wants more of what was asked for, and nothing besides."""
    return bool(_ANOTHER.fullmatch(fold(message.strip())))


def asks_for_looks(message: str) -> bool:
    """Whether a question between items is about how they look."""
    return bool(_LOOKS.search(fold(message)))


def look_words(message: str, titles: Iterable[str] = ()) -> str:
    """What a question about looks names: `blue wall` in `which of these suits the blue wall?`.

    Args:
        titles: of the items that it is about; their words are no wish.
    """
    text = fold(message)
    for title in sorted(map(fold, titles), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(title)}(?!\w)", " ", text, count=1)
    words = content_words(tokenize(text))
    return " ".join(word for word in words if word not in _ASKING and word not in STOPWORDS)
