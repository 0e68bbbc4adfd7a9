"""The recommender of one catalogue: its indexes, and candidates for a query.

Channels find items that satisfy every hard constraint; fusion orders them. Hard constraints and
exclusions are a mask that each channel searches under, so they cost no recall.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from ..catalog.constraints import Constraint, satisfies
from ..catalog.store import Catalog
from ..errors import BadInputError
from ..files import building_folder, cache_dir, safe_name
from ..packages import Progress, silent
from .collaborative import ItemSimilarity, liked_matrix
from .documents import lexical_document
from .eyes import Eyes
from .fusion import reciprocal_rank_fusion
from .histories import Histories
from .item_vectors import text_vectors
from .lexical import LexicalIndex, top
from .query import Candidate, Query
from .text_encoder import TextEncoder
from .trained import TrainedRecommender
from .vectors import Hits, VectorIndex

CHANNEL_DEPTH = 200
"""Items that each channel contributes at least."""
RECENT_LIKES = 20
"""Liked items that speak for a person's taste; older ones are left out."""
FORMAT = 4
"""Raised when the indexes' content changes, so that old ones are built again."""

WEIGHTS = {
    "semantic": 1.0,  # what was said, by meaning
    "lexical": 0.7,  # what was said, by word
    "similar": 1.5,  # resembles the items that were named, by content
    "similar_liked": 1.5,  # resembles them, by the people who liked both
    "taste": 0.4,  # resembles what the person liked, by content
    "taste_liked": 1.0,  # resembles it, by the people who liked both
    "picture": 2.5,  # looks like the picture that was shown, moved towards what was said
    "looks": 0.5,  # looks like what was said
    "popular": 0.5,  # liked by many
    "personal": 2.0,  # the trained recommender's order; it stands for the three before
}
"""Weights of what a request says against what the person's history says, set by hand: they depend
on how people ask, which no history of interactions shows."""


