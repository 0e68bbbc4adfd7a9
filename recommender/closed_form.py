"""The channels that need no gradient: computed from a catalogue in seconds."""

from ..packages import Progress, silent
from .channels.channel import Channel
from .channels.content import Content, centred
from .channels.ease import Ease
from .channels.item_knn import ItemKnn
from .channels.popularity import Popularity
from .channels.transition import Transition
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
        Transition.fit(histories, progress=progress),
        ItemKnn.fit(histories, progress=progress),
        Popularity.fit(histories, progress=progress),
    ]
    for name in CONTENT:
        if name in features.modalities and features.modalities[name].present.any():
            modality = features.modalities[name]
            index = VectorIndex.build(centred(modality.vectors, modality.present), progress)
            channels.append(Content(name, index, modality.present))
    return channels
