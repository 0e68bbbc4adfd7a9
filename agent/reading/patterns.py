"""How the word lists of this folder become regular expressions."""

import re


def one_of(*alternatives: str) -> str:
    """A group that matches any of the alternatives, each a regular expression."""
    return f"(?:{'|'.join(alternatives)})"


def phrase(*alternatives: str) -> re.Pattern[str]:
    """Matches any of the alternatives where it stands as words of its own."""
    return re.compile(rf"(?<!\w){one_of(*alternatives)}(?!\w)")


def opening(*alternatives: str) -> re.Pattern[str]:
    """Matches any of the alternatives at the start of a message, after a filler or two."""
    filler = one_of("and", "but", "so", "ok", "okay", "well", "hmm+", "wait", "sorry", "please")
    return re.compile(rf"^(?:{filler}[, ]+){{0,2}}{one_of(*alternatives)}(?!\w)")
