"""The recommender against RecBole's, by the field's own protocol."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..catalog.store import Catalog, resolve_catalog
from ..errors import BadInputError
from ..files import cache_dir
from ..packages import Progress, silent
from ..recommender.channels.channel import Channel
from ..recommender.channels.sequence import Sequence as SequenceChannel
from ..recommender.closed_form import CONTENT, closed_form_channels
from ..recommender.encoders.features import ItemFeatures
from ..recommender.histories import Histories, Split, leave_one_out, with_items_seen
from ..recommender.item_features import item_features
from ..recommender.learned_fusion import LearnedFusion, calibrate, rank_fused
from ..recommender.text_encoder import TextEncoder
from ..recommender.train import RecommenderConfig, train_sequence_model
from ..serving.models import resolve_model
from ..settings import Settings
from .peers.recbole import MODELS, peer_ranks
from .ranking import RankingResult, bootstrap_interval, paired_difference, rank_all
from .report import Report, environment

RARE = 5
"""An item is rare with at most so many training interactions."""
MIN_ITEM_INTERACTIONS = {"ml-1m": 5}
"""Items with fewer are left out where the published figures leave them out."""
PUBLISHED = {"ml-1m": {"ndcg@10": 0.1857, "recall@10": 0.3159}}
"""The best published figures by this protocol: SASRec with cross-entropy over 3,000 negatives
(Klenitskiy & Vasilev, RecSys 2023)."""
CONTENT_GAIN = 2.0
"""Recall@50 of rare items with contents over without."""
AHEAD = 1.15
"""Our NDCG@10 over the best peer's on ml-100k."""
PROTOCOL = (
    "leave-one-out by time: each user's last item is for testing, the one before for validation"
    " (early stopping, calibration), the rest for training; users with fewer than 3 interactions"
    " and repeated interactions are left out; {filter}full ranking over all items that the user"
    " has not met, no sampled negatives, ties broken at random (in our fused list"
    " against us); {users} users, {items} items,"
    " {interactions} interactions; mean over users with bootstrap 95 % interval, paired"
    " randomisation test; RecBole 1.2.1 on the same split with its documented settings; seed {seed}"
)


@dataclass(frozen=True)
class Data:
    """One catalogue, split."""

    catalog: Catalog
    split: Split
    features: ItemFeatures
    interactions: pl.DataFrame
    """`user_id`, `item_id`, each user's in order of time."""
    min_item_interactions: int


def run(
    name: str,
    settings: Settings,
    config: RecommenderConfig,
    peers: Sequence[str] = tuple(MODELS),
    ablations: bool = False,
    peer_seconds: float = 600.0,
    progress: Progress = silent,
) -> Report:
    """Train ours and RecBole's on one catalogue, rank, compare.

    Args:
        name: a catalogue's name or folder.
        peers: RecBole's models.
        ablations: train the sequence model without each modality, and on identities alone, too.
        peer_seconds: longest training of one peer.

    Raises:
        BadInputError: no such catalogue or peer, or too few interactions.
    """
    if unknown := [peer for peer in peers if peer not in MODELS]:
        raise BadInputError(f"There is no peer {unknown[0]!r}: give {', '.join(MODELS)}.")
    data = load(name, settings, progress)
    seed = config.training.seed
    ours = _ours(data, config, ablations, progress)
    theirs = [_peer(data, peer, seed, peer_seconds, progress) for peer in peers]
    everyone = [*ours, *theirs]
    rows = [_accuracy(result, seed) for result, _ in everyone]
    rows += [_beyond_accuracy(result, data, about) for result, about in everyone]
    fused = ours[0][0]
    rows += _differences(fused, [result for result, _ in [*ours[1:], *theirs]], seed)
    rows += _rare(data, [result for result, _ in [*ours, *theirs]])
    rows += _targets(name, fused, [result for result, _ in theirs])
    if ablations:
        rows.append(_content_on_rare_items(data, [result for result, _ in ours]))
    minimum = data.min_item_interactions
    protocol = PROTOCOL.format(
        filter=f"items with fewer than {minimum} interactions are left out; " if minimum else "",
        users=f"{len(data.split.test):,}",
        items=f"{len(np.unique(data.split.train.items)):,}",
        interactions=f"{data.interactions.height:,}",
        seed=seed,
    )
    return Report(
        name=f"recommender, {data.catalog.manifest.name}",
        protocol=protocol,
        environment=environment(),
        rows=rows,
    )


