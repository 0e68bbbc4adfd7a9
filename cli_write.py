"""Commands that write: explanations that one can check, and personal copy."""

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import CatalogOption
from .terminal import err, print_json, progress_bars

User = Annotated[str | None, typer.Option("--user", "-u", help="For whom; left out: for anybody.")]
Item = Annotated[str, typer.Option("--item", "-i", help="The item: its id, or its exact title.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, and nothing else.")]
NoLLM = Annotated[
    bool, typer.Option("--no-llm", help="Word it from the facts, without a language model.")
]


def explain(
    item: Item,
    user: User = None,
    catalog: CatalogOption = None,
    question: Annotated[
        str, typer.Option("--question", "-q", help="Something else than why.", show_default=False)
    ] = "",
    no_llm: NoLLM = False,
    as_json: AsJson = False,
) -> None:
    """Explain why an item fits a user, from numbered facts that stand under the text.

    The model writes several drafts; every sentence is checked against the facts, what they do not
    say is cut, and the best draft is shown. Where nothing survives, the facts speak for themselves.

    Example: `tastemaker explain --user 7 --item "The Fugitive" --question "is it too long?"`
    """
    from .generation.text.commands import explained
    from .terminal import show_explanation

    with progress_bars() as progress:
        found = explained(
            catalog, item, user=user, question=question, use_llm=not no_llm, progress=progress
        )
    if as_json:
        print_json(found.model_dump())
    else:
        show_explanation(found)


def write(
    item: Item,
    channel: Annotated[
        str,
        typer.Option(
            help="google_performance_max, meta, linkedin, push, sms, email, product_page,"
            " invitation, or one of the brand file."
        ),
    ],
    user: User = None,
    catalog: CatalogOption = None,
    brand: Annotated[
        Path | None,
        typer.Option(
            help="A TOML file: name, voice, banned_words, disclaimers, claims, language, channels."
        ),
    ] = None,
    no_llm: NoLLM = False,
    as_json: AsJson = False,
) -> None:
    """Write personal copy for a channel: every piece within its limit, every claim from a fact.

    A piece for which nothing true is short enough stays empty and says why; the command then exits
    with 1.

    Example: `tastemaker write --channel push --user 7 --item "The Fugitive"`
    """
    from .generation.text.commands import written
    from .terminal import show_asset

    with progress_bars() as progress:
        asset = written(
            catalog, item, channel, user=user, brand_file=brand, use_llm=not no_llm,
            progress=progress,
        )  # fmt: skip
    if as_json:
        print_json(asset.model_dump())
    else:
        show_asset(asset)
    if not asset.passed:
        err.print("Not every piece passes.", style="yellow")
        raise typer.Exit(1)
