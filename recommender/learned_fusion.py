"""Learned fusion: one order from the opinions of all channels, calibrated on held-out steps.

A linear model over what each channel says of a candidate, its weights moving with how active the
person is; trained with the softmax over a person's candidates (ListNet's top-one loss, Cao et al.,
ICML 2007). A few dozen weights, so that a few hundred people calibrate it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from .channels.channel import Channel, Scores
from .histories import Histories

DEPTH = 100
"""Items that each channel puts forward."""
OF_A_CHANNEL = 3
"""Features of an opinion: standardised score, logarithm of the rank, whether there is one."""
PENALTY = 1e-3
"""Weight of the squared weights in the loss."""
EPOCHS = 150
MOST_PEOPLE = 4_000
"""People that calibrate at most; bounds the memory."""


class LearnedFusion(BaseModel):
    """The weights of the channels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: list[str]
    """Names, in the weights' order."""
    weights: list[float]
    """Per feature of each channel: its weight, then how it moves with activity."""

    def fuse(self, candidates: "Candidates") -> NDArray[np.float32]:
        """Scores of the candidates, comparable for one person. Shape (candidates,)."""
        weights = np.asarray(self.weights, dtype=np.float32)
        half = len(weights) // 2
        weight = weights[:half] + np.float32(candidates.activity) * weights[half:]
        return (candidates.features @ weight).astype(np.float32)

    def shares(self, candidates: "Candidates") -> NDArray[np.float32]:
        """What each channel adds to each candidate's score. Shape (candidates, channels)."""
        weights = np.asarray(self.weights, dtype=np.float32)
        half = len(weights) // 2
        parts = candidates.features * (weights[:half] + candidates.activity * weights[half:])
        return parts.reshape(len(parts), len(self.channels), OF_A_CHANNEL).sum(2)


class Candidates(NamedTuple):
    """The items that any channel put forward for one person."""

    rows: NDArray[np.int64]
    """Item rows, ascending. Shape (candidates,)."""
    features: NDArray[np.float32]
    """Shape (candidates, channels * OF_A_CHANNEL)."""
    activity: float
    """Logarithm of the history's length, scaled to about 1."""


def gather(
    scores: Sequence[Scores], history_length: int, allowed: NDArray[np.bool_], depth: int = DEPTH
) -> Candidates:
    """The best `depth` allowed items of each channel, and what every channel says of them all."""
    found = [channel.top(depth, allowed)[0] for channel in scores]
    rows = np.unique(np.concatenate(found)).astype(np.int64)
    features = np.zeros((len(rows), len(scores), OF_A_CHANNEL), dtype=np.float32)
    for number, channel in enumerate(scores):
        values = channel.at(rows)
        known = np.flatnonzero(np.isfinite(values))
        if not len(known):
            continue
        opinion = values[known]
        spread = opinion.std() + 1e-6
        features[known, number, 0] = np.clip((opinion - opinion.mean()) / spread, -5, 8)
        order = np.argsort(-opinion, kind="stable")
        features[known[order], number, 1] = np.log1p(np.arange(len(known))) / 5
        features[known, number, 2] = 1
    activity = float(np.log1p(history_length) / 5)
    return Candidates(rows, features.reshape(len(rows), len(scores) * OF_A_CHANNEL), activity)


def calibrate(
    channels: Sequence[Channel], histories: Histories, targets: NDArray[np.int64], seed: int = 0
) -> LearnedFusion:
    """The weights that best put each person's `targets` (users,) item first among the candidates.

    People whose item no channel put forward teach nothing.
    """
    chosen = np.random.default_rng(seed).permutation(len(histories))[:MOST_PEOPLE]
    people = histories.keep(chosen, histories.lengths[chosen])
    lists, wanted = [], []
    for candidates, target in zip(
        candidates_of(channels, people), targets[chosen].tolist(), strict=True
    ):
        place = np.flatnonzero(candidates.rows == target)
        if len(place):
            wanted.append(int(place[0]))
            lists.append(candidates)
    count = len(channels)
    weights = _fit(lists, wanted, count, seed) if lists else _first_weights(count)
    return LearnedFusion(channels=[channel.name for channel in channels], weights=weights)


def candidates_of(channels: Sequence[Channel], histories: Histories) -> Iterable[Candidates]:
    """Each person's candidates among the items that they have not met."""
    everyone = [channel.scores(histories) for channel in channels]
    for user, scores in enumerate(zip(*everyone, strict=True)):
        allowed = np.ones(histories.item_count, dtype=bool)
        allowed[histories.items_of(user)] = False
        yield gather(scores, int(histories.lengths[user]), allowed)


def rank_fused(
    channels: Sequence[Channel],
    fusion: LearnedFusion,
    histories: Histories,
    targets: NDArray[np.int64],
    depth: int = 20,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The 1-based rank of each user's target among all unseen items, and the best `depth` items.

    An item that no channel put forward is ranked last; lists that are too short end in -1.
    Shapes (users,), (users, depth).
    """
    ranks = np.full(len(targets), histories.item_count, dtype=np.int64)
    lists = np.full((len(targets), depth), -1, dtype=np.int64)
    for user, candidates in enumerate(candidates_of(channels, histories)):
        fused = fusion.fuse(candidates)
        found = candidates.rows[np.argsort(-fused, kind="stable")]
        lists[user, : len(found)] = found[:depth]
        place = np.flatnonzero(candidates.rows == targets[user])
        if len(place):
            # Equal scores count as ranked above: a tie never helps.
            ranks[user] = (fused >= fused[place[0]]).sum()
    return ranks, lists


def _fit(
    lists: Sequence[Candidates], wanted: Sequence[int], channels: int, seed: int
) -> list[float]:
    import torch  # a process that only recommends does not wait for it
    from torch.nn import functional

    longest = max(len(candidates.rows) for candidates in lists)
    features = torch.zeros(len(lists), longest, lists[0].features.shape[1])
    there = torch.zeros(len(lists), longest, dtype=torch.bool)
    for number, candidates in enumerate(lists):
        features[number, : len(candidates.rows)] = torch.from_numpy(candidates.features)
        there[number, : len(candidates.rows)] = True
    activity = torch.tensor([[candidates.activity] for candidates in lists])
    target = torch.tensor(wanted)
    torch.manual_seed(seed)
    weights = torch.tensor(_first_weights(channels), requires_grad=True)
    optimizer = torch.optim.Adam([weights], lr=0.03)
    steps = max(1, -(-len(lists) // 512))
    for _ in range(max(EPOCHS // steps, 20)):
        for people in torch.randperm(len(lists)).split(512):
            still, moving = weights.chunk(2)
            weight = still + activity[people] * moving
            scores = torch.einsum("pcf,pf->pc", features[people], weight)
            scores = scores.masked_fill(~there[people], -1e9)
            loss = functional.cross_entropy(scores, target[people])
            loss = loss + PENALTY * weights.square().sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return weights.tolist()


def _first_weights(channels: int) -> list[float]:
    """Every channel's standardised score counts alike: where training begins."""
    of_a_channel = [1.0 / channels, *[0.0] * (OF_A_CHANNEL - 1)]
    return of_a_channel * channels + [0.0] * (OF_A_CHANNEL * channels)
