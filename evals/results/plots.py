"""The drawings of a result: intervals, distributions, and what quality costs."""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from .drawing import BAD, GOOD, INK, bare, drawing, label
from .figures import Figure, percentiles, shown
from .statistics import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW = 0.42
"""Inches of a row of intervals."""
FEW = 12
"""Up to so many different values are drawn as a bar each."""
BINS = 24
_MARKS = "osD^vPX*"
_COLOURS = (GOOD, BAD, "#009e73", "#cc79a7", "#8a8a8a")
"""Of Okabe and Ito, who chose them for every kind of colour vision."""


class Point(NamedTuple):
    """One model in a trade-off: a value with where its 95 % interval begins and ends."""

    label: str
    """The model."""
    quality: tuple[float, float, float]
    """Mean, low, high."""
    tokens: tuple[float, float, float]
    """A turn: mean, low, high."""
    seconds: tuple[float, float, float]
    """A turn: mean, low, high."""


class _Row(NamedTuple):
    label: str
    mean: float
    low: float | None
    high: float | None
    target: float | None = None
    missed: bool = False


def forest(figures: Sequence[Figure], name: str) -> str:
    """A suite's figures with their 95 % intervals; a dashed line is a target.

    Shares have one axis from 0 to 1; every other figure has an axis of its own.

    Args:
        figures: at least one.
        name: begins every id in it.

    Raises:
        MissingError: matplotlib is not installed.
    """
    rows = [
        _Row(one.metric, one.mean, one.low, one.high, one.target, one.ok is False)
        for one in figures
    ]
    shares = [row for row in rows if _is_share(row)]
    panels = [shares] if shares else []
    return _intervals([*panels, *([row] for row in rows if not _is_share(row))], name)


def slices(values: Mapping[str, Interval], name: str) -> str:
    """A metric's 95 % interval for each value of a property.

    Raises:
        MissingError: matplotlib is not installed.
    """
    return _intervals(
        [[_Row(key, one.mean, one.low, one.high) for key, one in values.items()]], name
    )


def distribution(values: Sequence[float], about: str, name: str, quantiles: bool = False) -> str:
    """How often which value comes, and the share of cases that have at most it.

    Args:
        values: at least one.
        about: what is counted, with its unit.
        name: begins every id in it.
        quantiles: mark the median and the 95th percentile.

    Raises:
        MissingError: matplotlib is not installed.
    """
    ordered = sorted(float(f"{value:.12g}") for value in values)  # without the noise of rounding
    p50, p95 = percentiles(ordered)
    said = f"{about} of {len(ordered)} cases: median {shown(p50)}, 95th percentile {shown(p95)}"
    with drawing(name, said, 2.4) as here:
        axes = here.figure.subplots()
        different = sorted(set(ordered))
        if len(different) <= FEW:
            gap = min((b - a for a, b in pairwise(different)), default=1.0)
            counts = [len(list(same)) for _, same in groupby(ordered)]
            axes.bar(different, counts, width=0.8 * gap, color=GOOD, alpha=0.75)
            if all(value.is_integer() for value in different):
                axes.locator_params(axis="x", integer=True)
        else:
            axes.hist(ordered, bins=BINS, histtype="stepfilled", color=GOOD, alpha=0.75)
        axes.set_xlabel(label(about, 60))
        axes.set_ylabel("cases")
        axes.locator_params(axis="y", integer=True)
        share = axes.twinx()
        share.ecdf(ordered, color=INK, linewidth=1, alpha=0.7)
        share.set_ylim(0, 1.02)
        share.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        share.spines["right"].set_visible(True)
        if quantiles:
            for value, word, line in ((p50, "p50", "--"), (p95, "p95", ":")):
                said = f"{word} {shown(value)}"
                axes.axvline(value, color=BAD, linewidth=1.5, linestyle=line, label=said)
            here.figure.legend(loc="outside upper center", ncols=2, frameon=False)
    return here.svg


