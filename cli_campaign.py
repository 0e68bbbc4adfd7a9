"""The commands of campaigns: `tastemaker campaign …`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from .terminal import err, open_page, out, print_json, progress_bars, visible

campaign_app = typer.Typer(
    no_args_is_help=True, help="Make, review and export assets for many people from one brief."
)

Folder = Annotated[Path, typer.Argument(help="The campaign's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, and nothing else.")]


@campaign_app.command("run")
def run_campaign(
    folder: Annotated[Path, typer.Option("--out", "-o", help="Where everything goes.")],
    brief: Annotated[
        Path | None, typer.Argument(help="The brief, a TOML file (docs/campaigns.md).")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the brief that the folder was run with.")
    ] = False,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="`ray`: on a Ray cluster, or a local Ray.")
    ] = "local",
    actors: Annotated[int, typer.Option(help="Processes that make, for ray.", min=1)] = 1,
    dry: Annotated[
        bool, typer.Option("--dry-run", help="Count and estimate; make nothing.")
    ] = False,
    show: Annotated[
        bool, typer.Option("--open", help="Open the contact sheet at the end.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make every asset of a brief. Killed or interrupted, the same command goes on.

    A brief that changed remakes only what depends on the change.

    Example: `tastemaker campaign run examples/art.toml --out spring`
    """
    from .errors import BadInputError
    from .generation.campaign.commands import run

    if (brief is None) != resume:
        raise BadInputError("Give either a brief, or --resume with the folder of one.")

    with progress_bars() as progress:
        foreseen, done = run(
            brief, folder, engine=engine, actors=actors, dry=dry, progress=progress
        )
    if as_json:
        print_json({"estimate": foreseen.model_dump(), "done": done and done.model_dump()})
        return
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in foreseen.by_kind.items())
    out.print(
        f"{foreseen.assets:,} assets ({kinds}) for {foreseen.recipients:,} recipients; foreseen:"
        f" {foreseen.seconds / 60:,.1f} min, {foreseen.tokens:,} tokens,"
        f" {foreseen.bytes / 1e6:,.0f} MB",
        markup=False,
    )
    if done is not None:
        made = sum(done.made.values())
        out.print(
            f"Made {made:,} in {done.seconds:.0f} s, found {done.found:,}; {done.passed:,} hold"
            f" every check, {done.failed:,} failed. Look at {folder / 'contact-sheet.html'}",
            markup=False, soft_wrap=True,
        )  # fmt: skip
        if show:
            open_page(folder / "contact-sheet.html")
        if done.failed:
            err.print("Some assets could not be made; their rows say why.", style="yellow")
            raise typer.Exit(1)


@campaign_app.command("status")
def campaign_status(folder: Folder, as_json: AsJson = False) -> None:
    """What is there, what holds its checks, what was decided."""
    from .generation.campaign.looking import status

    found = status(folder)
    if as_json:
        print_json(found.model_dump())
        return
    made = ", ".join(f"{n:,} {kind}" for kind, n in found.made.items()) or "nothing"
    out.print(f"{found.name}: {made}; {found.passed:,} hold every check", markup=False)
    if found.alike:
        out.print(
            f"  {found.alike:,} pairs of people got pictures of one item that look the same",
            markup=False,
        )
    for state, count in found.reviewed.items():
        out.print(f"  {state}: {count:,}", markup=False)
    for reason, count in found.reasons.items():
        out.print(visible(f"  not made, {count:,}: {reason}"), markup=False, soft_wrap=True)


@campaign_app.command("review")
def review_campaign(
    folder: Folder,
    state: Annotated[
        Literal["approved", "rejected", "open"], typer.Option(help="What is decided.")
    ] = "approved",
    passed: Annotated[
        bool | None, typer.Option("--passed/--failed", help="Only what holds its checks, or not.")
    ] = None,
    recipient: Annotated[str | None, typer.Option(help="Only this one's: user:7.")] = None,
    item: Annotated[str | None, typer.Option(help="Only about this item.")] = None,
    target: Annotated[str | None, typer.Option(help="Only this channel or format.")] = None,
    asset: Annotated[list[str] | None, typer.Option(help="Only this asset; give it again.")] = None,
    by: Annotated[str, typer.Option(help="Who decides.")] = "somebody",
    note: Annotated[str, typer.Option(help="Why.")] = "",
    decisions: Annotated[
        Path | None, typer.Option(help="What was decided on the contact sheet: decisions.json.")
    ] = None,
) -> None:
    """Approve or reject what fits the filters, or what was decided on the contact sheet.

    Example: `tastemaker campaign review spring --passed --state approved --by ann`
    """
    from .generation.campaign.looking import decide, review

    if decisions is not None:
        for said, count in decide(folder, decisions, by=by).items():
            out.print(f"{count:,} assets are {said}.", markup=False)
        return

    count = review(
        folder, state, by=by, note=note, passed=passed, recipient=recipient, item=item,
        target=target, ids=tuple(asset or ()),
    )  # fmt: skip
    out.print(f"{count:,} assets are {state}.", markup=False)


@campaign_app.command("export")
def export_campaign(
    folder: Folder,
    target: Annotated[Path, typer.Option("--out", "-o", help="A new folder.")],
    layout: Annotated[Literal["google", "meta"], typer.Option(help="Whose table.")] = "google",
) -> None:
    """Write what is approved as an advertising platform takes it, images signed.

    Example: `tastemaker campaign export spring --layout meta --out spring-meta`
    """
    from .generation.campaign.exporting import export

    count = export(folder, target, layout)
    out.print(f"{count:,} rows in {target / f'{layout}.csv'}", markup=False, soft_wrap=True)
