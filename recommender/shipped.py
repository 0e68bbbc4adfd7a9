"""Recommenders whose gradient-trained part ships with the package, for the demo packs.

The rest, closed-form channels and indexes, is computed from the catalogue in seconds. Shipped
weights fit a catalogue of the same items; ids tell, not the files' bytes, which differ between
versions of the libraries that write them.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from ..catalog.store import Catalog
from ..errors import MissingError
from ..packages import Progress, silent
from .channels.sequence import Sequence
from .closed_form import closed_form_channels
from .encoders.features import ItemFeatures
from .histories import Histories
from .learned_fusion import LearnedFusion
from .trained import Card, TrainedRecommender, folder_of

WEIGHTS = Path(__file__).parent.parent / "weights"
"""One folder a demo pack, `recommender-NAME`; see the card in each."""


def item_digest(catalog: Catalog) -> str:
    """SHA-256 of the item ids in order."""
    return hashlib.sha256("\n".join(catalog.item_ids).encode()).hexdigest()


def shipped_folder(catalog: Catalog, weights: Path = WEIGHTS) -> Path | None:
    """The shipped weights that fit a catalogue, if any do."""
    folder = weights / f"recommender-{catalog.manifest.name}"
    digest = folder / "items.sha256"
    fits = digest.is_file() and digest.read_text().strip() == item_digest(catalog)
    return folder if fits else None


def is_trained(catalog: Catalog) -> bool:
    """Whether a recommender was trained for a catalogue, or ships for it."""
    return (folder_of(catalog) / "card.json").exists() or shipped_folder(catalog) is not None


def open_recommender(
    catalog: Catalog,
    features: Callable[[], ItemFeatures],
    progress: Progress = silent,
    weights: Path = WEIGHTS,
) -> TrainedRecommender:
    """The trained recommender of a catalogue; one that ships is set up on the first call.

    `features` is called then only: describing every item takes a while.

    Raises:
        MissingError: none was trained, and none ships.
        BadInputError: the catalogue is not the one it was trained on, or the folder is damaged.
    """
    try:
        return TrainedRecommender.open(catalog)
    except MissingError:
        shipped = shipped_folder(catalog, weights)
        if shipped is None:
            raise
    progress("setting up the trained recommender", 0, None)
    fusion = LearnedFusion.model_validate_json((shipped / "fusion.json").read_bytes())
    card = Card.model_validate_json((shipped / "card.json").read_bytes())
    histories = Histories.from_catalog(catalog)
    channels = [
        Sequence.load(shipped / "sequence"), *closed_form_channels(histories, features(), progress)
    ]  # fmt: skip
    named = {channel.name: channel for channel in channels}
    recommender = TrainedRecommender(
        card.model_copy(update={"fingerprint": catalog.fingerprint}),
        [named[name] for name in fusion.channels],
        fusion,
    )
    recommender.save(folder_of(catalog))
    return recommender


def ship(catalog: Catalog, folder: Path) -> None:
    """Write what ships of a catalogue's trained recommender into an existing folder."""
    recommender = TrainedRecommender.open(catalog)
    (folder / "sequence").mkdir()
    recommender.channels[recommender.fusion.channels.index("sequence")].save(folder / "sequence")
    (folder / "fusion.json").write_text(recommender.fusion.model_dump_json(indent=1))
    (folder / "card.json").write_text(recommender.card.model_dump_json(indent=1))
    (folder / "items.sha256").write_text(item_digest(catalog) + "\n")
