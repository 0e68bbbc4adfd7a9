"""The report of a run: one HTML page that needs nothing else.

All texts are escaped: they come from catalogues, people and models. The same run gives the same
page, byte for byte.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from ...files import replacing_file
from .cases import Case, Run
from .comparing import Row
from .figures import Figure, brief, by_slice, costs, shown, summary
from .metrics import metric_named
from .plots import distribution, forest, slices
from .worst import Short, failures, shortfalls

MOST_TRANSCRIPTS = 200
MOST_ERRORS = 50
MOST_MESSAGES = 60
MOST_CHARACTERS = 4000
"""Of one message or note."""
_TEMPLATE = Path(__file__).parent / "page.html.jinja"


def write_page(
    run: Run, file: Path, baseline_rows: Sequence[Row] = (), most: int = MOST_TRANSCRIPTS
) -> Path:
    """Write the page of a run.

    Args:
        file: is replaced once the page is whole.
        baseline_rows: of `compared(run, baseline)`; none: the page compares nothing.
        most: transcripts that are shown, the worst first.

    Raises:
        MissingError: matplotlib is not installed.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(number=shown, brief=brief)
    figures = summary(run)
    short, failed = shortfalls(run), failures(run)
    transcripts = short[:most]
    page = environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        run=run,
        held=[one for one in figures if one.target is not None],
        met=sum(one.ok is True for one in figures),
        missed=[one for one in figures if one.ok is False],
        errors=sum(bool(one.error) for one in run.cases),
        suites=[_suite(run, name, place, figures) for place, name in enumerate(_names(run))],
        costs=costs(run),
        rows=baseline_rows,
        failures=[
            {"about": one, "ids": [each.id for each in one.cases[:5]], "case": _case(one.cases[0])}
            for one in failed[:MOST_ERRORS]
        ],
        failures_left=len(failed[MOST_ERRORS:]),
        transcripts=[_short(one) for one in transcripts],
        transcripts_left=len(short) - len(transcripts),
        in_suites=list(dict.fromkeys(one.case.suite for one in transcripts)),
        in_metrics=sorted({name for one in transcripts for name in one.missed}),
    )
    with replacing_file(file) as temporary:
        temporary.write_text(page, encoding="utf-8")
        temporary.chmod(0o644)
    return file


def _names(run: Run) -> list[str]:
    return list(dict.fromkeys([*run.suites(), *run.figures]))


def _suite(run: Run, name: str, place: int, figures: Sequence[Figure]) -> dict[str, Any]:
    """A suite with its drawings; its place makes ids, for its name may hold anything."""
    here = [one for one in figures if one.suite == name]
    cases = run.of(name)
    return {
        "id": f"suite-{place}",
        "name": name,
        "cases": len(cases),
        "failed": sum(bool(one.error) for one in cases),
        "figures": [(one, _bar(one)) for one in here],
        "forest": Markup(forest(here, f"forest-{place}")) if here else "",
        "slices": _slices(run, name, place, here),
        "distributions": _distributions(cases, place, here),
    }


def _bar(one: Figure) -> dict[str, float] | None:
    """Of a share: its length, its interval and its target, in percent."""
    ends = {"mean": one.mean, "low": one.low, "high": one.high, "target": one.target}
    known = {key: value for key, value in ends.items() if value is not None}
    if not all(0 <= value <= 1 for value in known.values()):
        return None
    return {key: round(100 * value, 2) for key, value in known.items()}


def _slices(run: Run, name: str, place: int, figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """What differs by property of what the suite is held to; without targets, its first metric."""
    having = [one.metric for one in figures if one.low is not None]
    held = [one.metric for one in figures if one.low is not None and one.target is not None]
    found = []
    for number, metric in enumerate(held or having[:1]):
        for at, (key, values) in enumerate(by_slice(run, name, metric).items()):
            if len({one.mean for one in values.values()}) > 1:
                drawn = slices(values, f"slice-{place}-{number}-{at}")
                found.append(
                    {"metric": metric, "key": key, "values": values, "plot": Markup(drawn)}
                )
    return found


def _distributions(cases: Sequence[Case], place: int, figures: Sequence[Figure]) -> list[Markup]:
    """Of scores that are more than yes and no, and of what the agent took."""
    drawn: dict[str, list[float]] = {
        one.metric: [case.scores[one.metric] for case in cases if one.metric in case.scores]
        for one in figures
    }
    having = [one for one in cases if not one.error]
    for key in ("seconds", "tokens"):
        drawn[f"{key} a turn"] = [getattr(one, key) / max(one.turns, 1) for one in having]
    return [
        Markup(distribution(values, about, f"values-{place}-{number}", about.endswith(" a turn")))
        for number, (about, values) in enumerate(drawn.items())
        if len(set(values)) > 2
    ]


def _short(one: Short) -> dict[str, Any]:
    found = _case(one.case)
    found["missed"] = [
        (name, one.case.scores[name], to, metric_named(one.case.suite, name).better)
        for name, to in one.missed.items()
    ]
    case = one.case
    found["parts"] = [
        *(
            f"{name} {brief(value)}"
            for name, value in case.scores.items()
            if name not in one.missed
        ),
        *(f"{name}: {value}" for name, value in case.slices.items()),
        f"turns: {case.turns}",
        f"{case.seconds:.1f} s",
        f"tokens: {case.tokens:,}",
    ]
    said = [text for each in case.transcript for text in (each.text, *each.items)]
    words = " ".join([case.id, *case.slices.values(), *case.notes, *said])
    found["words"] = words.lower()[:MOST_CHARACTERS]
    return found


def _case(case: Case) -> dict[str, Any]:
    """What is shown of a case."""
    return {
        "case": case,
        "said": [
            {"role": one.role, "text": _cut(one.text), "items": [_cut(item) for item in one.items]}
            for one in case.transcript[:MOST_MESSAGES]
        ],
        "more": len(case.transcript[MOST_MESSAGES:]),
        "notes": [_cut(note) for note in case.notes[:MOST_MESSAGES]],
    }


def _cut(text: str) -> str:
    left = len(text) - MOST_CHARACTERS
    return text if left <= 0 else f"{text[:MOST_CHARACTERS]}… ({left:,} characters more)"
