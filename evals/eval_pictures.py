"""`tastemaker eval pictures`: how well words find pictures, and pictures find their like.

On pairs that the map between words and pictures never learnt from. No language model is asked.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agent.seeing import SURE
from ..errors import MissingError
from ..packages import Progress, silent
from ..recommender.cross_modal import CrossModalMap, shipped_map
from ..recommender.text_encoder import TextEncoder
from ..serving.models import resolve_model
from ..settings import Settings
from ..teaching.seeing.pictures import Picture
from ..teaching.seeing.tower import Tower
from ..teaching.train_vision import all_pictures
from .ranking import bootstrap_interval
from .report import Report, environment

NEAREST = 5
"""Pictures whose kind is looked at."""
FEWEST = 10
"""Pictures with a kind that a set must have for a figure."""


def run(
    settings: Settings, *, catalogs: Sequence[str], seed: int = 0, progress: Progress = silent
) -> Report:
    """Recall of text-to-image search and precision of image-to-image search.

    Raises:
        MissingError: no map fits the configured encoders, or drawings cannot be had.
    """
    mapped = shipped_map(settings.text_encoder, settings.image_encoder)
    if mapped is None:
        raise MissingError(
            f"No map is there from {settings.text_encoder} to {settings.image_encoder}: train one"
            " with `tastemaker train map`."
        )
    pictures, _ = all_pictures(catalogs, progress)
    tower = Tower(resolve_model(settings.image_encoder, progress))
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    by_set: dict[str, list[Picture]] = defaultdict(list)
    for one in pictures:
        by_set[one.set].append(one)
    found, alike = [], []
    for name, listed in by_set.items():
        images = tower.embeds(tower.states([(one, 0) for one in listed], progress))
        texts = encoder.encode([one.caption for one in listed])
        if any(one.held_out for one in listed):
            found.append(_recall(name, listed, images, texts, mapped, seed))
        alike += _precision(name, listed, mapped.image(images), texts, seed)
    return Report(
        name="pictures",
        protocol=(
            "Text to image: each held-out caption searches the held-out pictures of its set through"
            " the shipped map; recall counts its own picture (drawings of one caption count as"
            f" one). `believed`: pictures whose own caption has a cosine of {SURE:g} or more, from"
            " which the agent passes a model's description on; `others believed`: the same for"
            f" captions of other pictures. Image to image: share of the {NEAREST} nearest other"
            " pictures of a set that are of the same kind, for held-out ones; `text only` finds"
            " the nearest by title instead, `chance` is what drawing by lot would give. Brackets:"
            " 95 % bootstrap intervals over pictures."
        ),
        environment=environment(),
        rows=[*found, *alike],
    )


def _recall(
    name: str,
    listed: Sequence[Picture],
    images: NDArray[np.float32],
    texts: NDArray[np.float32],
    mapped: CrossModalMap,
    seed: int,
) -> dict[str, Any]:
    held = [n for n, one in enumerate(listed) if one.held_out]
    scores = mapped.text(texts[held]) @ mapped.image(images[held]).T
    captions = np.array([listed[n].caption.lower() for n in held])
    right = np.where(captions[:, None] == captions[None], scores, -np.inf).max(axis=1)
    wrong = captions[:, None] != captions[None]
    places = (wrong & (scores > right[:, None])).sum(axis=1)
    others = scores[wrong] if wrong.any() else np.zeros(1)
    row: dict[str, Any] = {"search": "text to image", "set": name, "pairs": len(held)}
    for k in (1, 5, 10):
        row[f"recall@{k}"] = round(float((places < k).mean()), 3)
        row[f"chance@{k}"] = round(min(k / len(set(captions)), 1.0), 3)
    return row | {
        "recall@5 interval": _interval(places < 5, seed),
        "believed": round(float((right >= SURE).mean()), 3),
        "others believed": round(float((others >= SURE).mean()), 3),
    }


def _precision(
    name: str,
    listed: Sequence[Picture],
    images: NDArray[np.float32],
    texts: NDArray[np.float32],
    seed: int,
) -> list[dict[str, Any]]:
    known = [n for n, one in enumerate(listed) if one.kind]
    asked = [place for place, n in enumerate(known) if listed[n].held_out]
    kinds = np.array([listed[n].kind for n in known])
    counts = Counter(kinds.tolist())
    if len(asked) < FEWEST or len(counts) < 2:
        return []
    chance = np.mean([(counts[kinds[n]] - 1) / (len(known) - 1) for n in asked])
    by_image, by_text = (_same_kind(side[known], kinds, asked) for side in (images, texts))
    return [
        {
            "search": "image to image",
            "set": name,
            "pictures": len(asked),
            "kinds": len(counts),
            f"precision@{NEAREST}": round(float(by_image.mean()), 3),
            "interval": _interval(by_image, seed),
            "text only": round(float(by_text.mean()), 3),
            "chance": round(float(chance), 3),
        }
    ]


def _same_kind(
    vectors: NDArray[np.float32], kinds: NDArray[np.str_], asked: Sequence[int]
) -> NDArray[np.float64]:
    """For each row in `asked`, the share of its nearest others that are of its kind."""
    scores = vectors[asked] @ vectors.T
    scores[np.arange(len(asked)), asked] = -np.inf
    nearest = np.argsort(-scores, axis=1)[:, :NEAREST]
    return (kinds[nearest] == kinds[asked][:, None]).mean(axis=1)


def _interval(values: NDArray[Any], seed: int) -> str:
    low, high = bootstrap_interval(values.astype(np.float64), seed)
    return f"[{low:.3f}, {high:.3f}]"
