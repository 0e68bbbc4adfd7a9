"""How long a recommendation takes: every channel and the fusion, for known users, on one core."""

import time

import numpy as np
from threadpoolctl import threadpool_limits

from ..errors import BadInputError
from ..generation.recommending import open_for
from ..packages import Progress, silent
from ..recommender.histories import Histories
from .report import Report, environment

LIMIT_MS = 10.0
"""Median at ten thousand items."""


def run(name: str | None, users: int = 300, seed: int = 0, progress: Progress = silent) -> Report:
    """Time `users` random users' top 10, from the history on disk to the ranked list.

    Raises:
        MissingError: no recommender was trained for the catalogue.
        BadInputError: the catalogue has no users.
    """
    recommender = open_for(name, progress)
    catalog, trained = recommender.catalog, recommender.trained
    assert trained is not None
    known = catalog.interactions().select("user_id").unique().collect()["user_id"].sort()
    if not len(known):
        raise BadInputError(f"The catalogue {catalog.manifest.name} has no users.")
    drawn = np.random.default_rng(seed).integers(0, len(known), users)
    spent: list[float] = []
    with threadpool_limits(1):
        for user in known.gather(drawn).to_list():
            started = time.perf_counter()
            history = Histories.of_person(catalog, user)
            allowed = np.ones(len(catalog.item_ids), dtype=bool)
            allowed[history.items] = False
            trained.rank(history, 10, allowed)
            spent.append((time.perf_counter() - started) * 1000)
    low, median, high = np.quantile(spent, [0.05, 0.5, 0.95])
    row = {
        "catalogue": catalog.manifest.name,
        "items": len(catalog.item_ids),
        "channels": len(trained.channels),
        "median ms": float(median),
        "5 %": float(low),
        "95 %": float(high),
        "target": LIMIT_MS,
        "ok": bool(median < LIMIT_MS),
    }
    return Report(
        name="recommend",
        protocol=f"{users} users drawn with seed {seed}: history read, channels, fusion, top 10;"
        " one thread, everything opened before",
        environment=environment(),
        rows=[row],
    )
