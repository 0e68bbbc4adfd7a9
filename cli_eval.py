"""The commands that judge quality: `tastemaker eval ...`."""

from typing import Annotated, Literal

import typer

from .cli_options import JsonFile
from .cli_suites import add_to
from .terminal import progress_bars

eval_app = typer.Typer(no_args_is_help=True, help="Judge quality, with the protocol in the output.")
add_to(eval_app)

_OTHERS = ("smollm2-135m-instruct", "qwen2.5-coder-0.5b-instruct", "qwen2.5-coder-1.5b-instruct")


@eval_app.command("requests")
def eval_requests(
    part: Annotated[
        Literal["dev", "test"], typer.Option(help="`test` is reported; `dev` is to work with.")
    ] = "test",
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            help=f"`taught`, or a model to ask zero-shot ({', '.join(_OTHERS)}); give it again for"
            " more. Default: taught, which needs an adapter; `all` for every one (slow on a CPU).",
        ),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """How well readers understand what people write: intents, limits, items, tools.

    Example: `tastemaker eval requests --model taught --model qwen2.5-coder-0.5b-instruct`
    """
    from .evals.eval_requests import run
    from .evals.report import show
    from .settings import load_settings

    models = model or ["taught"]
    if "all" in models:
        models = ["taught", *_OTHERS]
    with progress_bars() as progress:
        report = run(load_settings(), part=part, models=models, progress=progress)
    raise typer.Exit(show(report, json_file))


@eval_app.command("reasons")
def eval_reasons(
    model: Annotated[
        list[str] | None,
        typer.Option("--model", help="`taught`, or another model's name; give it again for more."),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Whether thoughts, reasons and answers say only what the facts that they cite say.

    Example: `tastemaker eval reasons --model taught --model smollm2-135m-instruct`
    """
    from .evals.eval_reasons import run
    from .evals.report import show
    from .settings import load_settings

    with progress_bars() as progress:
        report = run(load_settings(), models=model or ["taught"], progress=progress)
    raise typer.Exit(show(report, json_file))


@eval_app.command("order")
def eval_order(
    catalog: Annotated[str, typer.Option("--catalog", "-c", help="With histories.")] = "movies",
    people: Annotated[int, typer.Option(help="People to judge on.", min=20)] = 200,
    seed: Annotated[int, typer.Option(help="Draws the people.")] = 0,
    keep: Annotated[
        bool, typer.Option("--keep", help="Write the weight into the adapter's card.")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """NDCG@10 of the recommender alone, the LLM alone, and both with a calibrated weight.

    Example: `tastemaker eval order --people 200 --keep`
    """
    from .evals.eval_order import run
    from .evals.report import show
    from .settings import load_settings

    with progress_bars() as progress:
        report = run(
            load_settings(), catalog=catalog, people=people, seed=seed, keep=keep,
            progress=progress,
        )  # fmt: skip
    raise typer.Exit(show(report, json_file))


_Pictures = Annotated[
    list[str] | None,
    typer.Option("--catalog", "-c", help="With pictures, beside the drawings; give it again."),
]


@eval_app.command("pictures")
def eval_pictures(
    catalog: _Pictures = None,
    seed: Annotated[int, typer.Option(help="Draws the bootstrap samples.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Whether words find held-out pictures, and pictures their like, against chance and titles.

    Fetches drawings with npm and apt-get; needs `pip install "tastemaker[train]"`.
    Example: `tastemaker eval pictures --catalog art`
    """
    from .evals.eval_pictures import run
    from .evals.report import show
    from .settings import load_settings

    with progress_bars() as progress:
        report = run(load_settings(), catalogs=catalog or ["art"], seed=seed, progress=progress)
    raise typer.Exit(show(report, json_file))


@eval_app.command("seeing")
def eval_seeing(
    catalog: _Pictures = None,
    most: Annotated[int, typer.Option(help="Pictures of one set at most.", min=1)] = 150,
    seed: Annotated[int, typer.Option(help="Draws pictures and options.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Whether the language model sees what held-out pictures show, served by vLLM.

    Fetches drawings with npm and apt-get; needs `pip install "tastemaker[train]"`.
    Example: `tastemaker eval seeing --catalog art`
    """
    from .evals.eval_seeing import run
    from .evals.report import show
    from .settings import load_settings

    with progress_bars() as progress:
        report = run(
            load_settings(), catalogs=catalog or ["art"], most=most, seed=seed, progress=progress
        )
    raise typer.Exit(show(report, json_file))
