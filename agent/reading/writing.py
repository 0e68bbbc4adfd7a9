"""Whether a message asks for a text about an item, and for which channel.

Only plain words count (`write me a two-line invitation`, `draft a push message for the first one`):
a request that is overlooked is answered by reasons, one that is imagined would be a nuisance.
"""

import re

from .patterns import one_of

_VERB = one_of("write", "draft", "compose", "prepare", "make me", "give me")
_BETWEEN = r"(?:[\w'-]+ ){0,5}?"
_KINDS = {
    "push": ("push messages?", "push notifications?"),
    "email": ("e-?mails?", "newsletters?"),
    "sms": ("sms", "text messages?"),
    "google_performance_max": ("google ads?", "performance max"),
    "linkedin": (r"linkedin \w+",),
    "meta": (r"facebook \w+", r"instagram \w+", "ads?", "adverts?", "advertisements?"),
    "product_page": ("product (?:descriptions?|pages?|texts?)",),
    "invitation": (
        "invitations?", "invites?", "blurbs?", "teasers?", "captions?", "slogans?",
        "(?:short |two )?lines", "copy", "(?:messages?|notes?|posts?) (?:to|for|about)",
    ),
}  # fmt: skip
_ASKS = {
    name: re.compile(rf"(?<!\w){_VERB} {_BETWEEN}{one_of(*kinds)}(?!\w)")
    for name, kinds in _KINDS.items()
}


def asked_channel(folded: str) -> str:
    """The channel of the text that a message asks for; empty where it asks for none."""
    return next((name for name, pattern in _ASKS.items() if pattern.search(folded)), "")
