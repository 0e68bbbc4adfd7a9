"""Where the recommender places each person's last item among everything that they do not know.

The protocol of `tastemaker bench recommender`: leave one out, no sampled negatives. The gradient-
trained part is the shipped or trained one, which has not seen the last two items of anybody; the
closed-form channels are fitted on what it has seen.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...catalog.constraints import is_closed
from ...errors import BadInputError
from ...recommender.closed_form import closed_form_channels
from ...recommender.histories import Histories, Split, leave_one_out
from ...recommender.item_features import item_features
from ...recommender.learned_fusion import rank_fused
from ..ranking import RankingResult, gini, popularity_percentile, self_information
from .suite import Bench, Draft, Given, Judged, Record, Suite

LISTED = 10
SHORT = 20
"""Interactions of a new user, at most."""
_SMOOTH = 0.01


@dataclass(frozen=True)
class _Ranked:
    split: Split
    result: RankingResult
    vectors: NDArray[np.float32]
    row_of: dict[str, int]


def _ranked(bench: Bench) -> _Ranked:
    def make() -> _Ranked:
        recommender = bench.face.own.resources.recommender
        catalog, trained = bench.catalog, recommender.trained
        if trained is None:
            raise BadInputError(
                f"No recommender was trained for {catalog.manifest.name}; run: tastemaker train"
                f" recommender --catalog {catalog.manifest.name}"
            )
        split = leave_one_out(Histories.from_catalog(catalog))
        settings = bench.settings
        features = item_features(
            catalog, recommender.encoder, settings.image_encoder, bench.progress
        )
        fitted = {one.name: one for one in closed_form_channels(split.train, features)}
        fitted |= {one.name: one for one in trained.channels if one.name == "sequence"}
        channels = [fitted[name] for name in trained.fusion.channels]
        ranks, lists = rank_fused(channels, trained.fusion, split.test, split.test_targets)
        result = RankingResult("tastemaker", "tastemaker", ranks, lists)
        vectors = recommender.vectors.vectors(np.arange(len(catalog.item_ids)))
        users = {str(user): row for row, user in enumerate(split.test.user_ids)}
        return _Ranked(split, result, vectors, users)

    return bench.once("ranking", make)


def _draw(bench: Bench) -> Sequence[Draft]:
    found = _ranked(bench)
    counts = _counts(found)
    many = np.quantile(counts[counts > 0], 0.9)
    drafts = []
    for user, row in found.row_of.items():
        target = int(found.split.test_targets[row])
        drafts.append(
            Draft(
                id=user,
                cluster=user,
                slices={
                    "person": "new" if found.split.test.lengths[row] <= SHORT else "known",
                    "item": "rare" if counts[target] <= SHORT // 2
                    else "head" if counts[target] >= many else "middle",
                    **_of_kind(bench, target),
                },
                given={"user": user},
                asks=f"The last item of user {user}.",
            )
        )  # fmt: skip
    order = np.random.default_rng(bench.options.seed).permutation(len(drafts))
    return [drafts[n] for n in order]


def _of_kind(bench: Bench, row: int) -> dict[str, str]:
    """The first value of the item's first complete attribute."""
    item = bench.catalog.item(bench.catalog.item_ids[row])
    for spec in bench.catalog.manifest.attributes:
        value = item.attributes.get(spec.name)
        if spec.kind in ("multi", "categorical") and is_closed(spec) and value:
            return {spec.name: value[0] if isinstance(value, list) else str(value)}
    return {}


def _act(bench: Bench, given: Given) -> Record:
    found = _ranked(bench)
    row = found.row_of[given["user"]]
    listed = [int(one) for one in found.result.top[row][:LISTED] if one >= 0]
    return {"rank": int(found.result.ranks[row]), "items": listed}


def _judge(bench: Bench, given: Given, record: Record) -> Judged:
    found = _ranked(bench)
    row, rank, listed = found.row_of[given["user"]], record["rank"], record["items"]
    counts = _counts(found)
    vectors = found.vectors[listed]
    pairs = np.triu_indices(len(listed), 1)
    near = float((vectors @ vectors.T)[pairs].mean()) if len(listed) > 1 else 0.0
    popular = popularity_percentile(counts)
    scores = {
        "ndcg@10": 1 / np.log2(rank + 1) if rank <= LISTED else 0.0,
        "recall@10": float(rank <= 10),
        "recall@20": float(rank <= 20),
        "mrr": 1 / rank,
        "novelty@10": float(self_information(counts, len(found.split.train))[listed].mean()),
        "diversity@10": 1 - near,
        "popularity_percentile@10": float(popular[listed].mean()),
    }
    if (gap := _miscalibration(bench, found.split.test.of_user(row).items, listed)) is not None:
        scores["miscalibration@10"] = gap
    return Judged(scores={name: float(value) for name, value in scores.items()})


def _miscalibration(
    bench: Bench, history: NDArray[np.integer], listed: Sequence[int]
) -> float | None:
    """Kullback-Leibler divergence of a list's values from a history's (Steck 2018, equation 4)."""
    names = [one.name for one in bench.catalog.manifest.attributes if _complete(one)]
    if not names:
        return None
    liked, shown = (_shares(bench, names[0], rows) for rows in (history, listed))
    gap = 0.0
    for value, share in liked.items():
        mixed = (1 - _SMOOTH) * shown.get(value, 0.0) + _SMOOTH * share
        gap += share * float(np.log(share / mixed))
    return gap


def _complete(spec: Any) -> bool:
    return spec.kind in ("multi", "categorical") and is_closed(spec)


def _shares(bench: Bench, name: str, rows: Sequence[int] | NDArray[np.integer]) -> dict[str, float]:
    column = bench.once(f"column {name}", lambda: bench.catalog.items[name].to_list())
    counts: dict[str, float] = defaultdict(float)
    for row in rows:
        value = column[int(row)]
        listed = value if isinstance(value, list) else [value] if value else []
        for one in listed:
            counts[one] += 1 / len(listed)
    total = sum(counts.values()) or 1.0
    return {value: count / total for value, count in counts.items()}


def _figures(bench: Bench, records: Sequence[tuple[Given, Record]]) -> dict[str, float]:
    found = _ranked(bench)
    listed = [row for _, record in records for row in record["items"]]
    counts = _counts(found)
    shown = np.bincount(listed, minlength=len(counts))
    tail = counts < np.median(counts)
    return {
        "coverage@10": len(set(listed)) / len(counts),
        "gini@10": gini(shown),
        "share of what is shown that is of the less popular half": float(
            shown[tail].sum() / max(shown.sum(), 1)
        ),
    }


def shares_beyond(bench: Bench, name: str, common: str) -> tuple[float, float]:
    """Share of the items with another value than `common`, among what the recommender shows to
    everybody and among what they had."""
    found = _ranked(bench)
    shown, had = found.result.top[:, :LISTED].ravel(), found.split.test.items
    listed = bench.once(f"column {name}", lambda: bench.catalog.items[name].to_list())

    def share(rows: NDArray[np.integer]) -> float:
        known = [listed[row] for row in rows if row >= 0 and listed[row]]
        return sum(common not in one and one != common for one in known) / max(len(known), 1)

    return share(shown), share(had)


def _counts(found: _Ranked) -> NDArray[np.int64]:
    train = found.split.train
    return np.bincount(train.items, minlength=train.item_count)


RANKING = Suite(
    name="ranking",
    about="The place of each person's held-out item among the whole catalogue, and what the lists"
    " are like: novelty, diversity, calibration, popularity.",
    judges="tastemaker",
    draw=_draw,
    act=_act,
    judge=_judge,
    figures=_figures,
)
