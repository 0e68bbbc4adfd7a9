"""What was popular lately, as of the last thing a person is known to have done.

An interaction's weight halves every `half_life` days (exponential smoothing of counts). Only
interactions before that moment count, so nothing of the person's future is used.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ...packages import Progress, silent
from ..histories import Histories
from .sparse_scores import SparseScores

SNAPSHOTS = 256
"""Moments at which every item's decayed count is kept; in between, interactions are added up."""
EVERY_ITEM = 65_536
"""Up to so many items, all have a score (64 MiB of snapshots)."""
MOST_POPULAR = 2_000
"""Items that have a score in a catalogue of more."""
DAY = 86_400.0
"""Seconds."""


class Popularity:
    """Each item's share of the decayed interactions; plain shares for a person without times.

    Also plain before the first dated interaction. In a large catalogue it has an opinion of the
    most popular items only.
    """

    name = "popularity"

    def __init__(
        self,
        rows: NDArray[np.int64],
        counts: NDArray[np.float32],
        times: NDArray[np.float64],
        events: NDArray[np.int32],
        snapshots: NDArray[np.float32],
        half_life: float,
    ) -> None:
        self._rows = rows
        """Item rows with a score, ascending. Shape (scored,)."""
        self._counts = counts
        """Their interactions over all time. Shape (scored,)."""
        self._times = times
        """Of the dated interactions with them, ascending. Shape (events,)."""
        self._events = events
        """Which of the scored items each of these is with. Shape (events,)."""
        self._snapshots = snapshots
        """Decayed counts just after every `_step`th event, none at first. (snapshots, scored)."""
        self._half_life = half_life
        self._step = _step(len(times))

    @classmethod
    def fit(
        cls, histories: Histories, half_life: float = 14.0, progress: Progress = silent
    ) -> Self:
        """Count interactions over time; `half_life` in days (`inf`: no decay)."""
        counts = np.bincount(histories.items, minlength=histories.item_count)
        kept = len(counts) if len(counts) <= EVERY_ITEM else MOST_POPULAR
        rows = np.sort(np.argsort(-counts, kind="stable")[:kept])
        places = np.full(len(counts), -1, dtype=np.int32)
        places[rows] = np.arange(kept)
        dated = np.flatnonzero(~np.isnan(histories.times) & (places[histories.items] >= 0))
        dated = dated[np.argsort(histories.times[dated], kind="stable")]
        channel = cls(
            rows,
            counts[rows].astype(np.float32),
            histories.times[dated],
            places[histories.items[dated]],
            np.zeros((len(dated) // _step(len(dated)) + 1, kept), dtype=np.float32),
            half_life,
        )
        for number in range(1, len(channel._snapshots)):
            progress("counting interactions over time", number, len(channel._snapshots))
            # Up to the last event before the snapshot's own, which the one before it knows.
            channel._snapshots[number] = channel._decayed(number * channel._step, number - 1)
        return channel

    def scores(self, histories: Histories) -> Iterator[SparseScores]:
        """See `Channel`."""
        for user in range(len(histories)):
            times = histories.times[histories.starts[user] : histories.starts[user + 1]]
            now = np.fmax.reduce(times, initial=np.nan)
            end = 0 if np.isnan(now) else int(np.searchsorted(self._times, now))
            values = self._decayed(end, end // self._step) if end else self._counts
            yield SparseScores(self._rows, values / max(values.sum(), np.float32(1e-9)))

    def _decayed(self, end: int, snapshot: int) -> NDArray[np.float32]:
        """Counts decayed to the moment of event `end - 1`, the last that counts. (scored,)."""
        start = snapshot * self._step
        moment = self._times[end - 1]
        recent = np.bincount(
            self._events[start:end],
            self._weight(moment - self._times[start:end]),
            minlength=len(self._rows),
        )
        if snapshot:
            faded = self._weight(moment - self._times[start - 1])
            recent = recent + self._snapshots[snapshot] * faded
        return recent.astype(np.float32)

    def _weight(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.exp2(-seconds / (self._half_life * DAY))

    def save(self, folder: Path) -> None:
        """See `Channel`."""
        for name in ("rows", "counts", "times", "events", "snapshots"):
            np.save(folder / f"{name}.npy", getattr(self, f"_{name}"))
        (folder / "popularity.json").write_text(json.dumps({"half_life": self._half_life}))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See `Channel`; times and snapshots stay on disk until used."""
        return cls(
            np.load(folder / "rows.npy"),
            np.load(folder / "counts.npy"),
            np.load(folder / "times.npy", mmap_mode="r"),
            np.load(folder / "events.npy", mmap_mode="r"),
            np.load(folder / "snapshots.npy", mmap_mode="r"),
            json.loads((folder / "popularity.json").read_text())["half_life"],
        )


def _step(events: int) -> int:
    """Events from one snapshot to the next."""
    return max(1, events // SNAPSHOTS)
