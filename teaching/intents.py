"""Fitting the intent classifier (`agent.reading.intent_classifier`) to the written messages."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from ..agent.reading.intent_classifier import INTENTS, ngrams
from .messages import Message

MIN_MESSAGES = 2
"""Messages that an n-gram occurs in at least, to be a feature."""
INVERSE_PENALTY = 9.0
"""C of the logistic regression."""


def fit_intents(messages: Sequence[Message], folder: Path) -> float:
    """Write the classifier's weights; gives the share of the messages that it gets right."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectors = TfidfVectorizer(
        analyzer=ngrams,  # pyright: ignore[reportArgumentType] - a function is fine
        min_df=MIN_MESSAGES,
        sublinear_tf=True,
    )
    seen = vectors.fit_transform([message.text for message in messages])
    truth = [INTENTS.index(message.intent) for message in messages]
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=500).fit(seen, truth)
    weights = np.zeros((len(vectors.idf_), len(INTENTS)), dtype=np.float16)
    bias = np.full(len(INTENTS), -30.0, dtype=np.float32)  # what was never seen is never guessed
    weights[:, model.classes_] = model.coef_.T
    bias[model.classes_] = model.intercept_
    save_file(
        {"idf": vectors.idf_.astype(np.float32), "weights": weights, "bias": bias},
        folder / "intents.safetensors",
    )
    features = vectors.get_feature_names_out().tolist()
    (folder / "features.txt").write_text("\n".join(features) + "\n", encoding="utf-8")
    return float(model.score(seen, truth))
