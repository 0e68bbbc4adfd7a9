"""The contents of a catalogue's items, each modality through its own encoder."""

from ..catalog.store import Catalog
from ..packages import Progress, silent
from ..serving.models import resolve_model
from .encoders.features import ItemFeatures, Modality, attribute_features
from .image_encoder import ImageEncoder
from .item_vectors import image_vectors, text_vectors
from .text_encoder import TextEncoder


def item_features(
    catalog: Catalog, text: TextEncoder, image_model: str, progress: Progress = silent
) -> ItemFeatures:
    """Attributes, text and images; a modality that no item has is left out.

    Args:
        image_model: name of the image encoder, fetched only when there are images.
    """
    found = {
        "attributes": attribute_features(catalog),
        "text": Modality(*text_vectors(catalog, text, progress)),
    }
    if catalog.manifest.images:
        encoder = ImageEncoder(resolve_model(image_model, progress))
        found["image"] = Modality(*image_vectors(catalog, encoder, progress))
    return ItemFeatures(
        len(catalog.item_ids), {name: value for name, value in found.items() if value.present.any()}
    )
