"""How long a recommendation takes: every channel and the fusion, for known users, on one core."""

import time
from collections.abc import Iterator

import numpy as np
from threadpoolctl import threadpool_limits

from ..errors import BadInputError
from ..generation.recommending import open_for
from ..packages import Progress, silent
from ..recommender.closed_form import closed_form_channels
from ..recommender.encoders.features import ItemFeatures
from ..recommender.histories import Histories
from ..recommender.recommender import Recommender
from ..recommender.trained import TrainedRecommender
from ..settings import load_settings
from .memory import peak_memory
from .report import Report, environment
from .scaled_recommender import made_histories, scaled

LIMITS_MS = {10_000: 10.0, 1_000_000: 60.0}
"""Items -> median up to so many."""


def run(
    name: str | None,
    users: int = 300,
    items: int | None = None,
    interactions: int = 5_000_000,
    seed: int = 0,
    progress: Progress = silent,
) -> Report:
    """Time `users` random users' top 10.

    Args:
        items: made-up items in place of the catalogue's; none: the catalogue as it is.
        interactions: about so many made-up ones, where `items` are.

    Raises:
        MissingError: no recommender was trained for the catalogue.
        BadInputError: the catalogue has no users.
    """
    recommender = open_for(name, progress)
    trained = recommender.trained
    assert trained is not None
    rows = []
    if items is None:
        about = "history read from disk"
        count = len(recommender.catalog.item_ids)
        histories = _from_disk(recommender, users, seed)
    else:
        about = (
            "made-up users and items: the user encoder and the fusion as trained, item vectors"
            " drawn around the trained ones and the texts' (evals/smoothed_bootstrap.py), EASE,"
            " transitions, item-KNN and popularity fitted on the made-up interactions; history in"
            " memory"
        )
        count = items
        began = time.perf_counter()
        with peak_memory() as peak:
            everyone = made_histories(items, interactions, seed)
            channels = closed_form_channels(everyone, ItemFeatures(items), progress)
        rows.append(
            {
                "fitted": "EASE, transitions, item-KNN, popularity",
                "users": len(everyone),
                "interactions": len(everyone.items),
                "seconds": time.perf_counter() - began,
                "peak MiB": peak[0],
            }
        )
        trained = scaled(recommender, channels, load_settings(), items, seed, progress)
        drawn = np.random.default_rng(seed).integers(0, len(everyone), users)
        histories = map(everyone.of_user, drawn.tolist())
    spent = _timed(trained, histories, count)
    low, median, high = np.quantile(spent, [0.05, 0.5, 0.95])
    limit = next((limit for most, limit in LIMITS_MS.items() if count <= most), None)
    rows.append(
        {
            "catalogue": recommender.catalog.manifest.name,
            "items": count,
            "channels": len(trained.channels),
            "median ms": float(median),
            "5 %": float(low),
            "95 %": float(high),
            "target": limit,
            "ok": None if limit is None else bool(median < limit),
        }
    )
    return Report(
        name="recommend",
        protocol=f"{users} users drawn with seed {seed}: history, channels, fusion, top 10;"
        f" {about}; one thread, everything opened before",
        environment=environment(),
        rows=rows,
    )


def _from_disk(recommender: Recommender, users: int, seed: int) -> Iterator[Histories]:
    """Histories of random users, each read when it is asked for."""
    catalog = recommender.catalog
    known = catalog.interactions().select("user_id").unique().collect()["user_id"].sort()
    if not len(known):
        raise BadInputError(f"The catalogue {catalog.manifest.name} has no users.")
    drawn = np.random.default_rng(seed).integers(0, len(known), users)
    return (Histories.of_person(catalog, user) for user in known.gather(drawn).to_list())


def _timed(trained: TrainedRecommender, histories: Iterator[Histories], items: int) -> list[float]:
    """Milliseconds of each recommendation, its history included."""
    spent = []
    with threadpool_limits(1):
        while True:
            began = time.perf_counter()
            history = next(histories, None)
            if history is None:
                return spent
            allowed = np.ones(items, dtype=bool)
            allowed[history.items] = False
            trained.rank(history, 10, allowed)
            spent.append((time.perf_counter() - began) * 1000)
