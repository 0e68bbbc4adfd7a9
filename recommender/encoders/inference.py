"""The user encoder's forward pass in NumPy, for one history at a time.

A process that only recommends starts without PyTorch and transformers, whose import takes seconds.
A test holds it equal to `UserEncoder`.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from .levels import gap_levels, value_levels

Weights = Mapping[str, NDArray[np.float32]]
"""The state of a `UserEncoder` by name."""
Array = NDArray[np.float32]
ROTARY_BASE = 10_000.0


def user_vector(
    weights: Weights, heads: int, items: Array, values: NDArray[np.float32],
    times: NDArray[np.float64],
) -> Array:  # fmt: skip
    """A person's vector after the whole history. Shape (output,).

    Args:
        heads: attention heads of the transformer.
        items: vectors of the items met, oldest first, (length, hidden); at least one.
        values: their ratings, NaN where there is none, (length,).
        times: Unix seconds, NaN where unknown, (length,).
    """
    rated = weights["value_levels.weight"][value_levels(values[None])[0]]
    waited = weights["gap_levels.weight"][gap_levels(times[None])[0]]
    state = np.concatenate([weights["prompts"], items + rated + waited])
    layer = 0
    while (name := f"transformer.layers.{layer}") + ".attention.dense.weight" in weights:
        normed = _norm(weights, f"{name}.input_layernorm", state)
        state = state + _attention(weights, f"{name}.attention", normed, heads)
        normed = _norm(weights, f"{name}.post_attention_layernorm", state)
        wide = _linear(weights, f"{name}.mlp.dense_h_to_4h", normed)
        wide = wide * (0.5 * (1.0 + erf(wide / np.float32(np.sqrt(2)))))
        state = state + _linear(weights, f"{name}.mlp.dense_4h_to_h", wide)
        layer += 1
    vector = _norm(weights, "transformer.final_layer_norm", state[-1])
    head = 0
    while f"head.{head}.weight" in weights:
        vector = _linear(weights, f"head.{head}", vector)
        head += 1
    return vector.astype(np.float32)


def _attention(weights: Weights, name: str, state: Array, heads: int) -> Array:
    length, hidden = state.shape
    mixed = _linear(weights, f"{name}.query_key_value", state).reshape(length, heads, -1)
    query, key, value = np.split(mixed.transpose(1, 0, 2), 3, axis=2)  # (heads, length, size)
    query, key = _rotate(query), _rotate(key)
    scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(hidden // heads))
    scores[:, np.triu(np.ones((length, length), dtype=bool), 1)] = -np.inf
    scores = np.exp(scores - scores.max(2, keepdims=True))
    found = (scores / scores.sum(2, keepdims=True)) @ value
    return _linear(weights, f"{name}.dense", found.transpose(1, 0, 2).reshape(length, hidden))


def _rotate(vectors: Array) -> Array:
    """Rotary positions (Su et al. 2021). (heads, length, size)."""
    length, size = vectors.shape[1:]
    speed = ROTARY_BASE ** (-np.arange(0, size, 2, dtype=np.float32) / size)
    angle = np.tile(np.arange(length, dtype=np.float32)[:, None] * speed, 2)
    turned = np.concatenate([-vectors[..., size // 2 :], vectors[..., : size // 2]], axis=2)
    return (vectors * np.cos(angle) + turned * np.sin(angle)).astype(np.float32)


def _norm(weights: Weights, name: str, state: Array) -> Array:
    centred = state - state.mean(-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
    return centred / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _linear(weights: Weights, name: str, state: Array) -> Array:
    return state @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
