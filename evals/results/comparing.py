"""One run against another, case by case: what got better or worse, the cases that show it, a gate.

Throughout, the first run is the one that is judged and the second the one that it is held against.
"""

import html
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from typing import Literal

from pydantic import BaseModel, ConfigDict
from rich.markup import escape
from rich.table import Table

from ...errors import BadInputError
from ...terminal import out, visible
from ..report import WIDE
from .cases import Case, Run, metrics_of
from .markdown import cell
from .metrics import metric_named
from .statistics import Paired, holm, paired, pairs

FAILED = "failed"
"""1 for a case that ended in an error, else 0; its other scores are missing."""
ALPHA = 0.05
PROTOCOL = (
    "The same cases in both runs. Interval: 95 % bootstrap over clusters of the difference. p:"
    " randomisation test that flips whole clusters, adjusted over all rows (Holm). Better or worse:"
    " p at most .05 and an interval without 0."
)
_COLUMNS = ("difference", "95 % interval", "p", "cases (clusters)", "")
_STYLES = {"better": "green", "worse": "bold red", "same": "dim"}


class Row(BaseModel):
    """One metric of one suite, over the cases that have it in both runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    suite: str
    """Whose cases."""
    metric: str
    """As in `Case.scores`, or `failed`."""
    better: Literal["higher", "lower"]
    """Which way is good."""
    a: float
    """Mean of the first run."""
    b: float
    """Mean of the second run."""
    difference: float
    """`a - b`."""
    low: float | None
    """Lower end of the 95 % interval of the difference; None with one cluster."""
    high: float | None
    """Upper end; None with one cluster."""
    p: float
    """Of this row alone."""
    p_adjusted: float
    """For all rows of the comparison."""
    cases: int
    """That both runs scored."""
    clusters: int
    """Independent groups of them."""
    verdict: Literal["better", "worse", "same"]
    """Of the first run; `same` says that no difference was shown, not that there is none."""


class Regression(BaseModel):
    """A case that lost, with all that was recorded of it in both runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    suite: str
    """Of the case."""
    id: str
    """Of the case."""
    metric: str
    """That it lost in."""
    before: float
    """Score in the second run."""
    after: float
    """Score in the first run."""
    case_before: Case
    """Transcript, notes and error in the second run."""
    case_after: Case
    """Transcript, notes and error in the first run."""