def load(name: str, settings: Settings, progress: Progress = silent) -> Data:
    """A catalogue by the protocol."""
    catalog = resolve_catalog(name, progress)
    minimum = MIN_ITEM_INTERACTIONS.get(catalog.manifest.name, 0)
    histories = Histories.from_interactions(
        catalog, with_items_seen(catalog.interactions(), minimum)
    )
    long_enough = np.flatnonzero(histories.lengths >= 3)
    if len(long_enough) < 10:
        raise BadInputError(
            f"The catalogue {catalog.manifest.name} has {len(long_enough)} users with three"
            " interactions or more; the benchmark needs at least 10."
        )
    histories = histories.keep(long_enough, histories.lengths[long_enough])
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    features = item_features(catalog, encoder, settings.image_encoder, progress)
    users = pl.Series(histories.user_ids).gather(
        np.repeat(np.arange(len(histories)), histories.lengths)
    )
    items = pl.Series(catalog.item_ids).gather(histories.items)
    frame = pl.DataFrame({"user_id": users, "item_id": items})
    return Data(catalog, leave_one_out(histories), features, frame, minimum)


def _ours(
    data: Data, config: RecommenderConfig, ablations: bool, progress: Progress
) -> list[tuple[RankingResult, dict[str, Any]]]:
    """The fused recommender first, then its channels alone, then the ablations."""
    split, seed = data.split, config.training.seed
    started = time.perf_counter()
    sequence, about = _sequence(data, data.features, config, progress)
    channels: list[Channel] = [
        sequence, *closed_form_channels(split.train, data.features, progress)
    ]  # fmt: skip
    fusion = calibrate(channels, split.valid, split.valid_targets, seed)
    spent = time.perf_counter() - started
    results = [(_fused("all channels, fused", channels, fusion, split), {"seconds": spent})]
    for channel in channels:
        extra = about if channel is sequence else {}
        results.append((rank_alone(channel.name, channel, split, seed), extra))
    if ablations:
        names = list(data.features.modalities)
        reduced = [(f"without {name}", data.features.without(name)) for name in names]
        reduced.append(("identities alone", data.features.without(*names)))
        for label, features in reduced:
            other, about = _sequence(data, features, config, progress)
            results.append((rank_alone(f"sequence, {label}", other, split, seed), about))
            absent = set(CONTENT) - set(features.modalities)
            kept = [channel for channel in channels[1:] if channel.name not in absent]
            weights = calibrate([other, *kept], split.valid, split.valid_targets, seed)
            results.append((_fused(f"fused, {label}", [other, *kept], weights, split), {}))
    return results


def _sequence(
    data: Data, features: ItemFeatures, config: RecommenderConfig, progress: Progress
) -> tuple[SequenceChannel, dict[str, Any]]:
    """The trained sequence model; its checkpoints stay in the cache, so that a run resumes."""
    key = f"{data.catalog.fingerprint} {data.min_item_interactions} {sorted(features.modalities)}"
    digest = hashlib.sha256(f"{key} {config.model_dump_json()}".encode()).hexdigest()[:12]
    started = time.perf_counter()
    work = cache_dir() / "bench" / f"sequence-{digest}"
    model = train_sequence_model(data.split, features, config, work, progress)
    about = {
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "seconds": time.perf_counter() - started,
    }
    return SequenceChannel.of(model, config.training.length), about


def rank_alone(name: str, channel: Channel, split: Split, seed: int) -> RankingResult:
    """One channel's full ranking of the test items, without the fusion."""
    everything = np.arange(split.test.item_count)

    def dense() -> Iterator[NDArray[np.floating]]:
        for scores in channel.scores(split.test):
            yield scores.at(everything)

    return rank_all(name, "tastemaker", dense(), split.test, split.test_targets, seed)


def _fused(
    name: str, channels: Sequence[Channel], fusion: LearnedFusion, split: Split
) -> RankingResult:
    ranks, lists = rank_fused(channels, fusion, split.test, split.test_targets)
    return RankingResult(name, "tastemaker", ranks, lists)


