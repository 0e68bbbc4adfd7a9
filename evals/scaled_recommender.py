"""A trained recommender blown up to any number of items, to time what grows with them."""

import numpy as np

from ..packages import Progress, silent
from ..recommender.channels.channel import Channel
from ..recommender.channels.content import Content
from ..recommender.channels.sequence import Sequence
from ..recommender.histories import Histories
from ..recommender.recommender import Recommender
from ..recommender.trained import TrainedRecommender
from ..recommender.vectors import VectorIndex
from ..settings import Settings
from .bench_index import built_index, made_vectors
from .smoothed_bootstrap import smoothed_bootstrap

PER_USER = 50
"""Interactions of a user, on average."""
HEAD = 100
"""The nth most popular item is met in proportion to 1 / (n + HEAD)."""
DAYS = 730
"""Over which the interactions spread."""
QUERIES = 1000
"""As in `bench index`, so that both share one index."""


def made_histories(items: int, interactions: int, seed: int) -> Histories:
    """Histories of users who meet items by their popularity; about so many interactions."""
    chance = np.random.default_rng(seed)
    users = max(1, interactions // PER_USER)
    lengths = chance.geometric(1 / PER_USER, users)
    chances = np.cumsum(1 / (np.arange(items) + HEAD))
    drawn = np.searchsorted(chances, chance.random(lengths.sum()) * chances[-1])
    met = chance.permutation(items)[drawn]
    pairs = np.unique(np.repeat(np.arange(users), lengths) * items + met)  # no item twice
    of_user, met = np.divmod(chance.permutation(pairs), items)
    times = chance.random(len(pairs)) * DAYS * 86_400
    order = np.lexsort((times, of_user))
    return Histories(
        [f"u{user}" for user in range(users)],
        np.concatenate([[0], np.cumsum(np.bincount(of_user, minlength=users))]).astype(np.int64),
        met[order].astype(np.int32),
        np.full(len(pairs), np.nan, dtype=np.float32),
        times[order],
        items,
    )


def scaled(
    recommender: Recommender,
    channels: list[Channel],
    settings: Settings,
    items: int,
    seed: int,
    progress: Progress = silent,
) -> TrainedRecommender:
    """The recommender with `items` made-up items: its user encoder and fusion as they are,
    vectors drawn around its own (`smoothed_bootstrap`), and the given `channels`."""
    trained = recommender.trained
    assert trained is not None
    sequence = next(one for one in trained.channels if isinstance(one, Sequence))
    vectors = smoothed_bootstrap(sequence.outputs, items, seed, progress)
    channels = [*channels, sequence.with_items(vectors, VectorIndex.build(vectors, progress))]
    texts, _ = made_vectors(settings, items, QUERIES, seed, progress)
    index, _ = built_index(texts, progress)
    channels.append(Content("text", index, np.ones(items, dtype=bool)))
    named = {channel.name: channel for channel in channels}
    return TrainedRecommender(
        trained.card, [named[name] for name in trained.fusion.channels], trained.fusion
    )
