"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

CatalogOption = Annotated[
    str | None,
    typer.Option("--catalog", "-c", help="A catalogue's name, or its folder. Default: movies."),
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Write the result to this file as JSON, too.")
]

Epochs = Annotated[int, typer.Option(help="Epochs of the sequence model at most.", min=1)]
Length = Annotated[
    int, typer.Option(help="Interactions of a history that the model reads.", min=2, max=1000)
]
