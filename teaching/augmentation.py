"""One written message becomes many: other words in its marks, slips of the pen, fillers.

What is swapped in comes from other messages and from the vocabularies of catalogues, so that a
model learns the work and not the words.
"""

import json
import random
import string
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..catalog.records import Manifest
from .messages import Message, Part

SWAPPED = ("want", "avoid")
MISSPELT = 0.3
"""Share of messages with slips."""
LOWER = 0.35
FILLED = 0.2
JOINED = 0.08
"""Share of recommend messages that two wishes are joined in."""
_BEFORE = (
    "ok ", "ok so ", "so ", "hmm, ", "hmm ", "hi, ", "hello! ", "hey ", "please ", "and ", "well, ",
    "um ", "alright, ", "oh, ", "right, ", "yeah ", "hi there, ", "sorry, ", "also, ", "btw ",
)  # fmt: skip
_AFTER = (
    " please", " pls", " thanks", " thx", "?", "!", " :)", " 🙂", "...", " plz", " thank you",
    " if you can", " if possible", " lol", ".", "!!", " tonight", " today", " for me",
)  # fmt: skip
_JOINS = (". ", ", and ", ". Also ", " and ", ", also ", ", oh and ", ". And ", "\u2014", "; ")
_NEAR = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "r": "et",
    "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip

CATALOGS = Path(__file__).parent / "data" / "catalogs"
_PROSE = ("item_id", "title", "description")

Pools = Mapping[str, Sequence[str]]
"""Kind of mark -> words that may stand in it."""


def pools_of(messages: Iterable[Message]) -> dict[str, Pools]:
    """Noun -> what is wanted and refused in its messages."""
    pools: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for message in messages:
        for part in message.parts:
            if part.kind in SWAPPED:
                for kind in SWAPPED:
                    pools[message.noun][kind].append(part.text)
    return {noun: dict(kinds) for noun, kinds in pools.items()}


def vocabulary_pool(manifest: Manifest, most: int = 400) -> list[str]:
    """Values of a catalogue and its synonyms, as people would type them."""
    values = [value for spec in manifest.attributes for value in list(spec.vocabulary)[:most]]
    return [*(v for v in values if len(v) <= 40 and "[" not in v), *manifest.synonyms]


def invented_pools(folder: Path = CATALOGS) -> dict[str, Pools]:
    """Item noun -> words of the small invented catalogues of such items."""
    pools: dict[str, Pools] = {}
    for path in sorted(folder.glob("*.jsonl")):
        header, *items = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        cells = [cell for item in items for name, cell in item.items() if name not in _PROSE]
        lists = [cell if isinstance(cell, list) else [cell] for cell in cells]
        words = list(dict.fromkeys(one for cell in lists for one in cell if isinstance(one, str)))
        pools[header["noun"]] = dict.fromkeys(SWAPPED, words)
    return pools


def varied(
    message: Message, messages: Sequence[Message], pools: Mapping[str, Pools], draw: random.Random
) -> Message:
    """A message like `message`, with its marks kept right."""
    parts = list(message.parts)
    if message.intent == "recommend" and draw.random() < JOINED:
        other = draw.choice(messages)
        if other.intent == "recommend":
            parts += [Part(text=draw.choice(_JOINS)), *other.parts]
    if draw.random() < 0.5:
        parts = [_swapped(part, pools.get(message.noun, {}), draw) for part in parts]
    if draw.random() < FILLED:
        parts.insert(0, Part(text=draw.choice(_BEFORE)))
    if draw.random() < FILLED:
        parts.append(Part(text=draw.choice(_AFTER)))
    if draw.random() < MISSPELT:
        parts = [_misspelt(part, draw) for part in parts]
    if draw.random() < LOWER:
        parts = [part.model_copy(update={"text": part.text.lower()}) for part in parts]
    if draw.random() < 0.3:
        parts[-1] = _unpunctuated(parts[-1])
    return message.model_copy(update={"parts": tuple(part for part in parts if part.text)})


def _swapped(part: Part, pools: Pools, draw: random.Random) -> Part:
    """With other words of about the same length, so that the sentence stays a sentence."""
    words = pools.get(part.kind or "", ())
    if not words or draw.random() < 0.4:
        return part
    new = draw.choice(words)
    if abs(len(new.split()) - len(part.text.split())) > 2:
        return part
    return part.model_copy(update={"text": new})


def _misspelt(part: Part, draw: random.Random) -> Part:
    words = part.text.split(" ")
    for index, word in enumerate(words):
        if len(word) > 3 and word.isalpha() and draw.random() < 0.12:
            words[index] = _slip(word, draw)
    return part.model_copy(update={"text": " ".join(words)})


def _slip(word: str, draw: random.Random) -> str:
    """One letter left out, doubled, swapped with the next, or its neighbour on the keyboard."""
    at = draw.randrange(1, len(word) - 1)
    match draw.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case 2:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case _:
            near = _NEAR.get(word[at].lower(), word[at])
            return word[:at] + draw.choice(near) + word[at + 1 :]


def _unpunctuated(part: Part) -> Part:
    if part.kind:
        return part
    return part.model_copy(update={"text": part.text.rstrip(string.punctuation + " ")})
