"""The channels that need no gradient: computed from a catalogue in seconds."""

import numpy as np

from ..packages import Progress, silent
from .channels.channel import Channel
from .channels.content import Content
from .channels.ease import Ease
from .channels.item_knn import ItemKnn
from .channels.popularity import Popularity
from .encoders.features import ItemFeatures
from .histories import Histories
from .vectors import VectorIndex

CONTENT = ("text", "image")
"""Modalities that are channels of their own, too."""


def closed_form_channels(
    histories: Histories, features: ItemFeatures, progress: Progress = silent
) -> list[Channel]:
    """Every channel that needs no gradient."""
    channels: list[Channel] = [
        Ease.fit(histories, progress=progress),
        ItemKnn.fit(histories, progress=progress),
        Popularity.fit(histories, progress=progress),
    ]
    for name in CONTENT:
        if name in features.modalities and features.modalities[name].present.any():
            modality = features.modalities[name]
            vectors = np.where(modality.present[:, None], modality.vectors, 0.0).astype(np.float32)
            index = VectorIndex.build(vectors, progress)
            channels.append(Content(name, index, modality.present))
    return channels
