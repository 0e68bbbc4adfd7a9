"""What a message wants to happen, guessed from its words: logistic regression over word n-grams.

It knows the hand-written messages that the language model is taught with (`teaching/intents.py`).
Alone it helps the rules where none of their phrases fits; beside a language model it is a second
opinion, and the two err differently.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast, get_args

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from .reading import Intent
from .text import fold

WEIGHTS = Path(__file__).parents[2] / "weights" / "intents"
LONGEST = 3
"""Words of the longest n-gram."""
SURE = 0.5
"""Probability from which a guess stands alone."""
LLM_VOTE = 0.5
"""What a language model's word adds to the probability of its intent."""
PHRASE_VOTE = 0.2
"""The same of a phrase that names an intent (`intents.intent_of`)."""
_WORD = re.compile(r"[\w']+|[?!]")


class IntentClassifier:
    """Gives intents their probabilities."""

    def __init__(
        self,
        features: list[str],
        idf: NDArray[np.floating],
        weights: NDArray[np.floating],
        bias: NDArray[np.floating],
    ) -> None:
        """Args:
        idf: inverse document frequency of each feature. Shape (features,).
        weights: (features, intents), in the order of `Intent`.
        bias: (intents,).
        """
        self._places = {feature: place for place, feature in enumerate(features)}
        self._idf = idf.astype(np.float32)
        self._weights = weights.astype(np.float32)
        self._bias = bias.astype(np.float32)

    def probabilities(self, message: str) -> dict[Intent, float]:
        """Of every intent; they sum to 1."""
        counts = Counter(self._places[one] for one in ngrams(message) if one in self._places)
        places = np.fromiter(counts, dtype=np.int64, count=len(counts))
        found = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(found)) * self._idf[places]  # sublinear tf-idf
        length = float(np.linalg.norm(values)) or 1.0
        scores = (values / length) @ self._weights[places] + self._bias
        powers = np.exp(scores - scores.max())
        shares = powers / powers.sum()
        return {intent: float(share) for intent, share in zip(INTENTS, shares, strict=True)}

    def guess(self, message: str) -> Intent | None:
        """The intent that is more likely than not; none when no one is."""
        shares = self.probabilities(message)
        best = max(INTENTS, key=lambda intent: shares[intent])
        return best if shares[best] >= SURE else None

    def voted(self, message: str, by_llm: Intent, by_phrase: Intent | None = None) -> Intent:
        """The intent after a language model, and perhaps a phrase, has named its own."""
        shares = self.probabilities(message)
        shares[by_llm] += LLM_VOTE
        if by_phrase is not None:
            shares[by_phrase] += PHRASE_VOTE
        return max(INTENTS, key=lambda intent: shares[intent])


INTENTS = cast("tuple[Intent, ...]", get_args(Intent))


def ngrams(message: str) -> Iterator[str]:
    """Runs of one to three words of the folded message."""
    words = _WORD.findall(fold(message))
    for length in range(1, LONGEST + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


@cache
def shipped_classifier(folder: Path = WEIGHTS) -> IntentClassifier:
    """The classifier that comes with the package."""
    tensors = load_file(folder / "intents.safetensors")
    features = (folder / "features.txt").read_text(encoding="utf-8").splitlines()
    return IntentClassifier(features, tensors["idf"], tensors["weights"], tensors["bias"])