class Recommender:
    """Candidates from one catalogue."""

    def __init__(
        self,
        catalog: Catalog,
        encoder: TextEncoder,
        vectors: VectorIndex,
        words: LexicalIndex,
        people: ItemSimilarity,
        trained: TrainedRecommender | None = None,
        eyes: Eyes | None = None,
    ) -> None:
        self.catalog = catalog
        self.encoder = encoder
        self.vectors = vectors
        self.words = words
        self.people = people
        self.trained = trained
        self.eyes = eyes
        # A dialogue says the same words over many turns, and encoding is the dearest part of one.
        self._meaning = lru_cache(maxsize=256)(lambda text: encoder.encode([text])[0])

    @classmethod
    def open(
        cls,
        catalog: Catalog,
        encoder: TextEncoder,
        progress: Progress = silent,
        trained: TrainedRecommender | None = None,
        eyes: Eyes | None = None,
    ) -> "Recommender":
        """The recommender of a catalogue; its indexes are built once and kept in the cache.

        With a trained one a person's history speaks through it; else through content and people.
        With eyes the items' pictures are looked at, and a person's picture can be searched by.
        """
        if eyes is not None:
            eyes.prepare()
        key = f"{FORMAT}-{catalog.fingerprint}-{safe_name(str(encoder.folder))}"
        folder = cache_dir() / "indexes" / key
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock")):
            if not folder.exists():
                _build_indexes(catalog, encoder, folder, progress)
        return cls(
            catalog,
            encoder,
            VectorIndex.load(folder / "vectors.faiss"),
            LexicalIndex.load(folder / "bm25"),
            ItemSimilarity.load(folder),
            trained,
            eyes,
        )

    def allowed(
        self, constraints: tuple[Constraint, ...], exclude: tuple[str, ...]
    ) -> NDArray[np.bool_]:
        """Items that satisfy every constraint and are not excluded. Shape (items,)."""
        allowed = satisfies(self.catalog, constraints).copy()
        allowed[self.rows(exclude)] = False
        return allowed

    def candidates(self, query: Query, k: int) -> list[Candidate]:
        """The best `k` items that satisfy the query's constraints, best first.

        Items that grant more preferences come before items that grant fewer; within those, by
        reciprocal-rank fusion of the channels. Fewer than `k` when fewer match.
        """
        allowed = self.allowed(query.constraints, query.exclude)
        granted = self._granted(query)
        said = self._meaning(query.text) if query.text.strip() else None
        found: list[Candidate] = []
        for level in sorted(set(granted[allowed].tolist()), reverse=True):
            tier = allowed & (granted == level)
            found += self._ranked(query, said, tier, level, k - len(found))
            if len(found) == k:
                break
        return found

    def relevance(self, text: str) -> float:
        """Cosine of a text to the nearest item: near 0 for what no item is about."""
        near = self.nearest(text, 1)
        return near[0][1] if near else 0.0

    def nearest(self, text: str, k: int) -> list[tuple[int, float]]:
        """Rows of the items closest in meaning to a text, with their cosines, nearest first."""
        everything = np.ones(len(self.catalog.item_ids), dtype=bool)
        rows, scores = self.vectors.search(self._meaning(text), k, everything)
        return list(zip(rows.tolist(), scores.tolist(), strict=True))

    def by_looks(
        self, item_ids: Sequence[str], text: str = "", picture: Path | None = None
    ) -> list[tuple[str, float]]:
        """Items by how much their pictures look like a text, a picture, or both: the best first,
        with their cosines. Items without a picture are left out.

        Raises:
            BadInputError: there are no pictures here, nothing is wanted, or the picture cannot be
                read.
        """
        eyes = self.eyes
        if eyes is None or not eyes.has_pictures:
            raise BadInputError("The items of this catalogue have no pictures to compare.")
        words = self._meaning(text) if text.strip() and eyes.reads_words else None
        shown = None if picture is None else eyes.of_picture(picture)
        if shown is None and words is None:
            raise BadInputError("Say what it should look like, in words or by a picture.")
        rows = self.rows(item_ids)
        allowed = np.zeros(len(self.catalog.item_ids), dtype=bool)
        allowed[rows] = True
        found, scores = eyes.search(eyes.like(shown, words), len(rows), allowed)
        ids = self.catalog.item_ids
        return [(ids[row], float(one)) for row, one in zip(found, scores, strict=True)]

    def shows(self, picture: Path, text: str) -> float:
        """Cosine of a picture to what a text says it shows; needs eyes that read words.

        Raises:
            BadInputError: the picture cannot be read.
        """
        assert self.eyes is not None
        words = self.eyes.of_words(self._meaning(text))
        return float(self.eyes.of_picture(picture) @ words)

    def _ranked(
        self,
        query: Query,
        said: NDArray[np.float32] | None,
        allowed: NDArray[np.bool_],
        granted: int,
        k: int,
    ) -> list[Candidate]:
        """The best `k` of the allowed items, which all grant the same number of preferences."""
        channels = self._channels(query, said, allowed, max(k, CHANNEL_DEPTH))
        fused = reciprocal_rank_fusion(channels, WEIGHTS, len(allowed))
        best = top(np.where(allowed, fused, -1.0).astype(np.float32), min(k, int(allowed.sum())))
        found = {name: dict(zip(*_lists(hits), strict=True)) for name, hits in channels.items()}
        return [
            Candidate(
                item_id=self.catalog.item_ids[row],
                score=round(float(fused[row]), 6),
                channels={name: round(hits[row], 4) for name, hits in found.items() if row in hits},
                granted=granted,
            )
            for row in best.tolist()
        ]

    def _channels(
        self,
        query: Query,
        said: NDArray[np.float32] | None,
        allowed: NDArray[np.bool_],
        depth: int,
    ) -> dict[str, Hits]:
        channels: dict[str, Hits] = {}
        if self.trained is None:
            channels["popular"] = self.people.most_popular(depth, allowed)
        else:
            history = Histories.of_person(self.catalog, query.user, query.liked)
            ranked = self.trained.rank(history, depth, allowed)
            channels["personal"] = (
                np.array([one.row for one in ranked], dtype=np.int64),
                np.array([one.score for one in ranked], dtype=np.float32),
            )
        if said is not None:
            channels["semantic"] = self.vectors.search(said, depth, allowed)
            channels["lexical"] = self.words.search(query.text, depth, allowed)
        channels |= self._seen(query, said, allowed, depth)
        taste = () if self.trained else query.liked[-RECENT_LIKES:]
        for name, ids in (("similar", query.similar_to), ("taste", taste)):
            if rows := self.rows(ids):
                mean = self.vectors.vectors(rows).mean(axis=0)
                channels[name] = self.vectors.search(mean, depth, allowed)
                channels[f"{name}_liked"] = self.people.search(rows, depth, allowed)
        return channels

    def _seen(
        self,
        query: Query,
        said: NDArray[np.float32] | None,
        allowed: NDArray[np.bool_],
        depth: int,
    ) -> dict[str, Hits]:
        """What looks like the picture that was shown, or like what was said."""
        eyes = self.eyes
        if eyes is None or (query.picture is None and said is None):
            return {}
        shown = None if query.picture is None else eyes.of_picture(query.picture)
        words = said if eyes.reads_words else None
        if shown is None and not (eyes.has_pictures and words is not None):
            return {}
        wanted = eyes.like(shown, words)
        if eyes.has_pictures:
            name = "looks" if shown is None else "picture"
            return {name: eyes.search(wanted, depth, allowed)}
        meaning = eyes.in_words(wanted)
        return {} if meaning is None else {"picture": self.vectors.search(meaning, depth, allowed)}

    def _granted(self, query: Query) -> NDArray[np.int64]:
        granted = np.zeros(len(self.catalog.item_ids), dtype=np.int64)
        for wish in query.preferences:
            wanted = Constraint(attribute=wish.attribute, operator="in", values=wish.values)
            granted += satisfies(self.catalog, [wanted])
        return granted

    def rows(self, item_ids: Sequence[str]) -> list[int]:
        """Rows of the items that are there, in order."""
        rows = (self.catalog.row_of(item_id) for item_id in item_ids)
        return [row for row in rows if row is not None]


def _lists(hits: Hits) -> tuple[list[int], list[float]]:
    return hits[0].tolist(), hits[1].tolist()


def _build_indexes(
    catalog: Catalog, encoder: TextEncoder, folder: Path, progress: Progress
) -> None:
    items = [catalog.item(item_id) for item_id in catalog.item_ids]
    with building_folder(folder) as temporary:
        LexicalIndex.build([lexical_document(item) for item in items]).save(temporary / "bm25")
        ItemSimilarity.build(liked_matrix(catalog)).save(temporary)
        vectors, _ = text_vectors(catalog, encoder, progress)
        VectorIndex.build(vectors, progress).save(temporary / "vectors.faiss")
        (temporary / "card.json").write_text(
            json.dumps({"catalog": catalog.manifest.name, "encoder": encoder.folder.name})
        )
