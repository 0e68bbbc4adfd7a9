"""The same batches as Ray Data stages: planned here, made by actors that each open a workshop.

Each actor asks the language model over HTTP, as the local engine does, and paints on its own
device. What is made is what the local engine makes: the functions are the same.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ...errors import MissingError, TastemakerError
from ...serving.calls import LLMUnavailable
from .making import Made, Planned, Workshop, make
from .running import BATCH

AT_ONCE = 5000
"""Assets of one Ray dataset; its actors open their models once for all of them."""

OpenWorkshop = Callable[[], Workshop]
"""Opens a workshop in the process that calls it; must be picklable."""


class _Maker:
    """One actor."""

    def __init__(self, open_workshop: OpenWorkshop) -> None:
        self._workshop = open_workshop()

    def __call__(self, rows: dict[str, Any]) -> dict[str, Any]:
        work = [Planned.model_validate_json(one) for one in rows["work"]]
        results = list(make(self._workshop, work))
        return {
            "at": rows["at"],
            "content": [
                b"" if isinstance(one, TastemakerError) else one.content for one in results
            ],
            "about": [
                "" if isinstance(one, TastemakerError) else one.model_dump_json(exclude={"content"})
                for one in results
            ],
            "error": [str(one) if isinstance(one, TastemakerError) else "" for one in results],
            "away": [isinstance(one, LLMUnavailable) for one in results],
        }


class RayEngine:
    """Makes batches on a Ray cluster, or on a local Ray."""

    def __init__(self, open_workshop: OpenWorkshop, actors: int) -> None:
        """`actors`: processes that make.

        Raises:
            MissingError: Ray is not installed.
        """
        try:
            import ray
        except ImportError as error:
            raise MissingError(
                "The engine ray needs Ray, which is not installed:"
                ' run `pip install "tastemaker[ray]"`.'
            ) from error
        self._open, self._actors = open_workshop, actors
        if not ray.is_initialized():
            ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False)

    def __call__(
        self, workshop: Workshop, work: Sequence[Planned]
    ) -> Iterator[Made | TastemakerError]:
        """The assets of some jobs, in order, as they are done."""
        import ray.data

        ray.data.DataContext.get_current().enable_progress_bars = False
        items = [{"at": at, "work": one.model_dump_json()} for at, one in enumerate(work)]
        # Blocks as large as a batch: the actors' batches are then the local engine's.
        blocks = max(1, -(-len(items) // BATCH))
        made = ray.data.from_items(items, override_num_blocks=blocks).map_batches(
            _Maker,
            fn_constructor_args=(self._open,),
            batch_size=BATCH,
            compute=ray.data.ActorPoolStrategy(size=min(self._actors, blocks)),
        )
        early: dict[int, Made | TastemakerError] = {}
        wanted = 0
        for row in made.iter_rows():
            early[row["at"]] = _unpacked(row)
            while wanted in early:
                yield early.pop(wanted)
                wanted += 1


def _unpacked(row: dict[str, Any]) -> Made | TastemakerError:
    if row["away"]:
        return LLMUnavailable(row["error"])
    if row["error"]:
        return TastemakerError(row["error"])
    return Made(content=row["content"], **json.loads(row["about"]))