class Verdict(BaseModel):
    """Whether a candidate may replace the baseline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ok: bool
    """False when any row is worse whose metric gates."""
    rows: list[Row]
    """The candidate against the baseline."""
    worst: list[Regression]
    """Cases that show what is worse."""
    left_out: list[str]
    """Suites that only one of the runs has: nothing is said of them."""


def check_comparable(a: Run, b: Run) -> None:
    """Refuse two runs whose figures are not of the same cases.

    Raises:
        BadInputError: other record format, catalogue, seed, suites or cases; the message says what.
    """
    for what, of_a, of_b in (
        ("record formats", a.format, b.format),
        ("catalogues", a.catalog, b.catalog),
        ("seeds", a.seed, b.seed),
    ):
        if of_a != of_b:
            raise BadInputError(
                f"The runs have different {what}, {of_a!r} and {of_b!r}: evaluate both alike."
            )
    common = _common(a, b)
    if not common:
        raise BadInputError(
            f"The runs have no suite in common, {', '.join(map(repr, a.suites())) or 'none'} and"
            f" {', '.join(map(repr, b.suites())) or 'none'}: evaluate one suite in both."
        )
    for suite in common:
        in_a, in_b = (Counter(one.id for one in run.of(suite)) for run in (a, b))
        only_a, only_b = in_a - in_b, in_b - in_a
        if only_a or only_b:
            first, where = (
                (next(iter(only_a)), "first") if only_a else (next(iter(only_b)), "second")
            )
            raise BadInputError(
                f"The cases of the suite {suite!r} differ: {only_a.total() + only_b.total()} are in"
                f" one run only, such as {first!r} in the {where}: evaluate the same cases in both."
            )


def compared(a: Run, b: Run, seed: int = 0) -> list[Row]:
    """Every metric that both runs have, and `failed`, in every suite that both have.

    A case that failed in one run cannot enter the means of the others' metrics, but it counts in
    `failed`. Figures that are no means over cases (`Run.figures`) are not compared.

    Raises:
        BadInputError: the runs are not of the same cases.
    """
    check_comparable(a, b)
    found: list[tuple[str, str, Paired]] = []
    for suite in _common(a, b):
        in_a, in_b = _counting_failures(a.of(suite)), _counting_failures(b.of(suite))
        for metric in dict.fromkeys([*metrics_of(a.of(suite)), FAILED]):
            pair = paired(in_a, in_b, metric, seed)
            if pair is not None:
                found.append((suite, metric, pair))
    adjusted = holm([pair.p for _, _, pair in found])
    return [_row(*one, p) for one, p in zip(found, adjusted, strict=True)]


def worst(a: Run, b: Run, rows: Sequence[Row], most: int = 3) -> list[Regression]:
    """Up to `most` cases that lost most from `b` to `a`, each once.

    Losses of different metrics have no common unit, so the rows that are worse take turns, the
    surest first, each with its largest loss that is left. Empty where no row is worse.
    """
    worse = sorted((row for row in rows if row.verdict == "worse"), key=lambda row: row.p)
    found: dict[tuple[str, str], Regression] = {}
    for turn in zip_longest(*(_losses(a, b, row) for row in worse)):
        for one in turn:
            if one is not None:
                found.setdefault((one.suite, one.id), one)
    return list(found.values())[:most]


def gate(candidate: Run, baseline: Run, seed: int = 0) -> Verdict:
    """Whether the candidate got worse in anything that the cases can show.

    Raises:
        BadInputError: the runs are not of the same cases.
    """
    rows = compared(candidate, baseline, seed)
    stopping = [
        row
        for row in rows
        if row.verdict == "worse"
        and (row.metric == FAILED or metric_named(row.suite, row.metric).gates)
    ]
    return Verdict(
        ok=not stopping,
        rows=rows,
        worst=worst(candidate, baseline, stopping),
        left_out=sorted(set(candidate.suites()) ^ set(baseline.suites())),
    )


def markdown(
    rows: Sequence[Row], regressions: Sequence[Regression] = (), a: str = "this", b: str = "before"
) -> str:
    """The rows as a table for a pull request, and the regressions folded below it.

    `a`, `b` name the runs. Names and transcripts are data: they can neither break the table nor
    become markup, links or mentions.
    """
    names = ["suite", "metric", cell(a), cell(b), *_COLUMNS]
    lines = [_line(names), _line(["---"] * len(names))]
    for row in rows:
        suite, metric, *figures, verdict = _cells(row)
        mark = f"**{verdict}**" if verdict == "worse" else verdict
        lines.append(_line([cell(suite), cell(metric), *figures, mark]))
    lines += ["", PROTOCOL]
    for one in regressions:
        told = "\n".join(
            f"{name}\n{_told(case)}\n" for name, case in ((b, one.case_before), (a, one.case_after))
        )
        lines += [
            "",
            f"<details><summary>{_plain_html(_headline(one))}</summary>",
            "",
            f"<pre>{html.escape(visible(told))}</pre>",
            "",
            "</details>",
        ]
    return "\n".join(lines) + "\n"


def show_rows(rows: Sequence[Row], a: str = "this", b: str = "before") -> None:
    """Print the rows as a table; `a`, `b` name the runs."""
    if not out.is_terminal:
        out.width = WIDE
    names = ("suite", "metric", a, b, *_COLUMNS)
    table = Table(*(escape(visible(name)) for name in names))
    for row in rows:
        *cells, verdict = (escape(visible(one)) for one in _cells(row))
        table.add_row(*cells, f"[{_STYLES[row.verdict]}]{verdict}[/]")
    out.print(table)
    out.print(PROTOCOL, style="dim", soft_wrap=True)


def show_worst(regressions: Sequence[Regression], a: str = "this", b: str = "before") -> None:
    """Print the regressions: what was said, noted and went wrong in both runs."""
    for one in regressions:
        out.print(f"\n[bold]{escape(visible(_headline(one)))}[/bold]", soft_wrap=True)
        for name, case in ((b, one.case_before), (a, one.case_after)):
            out.print(escape(visible(name)), style="dim")
            out.print(escape(visible(_told(case))), soft_wrap=True)


def _common(a: Run, b: Run) -> list[str]:
    others = set(b.suites())
    return [suite for suite in a.suites() if suite in others]


def _counting_failures(cases: Sequence[Case]) -> list[Case]:
    return [
        one.model_copy(update={"scores": {**one.scores, FAILED: float(bool(one.error))}})
        for one in cases
    ]


def _row(suite: str, metric: str, pair: Paired, p_adjusted: float) -> Row:
    better = "lower" if metric == FAILED else metric_named(suite, metric).better
    apart = pair.low is not None and pair.high is not None and (pair.low > 0 or pair.high < 0)
    gained = (pair.difference > 0) == (better == "higher")
    return Row(
        suite=suite,
        metric=metric,
        better=better,
        a=pair.a,
        b=pair.b,
        difference=pair.difference,
        low=pair.low,
        high=pair.high,
        p=pair.p,
        p_adjusted=p_adjusted,
        cases=pair.cases,
        clusters=pair.clusters,
        verdict=("better" if gained else "worse") if apart and p_adjusted <= ALPHA else "same",
    )


def _losses(a: Run, b: Run, row: Row) -> list[Regression]:
    """The cases that lost in a row, the largest loss first."""
    cases_a, cases_b = ({one.id: one for one in run.of(row.suite)} for run in (a, b))
    in_a, in_b = (_counting_failures(list(each.values())) for each in (cases_a, cases_b))
    lost = [
        Regression(
            suite=row.suite,
            id=one.id,
            metric=row.metric,
            before=other.scores[row.metric],
            after=one.scores[row.metric],
            case_before=cases_b[one.id],
            case_after=cases_a[one.id],
        )
        for one, other in pairs(in_a, in_b, row.metric)
        if _loss(row, one.scores[row.metric], other.scores[row.metric]) > 0
    ]
    return sorted(lost, key=lambda one: (-_loss(row, one.after, one.before), one.id))


def _loss(row: Row, after: float, before: float) -> float:
    return before - after if row.better == "higher" else after - before


def _cells(row: Row) -> list[str]:
    known = row.low is not None and row.high is not None
    return [
        row.suite,
        row.metric,
        f"{row.a:.4g}",
        f"{row.b:.4g}",
        f"{row.difference:+.3g}",
        f"{row.low:+.3g} to {row.high:+.3g}" if known else "unknown",
        f"{row.p_adjusted:.2g}",
        f"{row.cases:,} ({row.clusters:,})",
        row.verdict,
    ]


def _headline(one: Regression) -> str:
    return f"{one.suite} {one.id}: {one.metric} {one.before:.4g} to {one.after:.4g}"


def _told(case: Case) -> str:
    """A case in lines."""
    lines = [
        f"  {said.role}: {said.text}" + (f" [{'; '.join(said.items)}]" if said.items else "")
        for said in case.transcript
    ]
    lines += [f"  note: {note}" for note in case.notes]
    lines += [f"  error: {case.error}"] if case.error else []
    return "\n".join(lines) or "  nothing was recorded"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain_html(text: str) -> str:
    """A text in one line of HTML; GitHub mentions nobody from within `code`."""
    return f"<code>{html.escape(' '.join(visible(text).split()), quote=False)}</code>"
