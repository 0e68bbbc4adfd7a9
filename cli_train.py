"""The commands that train: `tastemaker train ...`."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from .cli_options import CatalogOption, Epochs, Length
from .terminal import out, progress_bars

train_app = typer.Typer(no_args_is_help=True, help="Train what learns from your catalogue.")


@train_app.command("recommender")
def train_recommender(
    catalog: CatalogOption = None,
    pretrain: Annotated[
        str | None,
        typer.Option(help="reconstructive, contrastive, autoregressive, or several with +."),
    ] = None,
    adapt: Annotated[
        str,
        typer.Option(
            help="full-finetuning, representation-transfer, adapter-tuning or prompt-tuning."
        ),
    ] = "full-finetuning",
    epochs: Epochs = 60,
    length: Length = 100,
    seed: Annotated[int, typer.Option(help="Draws weights, order and dropout.")] = 0,
) -> None:
    """Train a recommender: sequence model, EASE, transitions, item-KNN, content, learned fusion.

    The last item of each person is held out for the card's figures, the one before for early
    stopping and calibration. Interrupted, the same command goes on from its last epoch.
    Example: `tastemaker train recommender --catalog ml-100k`
    """
    from .recommender.train import train_catalog

    command = " ".join(["tastemaker", *sys.argv[1:]])
    with progress_bars() as progress:
        card = train_catalog(
            catalog, pretrain=pretrain, adapt=adapt, epochs=epochs, length=length, seed=seed,
            command=command, progress=progress,
        )  # fmt: skip
    out.print(
        f"Trained on {card.interactions:,} interactions of {card.users:,} users in"
        f" {card.seconds:.0f} s; each one's last item, full ranking:",
        markup=False,
    )
    out.print(", ".join(f"{name} {value:.4f}" for name, value in card.figures.items()))


@train_app.command("llm")
def train_llm(
    task: Annotated[
        Literal["all", "read", "reasons"],
        typer.Option(help="`read`: requests; `reasons`: thoughts, explanations, copy."),
    ] = "all",
    budget: Annotated[
        Literal["small", "full"],
        typer.Option(help="`small` learns from some 5,000 examples, `full` from 24,000."),
    ] = "small",
    catalog: Annotated[
        list[str] | None,
        typer.Option(
            "--catalog", "-c", help="Whose words to use, too; give it again. Default: two packs."
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="What the adapter is called.")] = "mine",
    start: Annotated[
        Path | None, typer.Option("--from", help="An adapter's folder to go on from.")
    ] = None,
    base: Annotated[str, typer.Option(help="The model that learns.")] = "smollm2-135m-instruct",
    seed: Annotated[int, typer.Option(help="Draws the examples and their order.")] = 0,
) -> None:
    """Teach the embedded language model its job (LoRA): needs `pip install "tastemaker[train]"`.

    Interrupted, the same command goes on from its last checkpoint. Afterwards
    `TASTEMAKER_LLM__MODEL=<folder>` uses the adapter: it is merged once and served.
    Example: `tastemaker train llm --task all --budget small`
    """
    from .teaching.train_llm import adapter_folder
    from .teaching.train_llm import train_llm as teach

    command = " ".join(["tastemaker", *sys.argv[1:]])
    with progress_bars() as progress:
        card = teach(
            name=name, task=task, budget=budget, catalogs=catalog or ["movies", "art"], start=start,
            base=base, seed=seed, command=command, progress=progress,
        )  # fmt: skip
    learned = card.learned
    out.print(
        f"Learnt from {learned.examples:,} examples ({learned.tokens:,} tokens) in"
        f" {learned.seconds:.0f} s; loss {learned.loss:.3f}.",
        markup=False,
    )
    for one in card.held_out:
        out.print(
            f"Held-out {one.what} ({one.messages}): intent {one.intent_accuracy:.3f},"
            f" marks F1 {one.marks_f1:.3f}, valid {one.valid:.3f}",
            markup=False,
        )
    out.print(f"In {adapter_folder(name)}", markup=False, soft_wrap=True)


_Pictures = Annotated[
    list[str] | None,
    typer.Option("--catalog", "-c", help="Whose pictures to learn from, too; give it again."),
]


@train_app.command("vision")
def train_vision(
    catalog: _Pictures = None,
    name: Annotated[str, typer.Option(help="What the adapter is called.")] = "sees",
    start: Annotated[
        Path | None,
        typer.Option("--from", help="The adapter that learns to see; default: the shipped one."),
    ] = None,
    steps: Annotated[int, typer.Option(help="Steps of 24 tasks.", min=1)] = 400,
    repeated: Annotated[
        int,
        typer.Option(help="Examples of what it knew before in a step: more forget less.", min=0),
    ] = 6,
    learning_rate: Annotated[float, typer.Option(help="Peak for the adapter.", min=0)] = 5e-4,
    seed: Annotated[int, typer.Option(help="Draws pictures, tasks and their order.")] = 0,
) -> None:
    """Teach the embedded language model to see: needs `pip install "tastemaker[train]"`.

    It learns from freely licensed drawings, which npm and apt-get fetch, and from the pictures,
    titles and kinds of catalogues' items. Interrupted, the same command goes on from its last
    checkpoint. Example: `tastemaker train vision --catalog art`
    """
    from .serving.models import SHIPPED_ADAPTERS
    from .settings import load_settings
    from .teaching.seeing.learning import SeeingSettings
    from .teaching.train_llm import adapter_folder
    from .teaching.train_vision import train_vision as teach

    command = " ".join(["tastemaker", *sys.argv[1:]])
    with progress_bars() as progress:
        card = teach(
            name=name, start=start or SHIPPED_ADAPTERS["tastemaker-135m"],
            catalogs=catalog or ["art"], tower=load_settings().image_encoder,
            settings=SeeingSettings(
                steps=steps, repeated=repeated, learning_rate=learning_rate, seed=seed
            ),
            command=command, progress=progress,
        )  # fmt: skip
    learned = card.seeing.learned
    out.print(
        f"Learnt {learned.sights:,} tasks about {learned.pictures:,} pictures in"
        f" {learned.seconds:.0f} s; loss {learned.loss:.3f}.",
        markup=False,
    )
    out.print(f"In {adapter_folder(name)}", markup=False, soft_wrap=True)


@train_app.command("map")
def train_map(
    catalog: _Pictures = None,
    folder: Annotated[
        Path, typer.Option("--out", help="Where the map goes; an older one is replaced.")
    ] = Path("text-to-image"),
    steps: Annotated[int, typer.Option(help="Steps of 256 pairs.", min=0)] = 1500,
    seed: Annotated[int, typer.Option(help="Draws the pairs.")] = 0,
) -> None:
    """Learn the map by which words find pictures: needs `pip install "tastemaker[train]"`.

    Example: `tastemaker train map --catalog art --out text-to-image`
    """
    from .settings import load_settings
    from .teaching.seeing.text_map import MapSettings
    from .teaching.train_vision import train_text_map

    settings = load_settings()
    with progress_bars() as progress:
        card = train_text_map(
            folder=folder, catalogs=catalog or ["art"], text_encoder=settings.text_encoder,
            image_encoder=settings.image_encoder, settings=MapSettings(steps=steps, seed=seed),
            command=" ".join(["tastemaker", *sys.argv[1:]]), progress=progress,
        )  # fmt: skip
    out.print(
        f"Learnt from {card.pairs:,} pairs in {card.seconds:.0f} s; in {folder}", markup=False
    )


@train_app.command("image")
def train_image(
    budget: Annotated[
        Literal["tiny", "small", "full"],
        typer.Option(
            help="`small`: two hours on two CPU cores; `full`: for a GPU; `tiny`: a trial run."
        ),
    ] = "small",
    steps: Annotated[
        int | None, typer.Option(help="Steps of the denoiser, other than the budget's.", min=1)
    ] = None,
    name: Annotated[str, typer.Option(help="What its checkpoints are called.")] = "painter",
    folder: Annotated[
        Path, typer.Option("--out", help="Where the generator goes; an older one is replaced.")
    ] = Path("painter"),
    seed: Annotated[int, typer.Option(help="Draws pictures, weights, order and noise.")] = 0,
) -> None:
    """Teach an image generator to draw: needs `pip install "tastemaker[paint,train]"`.

    It learns from freely licensed emoji drawings, which npm fetches, redrawn in nine styles.
    Interrupted, the same command goes on from its last checkpoint.
    Example: `tastemaker train image --budget small --out painter`
    """
    from .teaching.train_image import BUDGETS
    from .teaching.train_image import train_image as teach

    chosen = BUDGETS[budget]
    if steps:
        longer = chosen.transformer.model_copy(update={"steps": steps})
        chosen = chosen.model_copy(update={"transformer": longer})
    with progress_bars() as progress:
        card = teach(
            folder, budget=chosen, name=name, seed=seed,
            command=" ".join(["tastemaker", *sys.argv[1:]]), progress=progress,
        )  # fmt: skip
    out.print(
        f"Learnt from {card.pictures:,} pictures in"
        f" {card.autoencoder['seconds'] + card.transformer['seconds']:.0f} s; autoencoder"
        f" {card.autoencoder['psnr']:.1f} dB, loss {card.transformer['loss']:.3f}; in {folder}",
        markup=False,
    )
