"""The commands that measure: `tastemaker bench ...`; each prints its protocol and its figures."""

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import CatalogOption, Epochs, JsonFile, Length
from .errors import BadInputError
from .terminal import progress_bars

bench_app = typer.Typer(no_args_is_help=True, help="Measure, with the protocol in the output.")


@bench_app.command("turn")
def bench_turn(
    catalog: CatalogOption = None,
    seed: Annotated[int, typer.Option(help="Chooses the users and messages.")] = 0,
    turns: Annotated[int, typer.Option(help="Turns without the LLM.", min=10)] = 200,
    llm_turns: Annotated[int, typer.Option(help="Turns with the LLM; 0: none.", min=0)] = 6,
    json_file: JsonFile = None,
) -> None:
    """Time of a turn: our own part, and with the LLM its calls, tokens and first words."""
    from .evals.bench_turn import run
    from .evals.report import show

    with progress_bars() as progress:
        report = run(catalog, seed=seed, turns=turns, llm_turns=llm_turns, progress=progress)
    raise typer.Exit(show(report, json_file))


@bench_app.command("adaptation")
def bench_adaptation(
    data: Annotated[
        list[str] | None,
        typer.Option("--data", help="A catalogue; give it again for more. Default: two packs."),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", help="Pretrain on this catalogue instead.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Seeds of each training.", min=1)] = 3,
    epochs: Epochs = 15,
    json_file: JsonFile = None,
) -> None:
    """Three pretraining objectives with four adaptation techniques: quality, cost, what is noise.

    Example, across domains: `tastemaker bench adaptation --data movies --from ml-100k`
    """
    from .evals.bench_adaptation import run
    from .evals.report import show
    from .settings import load_settings

    names = data or ["ml-100k", "movies"]
    with progress_bars() as progress:
        report = run(names, load_settings(), source, seeds, epochs, progress)
    raise typer.Exit(show(report, json_file))


@bench_app.command("recommender")
def bench_recommender(
    data: Annotated[
        str, typer.Option("--data", help="ml-100k, ml-1m, movies, or your catalogue.")
    ] = "ml-100k",
    peers: Annotated[
        str | None,
        typer.Option(help="RecBole's models to run, with commas; none: no peers. Default: all."),
    ] = None,
    ablations: Annotated[
        bool, typer.Option("--ablations", help="Also without each modality, and without any.")
    ] = False,
    peer_seconds: Annotated[float, typer.Option(help="Longest training of one peer.")] = 600.0,
    epochs: Epochs = 60,
    length: Length = 100,
    seed: Annotated[int, typer.Option(help="Draws weights, order, dropout, ties.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Rank held-out items against RecBole's models: leave-one-out, full ranking, paired tests.

    RecBole gets an environment of its own the first time (minutes). An interrupted run goes on
    where it ended. Example: `tastemaker bench recommender --data ml-100k --peers EASE,SASRec`
    """
    from .evals.bench_recommender import run
    from .evals.peers.recbole import MODELS
    from .evals.report import show
    from .recommender.train import RecommenderConfig
    from .recommender.training import TrainingConfig
    from .settings import load_settings

    chosen = (
        list(MODELS) if peers is None else [name for name in peers.split(",") if name != "none"]
    )
    config = RecommenderConfig(training=TrainingConfig(epochs=epochs, length=length, seed=seed))
    with progress_bars() as progress:
        report = run(data, load_settings(), config, chosen, ablations, peer_seconds, progress)
    raise typer.Exit(show(report, json_file))


@bench_app.command("recommend")
def bench_recommend(
    catalog: CatalogOption = None,
    users: Annotated[int, typer.Option(help="Users to recommend to.", min=10)] = 300,
    items: Annotated[
        int | None, typer.Option(help="Made-up items in place of the catalogue's.", min=1000)
    ] = None,
    interactions: Annotated[
        int, typer.Option(help="Made-up interactions with them.", min=1000)
    ] = 5_000_000,
    seed: Annotated[int, typer.Option(help="Draws the users, and what is made up.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Time of one recommendation for a known user: every channel and the fusion, one core.

    At scale: `tastemaker bench recommend --items 1000000` (8 GiB of memory, a quarter of an hour).
    """
    from .evals.bench_recommend import run
    from .evals.report import show

    with progress_bars() as progress:
        report = run(catalog, users, items, interactions, seed, progress)
    raise typer.Exit(show(report, json_file))


@bench_app.command("import")
def bench_import(
    rows: Annotated[int, typer.Option(help="Interactions to import.", min=1000)] = 10_000_000,
    seed: Annotated[int, typer.Option(help="Makes the rows.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Time and peak memory of importing many interactions."""
    from .evals.bench_import import run
    from .evals.report import show

    with progress_bars() as progress:
        report = run(rows, seed=seed, progress=progress)
    raise typer.Exit(show(report, json_file))


@bench_app.command("index")
def bench_index(
    vectors: Annotated[int, typer.Option(help="Vectors in the index.", min=10_000)] = 1_000_000,
    queries: Annotated[int, typer.Option(help="Queries a round.", min=100)] = 1000,
    seed: Annotated[int, typer.Option(help="Makes vectors, queries and filters.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Recall, speed and memory of the vector index against usearch and brute force; filters.

    A million vectors need about 8 GiB of memory, and half an hour the first time, since every
    index is built; then minutes. Try `tastemaker bench index --vectors 100000` first.
    """
    from .evals.bench_index import run
    from .evals.report import show
    from .settings import load_settings

    with progress_bars() as progress:
        report = run(load_settings(), vectors, queries, seed=seed, progress=progress)
    raise typer.Exit(show(report, json_file))


@bench_app.command("write")
def bench_write(
    catalog: CatalogOption = None,
    explanations: Annotated[
        int, typer.Option(help="Explanations, ten users an item.", min=20)
    ] = 500,
    batch: Annotated[int, typer.Option(help="Explanations of the timed batch.", min=2)] = 200,
    alone: Annotated[int, typer.Option(help="Explanations timed one by one.", min=2)] = 40,
    swaps: Annotated[int, typer.Option(help="Swapped pairs of users.", min=10)] = 1000,
    assets: Annotated[int, typer.Option(help="Texts for channels.", min=1)] = 80,
    seed: Annotated[int, typer.Option(help="Draws users, items, pairs.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Explanations and copy: are they true, kept, varied, personal, within limits, and how dear.

    Example: `tastemaker bench write --explanations 100`
    """
    from .evals.bench_write import run
    from .evals.report import show
    from .settings import load_settings

    with progress_bars() as progress:
        report = run(
            load_settings(), catalog=catalog, explanations=explanations, batch=batch, alone=alone,
            swaps=swaps, assets=assets, seed=seed, progress=progress,
        )  # fmt: skip
    raise typer.Exit(show(report, json_file))


@bench_app.command("paint")
def bench_paint(
    catalog: Annotated[
        list[str] | None,
        typer.Option("--catalog", "-c", help="Whose items and people; give it again."),
    ] = None,
    pictures: Annotated[int, typer.Option(help="Pictures whose subject is found.", min=20)] = 200,
    people: Annotated[int, typer.Option(help="Persons of the swap test.", min=2)] = 20,
    items: Annotated[int, typer.Option(help="Pictures for each of them.", min=1)] = 5,
    assets: Annotated[int, typer.Option(help="Finished images of each catalogue.", min=1)] = 28,
    same: Annotated[int, typer.Option(help="Images made twice.", min=1)] = 8,
    rounds: Annotated[int, typer.Option(help="Rounds of the timing.", min=1)] = 5,
    samples: Annotated[
        Path | None, typer.Option(help="Folder for sheets of samples, drawn by seed.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws subjects, persons, items, noise.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Pictures: the right subject, the right person, nothing copied, every check, and the cost.

    Example: `tastemaker bench paint --catalog movies --catalog art --samples docs/painting`
    """
    from .evals.bench_paint import run
    from .evals.report import show
    from .settings import load_settings

    with progress_bars() as progress:
        report = run(
            load_settings(), catalogs=catalog or ["movies", "art"], pictures=pictures,
            people=people, items=items, assets=assets, same=same, rounds=rounds, samples=samples,
            seed=seed, progress=progress,
        )  # fmt: skip
    raise typer.Exit(show(report, json_file))


@bench_app.command("campaign")
def bench_campaign(
    catalog: Annotated[
        str, typer.Option("--catalog", "-c", help="A catalogue with people.")
    ] = "movies",
    assets: Annotated[int, typer.Option(help="Assets of the timed campaign.", min=20)] = 200,
    variants: Annotated[
        int, typer.Option(help="Pictures each: 1 (more channels, formats) or 2.", min=1, max=2)
    ] = 1,
    kills: Annotated[
        int, typer.Option(help="Times that a campaign is killed; 0: no such runs.", min=0)
    ] = 20,
    sheet: Annotated[int, typer.Option(help="Assets on the contact sheet.", min=1)] = 2000,
    shot: Annotated[Path | None, typer.Option(help="Picture of the sheet, a .png file.")] = None,
    seed: Annotated[int, typer.Option(help="Draws noise and the moments of killing.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Campaigns: against the naive loop, killed and resumed, on Ray, at 100,000; the sheet's speed.

    Example: `tastemaker bench campaign --assets 100 --kills 5`
    """
    from .evals.bench_campaign import run
    from .evals.report import show

    with progress_bars() as progress:
        report = run(
            catalog=catalog, assets=assets, variants=variants, kills=kills, sheet=sheet, shot=shot,
            seed=seed, progress=progress,
        )  # fmt: skip
    raise typer.Exit(show(report, json_file))


@bench_app.command("serve")
def bench_serve(
    catalog: CatalogOption = None,
    part: Annotated[
        list[str] | None,
        typer.Option(help="load, kills, llm, start or outage; give it again. Default: all."),
    ] = None,
    chats: Annotated[int, typer.Option(help="People who chat at once.", min=1)] = 64,
    seconds: Annotated[float, typer.Option(help="That they chat.", min=1)] = 120.0,
    kills: Annotated[int, typer.Option(help="Times that the server is killed.", min=1)] = 50,
    seed: Annotated[int, typer.Option(help="Draws people, messages, pauses, kills.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Serving: many people at once, the LLM shared, kill -9, starts, an LLM that goes away.

    All of it takes half an hour. Example: `tastemaker bench serve --part load --seconds 30`
    """
    from .evals.bench_serve import PARTS, run
    from .evals.report import show

    parts = [one for one in PARTS if not part or one in part]
    unknown = sorted(set(part or []) - set(PARTS))
    if unknown:
        raise BadInputError(f"There is no part {unknown[0]!r}; parts are {', '.join(PARTS)}.")
    with progress_bars() as progress:
        report = run(
            catalog, parts=parts, chats=chats, seconds=seconds, kills=kills, seed=seed,
            progress=progress,
        )  # fmt: skip
    raise typer.Exit(show(report, json_file))