def trade_off(points: Sequence[Point], about: str = "quality", name: str = "trade-off") -> str:
    """Quality of models against the tokens and the seconds that a turn takes.

    Args:
        points: at least one; more than eight are hard to tell apart.
        about: which quality.
        name: begins every id in it.

    Raises:
        MissingError: matplotlib is not installed.
    """
    said = "; ".join(
        f"{one.label}: {about} {shown(one.quality[0])}, {shown(one.tokens[0])} tokens,"
        f" {shown(one.seconds[0])} seconds a turn"
        for one in points
    )
    with drawing(name, said, 5.2) as here:
        panels = here.figure.subplots(2, 1, sharey=True)
        for axes, cost in zip(panels, ("tokens", "seconds"), strict=True):
            for place, one in enumerate(points):
                _mark(axes, one, getattr(one, cost), place, named=axes is panels[0])
            axes.set_xlabel(f"{cost} a turn")
            axes.set_ylabel(label(about))
            right = max(getattr(one, cost)[2] for one in points) or 1.0
            axes.set_xlim(-0.04 * right, 1.04 * right)
            axes.margins(y=0.15)
            axes.grid(True)
        here.figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return here.svg


def _is_share(row: _Row) -> bool:
    return all(0 <= one <= 1 for one in _ends(row))


def _ends(row: _Row) -> list[float]:
    return [one for one in (row.mean, row.low, row.high, row.target) if one is not None]


def _intervals(panels: Sequence[Sequence[_Row]], name: str) -> str:
    """Panels of rows: the label and the figures above each interval."""
    rows = [row for panel in panels for row in panel]
    said = "; ".join(f"{row.label} {_told(row)}" for row in rows)
    heights = [len(panel) + 0.6 for panel in panels]
    with drawing(name, said, ROW * sum(heights) + 0.1) as here:
        grid = here.figure.subplots(
            len(panels), 1, squeeze=False, gridspec_kw={"height_ratios": heights}
        )
        for axes, panel in zip(grid[:, 0], panels, strict=True):
            for place, row in enumerate(panel):
                _interval(axes, row, -place)
            ends = [0.0, *(end for row in panel for end in _ends(row))]
            shares = all(map(_is_share, panel))
            axes.set_xlim(min(ends), 1.0 if shares else max(ends) * 1.1 or 1.0)
            axes.set_ylim(0.5 - len(panel), 0.6)
            axes.grid(True, axis="x")
            bare(axes)
    return here.svg


def _interval(axes: "Axes", row: _Row, y: float) -> None:
    colour = BAD if row.missed else GOOD
    if row.low is not None and row.high is not None:
        axes.plot([row.low, row.high], [y, y], color=colour, linewidth=2.2, alpha=0.8)
    inside = "none" if row.missed else colour
    axes.plot(
        [row.mean],
        [y],
        "o",
        markersize=5.5,
        markeredgecolor=colour,
        markerfacecolor=inside,
        clip_on=False,
    )
    if row.target is not None:
        axes.plot(
            [row.target] * 2,
            [y - 0.17, y + 0.17],
            color=INK,
            linewidth=1.3,
            linestyle="--",
            clip_on=False,
        )
    across = axes.get_yaxis_transform()
    axes.text(0, y + 0.24, label(row.label, 28), transform=across)
    axes.text(1, y + 0.24, _told(row), transform=across, ha="right", alpha=0.75)


def _told(row: _Row) -> str:
    ends = "" if row.low is None or row.high is None else f" [{shown(row.low)}, {shown(row.high)}]"
    return f"{shown(row.mean)}{ends}"


def _mark(
    axes: "Axes", one: Point, cost: tuple[float, float, float], place: int, named: bool
) -> None:
    mean, low, high = one.quality
    axes.errorbar(
        [cost[0]],
        [mean],
        xerr=[[max(cost[0] - cost[1], 0)], [max(cost[2] - cost[0], 0)]],
        yerr=[[max(mean - low, 0)], [max(high - mean, 0)]],
        fmt=_MARKS[place % len(_MARKS)],
        color=_COLOURS[place % len(_COLOURS)],
        linewidth=1,
        label=label(one.label) if named else None,
    )
