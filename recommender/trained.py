"""A trained recommender on disk: its channels, their fusion, and a card that says what it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from safetensors import SafetensorError

from ..catalog.store import Catalog
from ..errors import BadInputError, MissingError
from ..files import building_folder, data_dir
from .channels.channel import Channel
from .channels.content import Content
from .channels.ease import Ease
from .channels.item_knn import ItemKnn
from .channels.popularity import Popularity
from .channels.sequence import Sequence as SequenceChannel
from .channels.transition import Transition
from .diversity import maximal_marginal_relevance
from .histories import Histories
from .learned_fusion import LearnedFusion, gather
from .vectors import VectorIndex

FORMAT = 1
"""Layout of the folder; raised when an older one can no longer be read."""
KINDS: dict[str, type[Channel]] = {
    "sequence": SequenceChannel,
    "ease": Ease,
    "transition": Transition,
    "item_knn": ItemKnn,
    "popularity": Popularity,
    "text": Content,
    "image": Content,
}
"""Channel name -> its class."""
DIVERSIFIED = 5
"""Times as many items as are wanted, of which diversity re-ranking chooses."""
UNREADABLE = (
    OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError,
)  # fmt: skip
"""What pydantic, NumPy, torch, safetensors and faiss raise for files that are not whole."""


class Card(BaseModel):
    """What a trained recommender is, and how well it did."""

    model_config = ConfigDict(extra="forbid")

    format: int = FORMAT
    """Layout of the folder."""
    catalog: str
    """Name of the catalogue."""
    fingerprint: str
    """The catalogue's fingerprint at the time."""
    licence: str
    """Terms of the data it was trained on."""
    settings: dict[str, object]
    """What it was trained with."""
    command: str
    """Makes it again."""
    users: int
    """People whose histories trained it."""
    interactions: int
    """Interactions that trained it."""
    figures: dict[str, float]
    """By full ranking of each person's last item: NDCG@10 and the like."""
    seconds: float
    """Time that training took."""


class Ranked(NamedTuple):
    """A recommended item."""

    row: int
    """Its row in the catalogue."""
    score: float
    """Fused score; comparable within one list."""
    channels: dict[str, float]
    """What each channel added to the score."""


class TrainedRecommender:
    """Ranks a catalogue's items for a history."""

    def __init__(self, card: Card, channels: Sequence[Channel], fusion: LearnedFusion) -> None:
        self.card = card
        self.channels = channels
        self.fusion = fusion

    @classmethod
    def open(cls, catalog: Catalog) -> "TrainedRecommender":
        """The trained recommender of a catalogue.

        Raises:
            MissingError: none was trained.
            BadInputError: the catalogue is not the one it was trained on, or the folder is damaged.
        """
        folder, name = folder_of(catalog), catalog.manifest.name
        mend = f"run: tastemaker train recommender --catalog {name}"
        if not (folder / "card.json").is_file():
            raise not_trained(catalog)
        try:
            card = Card.model_validate_json((folder / "card.json").read_bytes())
            if card.format != FORMAT:
                raise BadInputError(f"The recommender in {folder} is of an older kind; {mend}")
            if card.fingerprint != catalog.fingerprint:
                raise BadInputError(
                    f"The catalogue {name} changed after its recommender was trained"
                    f" (it was {card.fingerprint}, now it is {catalog.fingerprint}); {mend}"
                )
            fusion = LearnedFusion.model_validate_json((folder / "fusion.json").read_bytes())
            channels = [KINDS[kind].load(folder / kind) for kind in fusion.channels]
        except UNREADABLE as error:
            raise BadInputError(
                f"The trained recommender in {folder} is damaged ({type(error).__name__}); {mend}"
            ) from error
        return cls(card, channels, fusion)

    def save(self, folder: Path) -> None:
        """Write everything to `folder`, in place of what was there."""
        with building_folder(folder) as temporary:
            for channel in self.channels:
                (temporary / channel.name).mkdir()
                channel.save(temporary / channel.name)
            (temporary / "fusion.json").write_text(self.fusion.model_dump_json(indent=1))
            (temporary / "card.json").write_text(self.card.model_dump_json(indent=1))

    def rank(
        self,
        history: Histories,
        k: int,
        allowed: NDArray[np.bool_],
        diversity: float = 0.0,
        vectors: VectorIndex | None = None,
    ) -> list[Ranked]:
        """The best `k` allowed items for one person's history, best first.

        Args:
            allowed: items that may come back, boolean (items,).
            diversity: 0 the best items, 1 the least alike; maximal marginal relevance between.
            vectors: the items' unit vectors, which say how alike they are.
        """
        scores = [next(iter(channel.scores(history))) for channel in self.channels]
        candidates = gather(scores, len(history.items), allowed)
        fused = self.fusion.fuse(candidates)
        best = np.argsort(-fused, kind="stable")
        if diversity > 0 and vectors is not None:
            best = best[: k * DIVERSIFIED]
            found = candidates.rows[best]
            alike = vectors.vectors(found)
            best = best[maximal_marginal_relevance(fused[best], alike, k, 1 - diversity)]
        best = best[:k]
        shares = self.fusion.shares(candidates)[best]
        return [
            Ranked(
                int(candidates.rows[place]),
                float(fused[place]),
                dict(zip(self.fusion.channels, map(float, share), strict=True)),
            )
            for place, share in zip(best, shares, strict=True)
        ]


def not_trained(catalog: Catalog) -> MissingError:
    """What is said of a catalogue without a trained recommender."""
    name = catalog.manifest.name
    return MissingError(
        f"No recommender was trained for the catalogue {name};"
        f" run: tastemaker train recommender --catalog {name}"
    )


def folder_of(catalog: Catalog) -> Path:
    """Where a catalogue's trained recommender is kept; it need not exist."""
    return data_dir() / "recommenders" / catalog.manifest.name