def _peer(
    data: Data, model: str, seed: int, seconds: float, progress: Progress
) -> tuple[RankingResult, dict[str, Any]]:
    found = peer_ranks(model, data.interactions, seed, seconds, progress)
    if found.users != list(data.split.test.user_ids):
        raise AssertionError("the peer ranked other users")
    row_of = {item: row for row, item in enumerate(data.catalog.item_ids)}
    lists = np.full((len(found.top), 20), -1, dtype=np.int64)
    for user, items in enumerate(found.top):
        lists[user, : len(items)] = [row_of[item] for item in items]
    about = {
        "parameters": found.parameters, "seconds": found.seconds_train,
        "epochs": found.epochs, "ended": found.stopped_by,
    }  # fmt: skip
    return RankingResult(model, "recbole", found.ranks, lists), about


def _accuracy(result: RankingResult, seed: int) -> dict[str, Any]:
    low, high = bootstrap_interval(result.per_user("ndcg@10"), seed)
    means = {
        metric: float(result.per_user(metric).mean())
        for metric in ("ndcg@10", "recall@10", "recall@20", "mrr")
    }
    about = {"model": result.model, "source": result.source}
    return about | {"ndcg@10": means.pop("ndcg@10"), "low": low, "high": high} | means


def _beyond_accuracy(result: RankingResult, data: Data, about: dict[str, Any]) -> dict[str, Any]:
    figures = result.metrics(data.split.train)
    return {
        "lists of": result.model,
        "coverage@10": figures["coverage@10"],
        "novelty@10": figures["novelty@10"],
        "percentile@10": figures["popularity_percentile@10"],
        "gini@10": figures["gini@10"],
        "parameters": about.get("parameters"),
        "seconds": about.get("seconds"),
        "epochs": about.get("epochs"),
        "ended": about.get("ended"),
    }


def _differences(
    fused: RankingResult, others: Iterable[RankingResult], seed: int
) -> list[dict[str, Any]]:
    rows = []
    for other in others:
        gain = paired_difference(fused.per_user("ndcg@10"), other.per_user("ndcg@10"), seed)
        rows.append(
            {
                "ours minus": other.model,
                "whose": other.source,
                "ndcg@10 difference": gain.mean,
                "from": gain.low,
                "to": gain.high,
                "p": gain.p,
            }
        )
    return rows


def _rare(data: Data, results: Iterable[RankingResult]) -> list[dict[str, Any]]:
    """Recall@50 where the held-out item is rare."""
    counts = np.bincount(data.split.train.items, minlength=data.split.train.item_count)
    rare = counts[data.split.test_targets] <= RARE
    return [
        {
            "rare items": result.model, "whose": result.source, "users": int(rare.sum()),
            "recall@50": float((result.ranks[rare] <= 50).mean()) if rare.any() else None,
        }
        for result in results
    ]  # fmt: skip


def _content_on_rare_items(data: Data, ours: Iterable[RankingResult]) -> dict[str, Any]:
    """How much contents help the sequence model where the held-out item is rare."""
    of = {row["rare items"]: row["recall@50"] or 0.0 for row in _rare(data, ours)}
    alone, contents = of["sequence, identities alone"], of["sequence"]
    return {
        "target": CONTENT_GAIN,
        "of": "recall@50 of rare items, sequence over the same on identities alone",
        "value": contents / alone if alone else float(contents > 0) * CONTENT_GAIN,
        "ok": contents > 0 and contents >= CONTENT_GAIN * alone,
    }


def _targets(
    name: str, fused: RankingResult, theirs: Sequence[RankingResult]
) -> list[dict[str, Any]]:
    rows = []
    ours = float(fused.per_user("ndcg@10").mean())
    if theirs:
        best = max(theirs, key=lambda result: result.per_user("ndcg@10").mean())
        ratio = ours / max(float(best.per_user("ndcg@10").mean()), 1e-9)
        target = AHEAD if name == "ml-100k" else 1.0
        rows.append(
            {
                "target": target,
                "of": f"NDCG@10 over the best peer's ({best.model})",
                "value": ratio,
                "ok": ratio >= target,
            }
        )
    for metric, target in PUBLISHED.get(name, {}).items():
        value = float(fused.per_user(metric).mean())
        rows.append(
            {
                "target": target,
                "of": f"{metric}, the best published figure",
                "value": value,
                "ok": value >= target,
            }
        )
    return rows
