"""The suites that judge any agent: `tastemaker eval list | run | compare | gate | import | …`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from .cli_options import JsonFile
from .terminal import err, open_page, out, progress_bars, visible

if TYPE_CHECKING:
    from .evals.results.cases import Run

Out = Annotated[Path, typer.Option("--out", "-o", help="Folder of the run.")]
Folder = Annotated[Path, typer.Argument(help="Folder of a run.", exists=True, file_okay=False)]


def list_suites() -> None:
    """The suites, and whom they can judge."""
    from .evals.suites.registry import SUITES

    table = Table("suite", "judges", "about", box=None, pad_edge=False)
    for one in SUITES.values():
        table.add_row(one.name, one.judges, one.about)
    out.print(table)


def run(
    suites: Annotated[list[str], typer.Argument(help="Names of `eval list`, or all.")],
    folder: Out,
    agent: Annotated[
        str,
        typer.Option(
            help="tastemaker, deterministic (without a language model), openai:URL#MODEL, or"
            " module:callable of (messages, user)."
        ),
    ] = "tastemaker",
    model: Annotated[
        str | None, typer.Option(help="Language model of tastemaker. Default: the configured one.")
    ] = None,
    catalog: Annotated[str, typer.Option("--catalog", "-c", help="Items and people.")] = "movies",
    limit: Annotated[int | None, typer.Option(help="Cases of a suite at most.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Draws cases and what people do.")] = 0,
    seeds: Annotated[int, typer.Option(help="Tries of each dialogue, for pass^k.", min=1)] = 1,
    phrased: Annotated[
        bool, typer.Option("--phrased", help="The language model words what people say.")
    ] = False,
    cases: Annotated[
        Path | None, typer.Option(help="File of `eval import`, for the suite imported.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run that the folder holds.")
    ] = False,
    show: Annotated[bool, typer.Option("--open", help="Open the report at the end.")] = False,
) -> None:
    """Run suites on an agent: logs, cases, an HTML and a Markdown report.

    Killed or interrupted, the same command with --resume goes on at the sample. The logs are
    inspect_ai's: `inspect view --log-dir DIR/logs`.

    Example: `tastemaker eval run all --out runs/today`

    Example: `tastemaker eval run dialogue cost --agent openai:http://localhost:9000/v1 --out peer`
    """
    from .evals.results.markdown import markdown_of
    from .evals.results.page import write_page
    from .evals.suites.running import run_suites
    from .evals.suites.suite import Options
    from .files import replacing_file

    options = Options(
        agent=agent, model=model, catalog=catalog, seed=seed, limit=limit, seeds=seeds,
        imported=str(cases.resolve()) if cases else None, phrased=phrased,
    )  # fmt: skip
    with progress_bars() as progress:
        found, notes = run_suites(suites, options, folder, resume=resume, progress=progress)
    page = write_page(found, folder / "report.html")
    with replacing_file(folder / "report.md") as temporary:
        temporary.write_text(markdown_of(found), encoding="utf-8")
    _show(found)
    for note in notes:
        err.print(f"[yellow]note:[/yellow] {escape(visible(note))}", soft_wrap=True)
    out.print(f"Look at {page}", markup=False, soft_wrap=True)
    if show:
        open_page(page)


def report(
    folder: Folder,
    baseline: Annotated[Path | None, typer.Option(help="Folder of another run.")] = None,
    again: Annotated[
        bool, typer.Option("--judge", help="Judge the logs anew; no model is asked.")
    ] = False,
    show: Annotated[bool, typer.Option("--open", help="Open it.")] = False,
) -> None:
    """Write a run's report anew, beside another run where one is given."""
    from .evals.results.comparing import compared
    from .evals.results.page import write_page
    from .evals.results.runs import read_run

    if again:
        from .evals.suites.running import judged_again

        with progress_bars() as progress:
            found = judged_again(folder, progress)
    else:
        found = read_run(folder)
    rows = compared(found, read_run(baseline)) if baseline else []
    page = write_page(found, folder / "report.html", rows)
    _show(found)
    out.print(f"Look at {page}", markup=False, soft_wrap=True)
    if show:
        open_page(page)


