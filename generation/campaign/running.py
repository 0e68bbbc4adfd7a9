"""A campaign runs: job after job in batches, each asset once, whatever was made before."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from ...errors import TastemakerError
from ...packages import Progress, silent
from ...serving.calls import LLMUnavailable
from .estimating import learn_rates
from .jobs import Job
from .making import Made, Planned, Workshop, make, planned
from .store import Folder, Row, content_hash, row_of

BATCH = 24
"""Assets that are made together, at most; those of one recipient and item always are."""
POLL_SECONDS = 2.0

MakeBatch = Callable[[Workshop, Sequence[Planned]], Iterable[Made | TastemakerError]]
"""How a batch is made: here, or elsewhere."""
Alive = Callable[[], bool]
"""Whether the language model answers."""


class Summary(BaseModel):
    """What a run did."""

    model_config = ConfigDict(extra="forbid")

    assets: int
    """That the brief asks for."""
    made: dict[str, int]
    """Kind -> made now."""
    found: int
    """Made before."""
    failed: int
    """Recorded as failed."""
    passed: int
    """That hold every check."""
    tokens: int
    """Of the language model, in this run."""
    seconds: float
    """Of this run."""


def run_jobs(
    folder: Folder,
    workshop: Workshop,
    pairs: Iterable[list[Job]],
    total: int,
    *,
    make_batch: MakeBatch = make,
    alive: Alive = lambda: True,
    batch: int = BATCH,
    progress: Progress = silent,
) -> Summary:
    """Make what is not there yet; one line of the manifest an asset.

    Args:
        pairs: the jobs of each recipient and item.
        total: how many jobs that is.
        alive: asked while texts wait for a language model that went away.
    """
    began = time.monotonic()
    run = _Run(folder, workshop, make_batch, alive, total, progress)
    gathered = 0
    run.tell()
    for jobs in pairs:
        if gathered and gathered + len(jobs) > batch:
            run.make()
            gathered = 0
        run.plan(jobs)
        gathered += len(jobs)
    run.make()
    run.retire()
    seconds = time.monotonic() - began
    learn_rates(run.made, seconds, run.tokens)
    return Summary(
        assets=total, made=dict(run.made), found=run.found, failed=run.failed, passed=run.passed,
        tokens=run.tokens, seconds=round(seconds, 2),
    )  # fmt: skip


class _Run:
    """What one run has done so far."""

    def __init__(
        self,
        folder: Folder,
        workshop: Workshop,
        make_batch: MakeBatch,
        alive: Alive,
        total: int,
        progress: Progress,
    ) -> None:
        self._folder, self._workshop = folder, workshop
        self._make_batch, self._alive = make_batch, alive
        self._total, self._progress = total, progress
        self._left = set(folder.rows)
        self._fresh: list[Planned] = []
        self._given_up = workshop.brief.policy.away == "fail"
        self.made: Counter[str] = Counter()
        self.found = self.failed = self.passed = self.tokens = 0

    def plan(self, jobs: list[Job]) -> None:
        """Find what is there already, and keep the rest for the next batch."""
        for job, one in zip(jobs, planned(self._workshop, jobs), strict=True):
            self._left.discard(job.id)
            if isinstance(one, TastemakerError):
                self._record(self._failed(job, "", one))
            elif row := self._known(one):
                self.found += 1
                self.passed += row.passed
            else:
                self._fresh.append(one)

    def make(self) -> None:
        """Make what is missing; texts wait for a language model that went away, as the policy says.

        What is done is on the disk before the next is.
        """
        work, self._fresh = self._fresh, []
        while work:
            began, waiting = time.monotonic(), []
            for one, result in zip(work, self._make_batch(self._workshop, work), strict=True):
                if isinstance(result, LLMUnavailable) and not self._given_up:
                    waiting.append(one)
                else:
                    self._record(self._row(one, result, time.monotonic() - began))
                    began = time.monotonic()
            if waiting:
                self._wait(len(waiting))
            work = waiting
        self.tell()

    def retire(self) -> None:
        """Mark the rows of assets that the brief no longer asks for; their files stay."""
        for job_id in sorted(self._left):
            row = self._folder.rows[job_id]
            if not row.retired:
                self._folder.record(row.model_copy(update={"retired": True}))

    def _known(self, one: Planned) -> Row | None:
        """The row of an asset that is there already; written anew where its line was lost."""
        ending = ".png" if one.plan else ".json"
        kept = self._folder.kept(one.key, ending)
        if kept is None:
            return None
        row = self._folder.rows.get(one.job.id)
        if row is not None and row.key == one.key and not row.error and not row.retired:
            return row
        content, about = kept
        row = row_of(
            one.job, self._title(one.job), one.key, file=self._folder.relative(one.key, ending),
            sha256=content_hash(content), passed=about["passed"], tokens=about["tokens"],
            looks=about["looks"],
        )  # fmt: skip
        self._folder.record(row)
        return row

    def _row(self, one: Planned, result: Made | TastemakerError, seconds: float) -> Row:
        if isinstance(result, TastemakerError):
            return self._failed(one.job, one.key, result)
        self._folder.keep(result)
        self.made[one.job.kind] += 1
        return row_of(
            one.job, self._title(one.job), one.key,
            file=self._folder.relative(result.key, result.ending),
            sha256=content_hash(result.content), passed=result.passed, tokens=result.tokens,
            looks=result.looks, seconds=round(seconds, 3),
        )  # fmt: skip

    def _failed(self, job: Job, key: str, error: TastemakerError) -> Row:
        return row_of(
            job, self._title(job), key, file="", sha256="", passed=False, error=str(error)
        )

    def _record(self, row: Row) -> None:
        self._folder.record(row)
        self.failed += bool(row.error)
        self.passed += row.passed
        self.tokens += row.tokens
        self.tell()

    def tell(self) -> None:
        """How far it is. What was found counts for nothing, or the time left would be too short."""
        self._progress("assets", self.failed + self.made.total(), self._total - self.found)

    def _wait(self, texts: int) -> None:
        since = time.monotonic()
        patience = self._workshop.brief.policy.patience
        while not self._alive():
            waited = time.monotonic() - since
            if waited > patience:
                self._given_up = True  # for the rest of the run: nobody waits twice
                return
            what = f"{texts} texts wait for the language model (`tastemaker llm start`)"
            self._progress(what, int(waited), int(patience))
            time.sleep(POLL_SECONDS)

    def _title(self, job: Job) -> str:
        catalog = self._workshop.recommender.catalog
        row = catalog.row_of(job.item_id)
        return catalog.titles[row] if row is not None else job.item_id
