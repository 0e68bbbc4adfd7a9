"""A run as compact Markdown, for a pull request.

What comes from catalogues, people and models can neither break a table nor become markup, a link
or a mention.
"""

import html
import re
from collections.abc import Sequence

from ...terminal import visible
from .cases import Case, Run
from .figures import Figure, brief, shown, summary
from .worst import Failure, Short, failures, shortfalls

WORST = 3
MOST_CHARACTERS = 4000
"""Of one transcript: a comment holds 65,536."""
MOST_IN_CELL = 200

# Punctuation that begins markup, an escape, an autolink, a mention or an emoji.
_SPECIAL = re.compile(r"([\\`*_~\[\]|$@:#]|(?<=www)\.)", re.IGNORECASE)


def markdown_of(run: Run) -> str:
    """The figures as a table, and the worst cases folded below it."""
    figures = summary(run)
    held = [one for one in figures if one.target is not None]
    failed = sum(bool(one.error) for one in run.cases)
    lines = [
        f"### Evaluation of {cell(run.agent)}",
        "",
        f"{cell(run.model)} on {cell(run.catalog)}, seed {run.seed}, {cell(run.made)}",
        "",
        f"**{sum(one.ok is True for one in held)} of {len(held)} targets met; {failed:,} of"
        f" {len(run.cases):,} cases failed.**",
        "",
        "| suite | metric | mean | 95 % interval | target | | cases |",
        "| --- | --- | ---: | --- | --- | --- | ---: |",
        *(_row(one) for one in figures),
    ]
    for one in shortfalls(run)[:WORST]:
        lines += _folded(_headline(one), _told(one.case))
    for one in failures(run)[:WORST]:
        lines += _folded(_error_headline(one), _told(one.cases[0]))
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    """A text of somebody's in one line of Markdown: GitHub mentions nobody from within `code`."""
    escaped = _SPECIAL.sub(r"\\\1", _line(text))
    return f"<code>{escaped}</code>"


def _row(one: Figure) -> str:
    known = one.low is not None and one.high is not None
    clusters = f" ({one.clusters:,} clusters)" if one.clusters != one.cases else ""
    cells = [
        cell(one.suite),
        cell(one.metric),
        shown(one.mean),
        f"{shown(one.low or 0.0)} to {shown(one.high or 0.0)}" if known else "–",
        _target(one),
        _verdict(one),
        f"{one.cases:,}{clusters}",
    ]
    return f"| {' | '.join(cells)} |"


def _target(one: Figure) -> str:
    sign = "≥" if one.better == "higher" else "≤"
    return "" if one.target is None else f"{sign} {brief(one.target)}"


def _verdict(one: Figure) -> str:
    if one.ok is None:
        return ""
    return ("met" if one.ok else "**missed**") + ("" if one.clear else ", not certain")


def _headline(one: Short) -> str:
    scores = ", ".join(f"{name} {brief(one.case.scores[name])}" for name in one.missed)
    return f"{one.case.suite} {one.case.id}: {scores}"


def _error_headline(one: Failure) -> str:
    return f"{one.suite}: {len(one.cases):,} × {one.error}"


def _told(case: Case) -> Sequence[str]:
    said = [
        f"{one.role}: {one.text}" + (f"\n  [{'; '.join(one.items)}]" if one.items else "")
        for one in case.transcript
    ]
    return [*said, *(f"note: {one}" for one in case.notes), *([case.error] if case.error else [])]


def _folded(headline: str, told: Sequence[str]) -> list[str]:
    """Details whose `<pre>` is a block of its own: only such a one may hold empty lines."""
    text = visible("\n".join(told) or "nothing was recorded")
    cut = text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
    return [
        "",
        f"<details><summary><code>{_line(headline)}</code></summary>",
        "",
        f"<pre>{html.escape(cut, quote=False)}</pre>",
        "",
        "</details>",
    ]


def _line(text: str) -> str:
    line = " ".join(visible(text).split())
    cut = line if len(line) <= MOST_IN_CELL else f"{line[: MOST_IN_CELL - 1]}…"
    return html.escape(cut, quote=False)