def compare(
    first: Folder,
    second: Folder,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="A table for a pull request.")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """The first run against the second, case by case, with corrected tests."""
    from .evals.results.comparing import compared, show_rows
    from .evals.results.comparing import markdown as as_markdown
    from .evals.results.runs import read_run
    from .files import replacing_file

    rows = compared(read_run(first), read_run(second))
    if json_file is not None:
        with replacing_file(json_file) as temporary:
            listed = ",\n".join(row.model_dump_json() for row in rows)
            temporary.write_text(f"[{listed}]\n", encoding="utf-8")
    if markdown:
        out.print(
            as_markdown(rows, a=first.name, b=second.name), markup=False, soft_wrap=True, end=""
        )
    else:
        show_rows(rows, first.name, second.name)


def gate(
    candidate: Folder,
    baseline: Annotated[Path, typer.Option(help="Folder of the run that must not be undercut.")],
) -> None:
    """Exit with 1 if anything got worse that the cases can show; prints the worst three cases."""
    from .evals.results.comparing import gate as judge
    from .evals.results.comparing import show_rows, show_worst
    from .evals.results.runs import read_run

    verdict = judge(read_run(candidate), read_run(baseline))
    show_rows(verdict.rows, candidate.name, baseline.name)
    if verdict.left_out:
        err.print(f"[yellow]note:[/yellow] only in one run: {', '.join(verdict.left_out)}")
    if not verdict.ok:
        show_worst(verdict.worst, candidate.name, baseline.name)
        err.print("[red]worse[/red] than the baseline.")
        raise typer.Exit(1)
    out.print("Nothing got worse that these cases can show.")


def import_set(
    source: Annotated[Path, typer.Argument(help="File or folder that you hold.")],
    target: Annotated[Path, typer.Option("--out", "-o", help="New file of cases.")],
    name: Annotated[
        str | None,
        typer.Option("--set", help="redial, inspired, tau-rec, lamp or tallrec; else recognised."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over another file.")] = False,
) -> None:
    """Bring a public set into one file of cases, for `eval run imported --cases FILE`."""
    from .evals.importing.importer import import_cases

    done = import_cases(source, name, target, replace=replace)
    out.print(f"{done.cases:,} cases of {done.source}, {done.users:,} users, in {target}")
    for why, count in done.skipped.items():
        out.print(f"left out: {count:,} {escape(visible(why))}", style="dim")


def plot(
    folders: Annotated[list[Path], typer.Argument(help="Folders of runs, one a model.")],
    target: Annotated[Path, typer.Option("--out", "-o", help="SVG file.")],
    suite: Annotated[str, typer.Option(help="Whose quality.")] = "dialogue",
    metric: Annotated[str, typer.Option(help="Which.")] = "success",
) -> None:
    """Quality against tokens and seconds a turn, across runs with other models."""
    from .evals.results.plots import trade_off
    from .evals.results.points import point_of
    from .evals.results.runs import read_run
    from .files import replacing_file

    points = [point_of(read_run(one), suite, metric) for one in folders]
    with replacing_file(target) as temporary:
        temporary.write_text(trade_off(points, about=f"{suite} {metric}"), encoding="utf-8")
    for one in points:
        out.print(
            f"{one.label}: {metric} {one.quality[0]:.3f}, {one.tokens[0]:,.0f} tokens and"
            f" {one.seconds[0]:.2f} s a turn",
            markup=False,
        )


def _show(found: "Run") -> None:
    from .evals.report import WIDE
    from .evals.results.figures import summary

    if not out.is_terminal:
        out.width = WIDE
    table = Table("suite", "metric", "mean", "95 % interval", "target", "", "cases", "failed")
    for one in summary(found):
        inside = "" if one.low is None else f"{one.low:.3f} to {one.high:.3f}"
        sign = ">=" if one.better == "higher" else "<="
        target = "" if one.target is None else f"{sign} {one.target:g}"
        met = {None: "", True: "[green]met[/green]", False: "[red]missed[/red]"}[one.ok]
        table.add_row(
            one.suite, escape(one.metric), f"{one.mean:.3f}", inside, target, met,
            f"{one.cases:,}", f"{one.failed:,}" if one.failed else "",
        )  # fmt: skip
    out.print(table)


def add_to(app: typer.Typer) -> None:
    """Add the commands to `tastemaker eval`."""
    for name, command in (
        ("list", list_suites), ("run", run), ("report", report), ("compare", compare),
        ("gate", gate), ("import", import_set), ("plot", plot),
    ):  # fmt: skip
        app.command(name)(command)
