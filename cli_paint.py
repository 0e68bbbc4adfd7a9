"""Commands about pictures."""

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import CatalogOption
from .terminal import err, out, print_json, progress_bars, visible


def paint(
    item: Annotated[str, typer.Option("--item", "-i", help="The item: its id, or its title.")],
    file: Annotated[Path, typer.Option("--out", "-o", help="A .png, .webp or .gif (moving).")],
    user: Annotated[
        str | None, typer.Option("--user", "-u", help="For whom; left out: for anybody.")
    ] = None,
    catalog: CatalogOption = None,
    image_format: Annotated[
        str,
        typer.Option(
            "--format",
            help="landscape, square, portrait, feed, story, thumbnail or thumbnail_square.",
        ),
    ] = "square",
    layout: Annotated[
        str | None,
        typer.Option(help="poster-1, split-1, framed-1, gallery-1, cover-1, thumbnail-1."),
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(help='watercolour, neon, "ink drawing", …; left out: what suits the person.'),
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="What to draw; left out: what suits the item.")
    ] = None,
    ground: Annotated[str | None, typer.Option(help="Colour behind it: navy, cream, …")] = None,
    call: Annotated[str, typer.Option(help="Words on a button.")] = "",
    brand: Annotated[
        Path | None, typer.Option(help="A TOML file: palette, logo, font, lora.")
    ] = None,
    product: Annotated[
        bool, typer.Option(help="Show the item's own picture, pixel for pixel, where it has one.")
    ] = True,
    start: Annotated[
        Path | None, typer.Option(help="A picture to begin from, for generators that can.")
    ] = None,
    strength: Annotated[
        float, typer.Option(help="How far from it the picture may go.", min=0.05, max=1)
    ] = 0.6,
    candidates: Annotated[
        int, typer.Option(help="Pictures that the best is taken from.", min=1, max=32)
    ] = 4,
    motion: Annotated[bool, typer.Option("--motion", help="A loop of two seconds.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed, other pictures.")] = 0,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object, and nothing else.")
    ] = False,
) -> None:
    """Paint an image for an item and a person: picture by diffusion, text by code; signed.

    What is drawn is chosen from the item's words, the style from what the person likes. Beside the
    image lies a report: why it looks so, where everything stands, what was measured. Exits with 1
    where a check fails; the image is there to look at.

    Example: `tastemaker paint --item "Jaws" --user 7 --style watercolour --out jaws.png`
    """
    from .generation.image.commands import painted
    from .generation.image.planning import Order

    order = Order(
        item_id=item, user=user, format=image_format, layout=layout, style=style, subject=subject,
        ground=ground, call=call, product=product, candidates=candidates, seed=seed, start=start,
        strength=strength,
    )  # fmt: skip
    with progress_bars() as progress:
        report = painted(
            catalog, order, file, brand_file=brand, motion=motion, replace=replace,
            progress=progress,
        )  # fmt: skip
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        out.print(visible(f"{file}: {report.sketch.prompt}"), markup=False, soft_wrap=True)
        for reason in report.plan.reasons:
            out.print(visible(f"  {reason}"), markup=False, soft_wrap=True)
        for one in report.checks:
            mark, figure = "✓" if one.ok else "✗", "" if one.figure is None else f" {one.figure:g}"
            note = f" ({one.note})" if one.note else ""
            out.print(visible(f"  {mark} {one.name}{figure}{note}"), markup=False, soft_wrap=True)
    if not report.passed:
        err.print("Not every check holds.", style="yellow")
        raise typer.Exit(1)


def verify(
    file: Annotated[Path, typer.Argument(help="A PNG, JPEG, WebP or GIF.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object, and nothing else.")
    ] = False,
) -> None:
    """Check a picture's signature: what painted it, who signed it, that nothing changed.

    Exits with 1 where the picture was changed, was never signed, or was signed by somebody whom
    this machine does not trust. Certificates that count, too: TASTEMAKER_SIGNING__TRUSTED.

    Example: `tastemaker verify poster.png --json`
    """
    from .generation.image.verifying import verify as verified

    verdict = verified(file)
    if as_json:
        print_json(verdict.model_dump())
    elif verdict.painting and verdict.ok:
        painting = verdict.painting
        said = (
            f"{verdict.file} is as it was signed by {verdict.signer}.\n"
            f"Made with a generative model: {painting.model}, seed {painting.seed},"
            f" {painting.steps} steps, layout {painting.layout}."
        )
        out.print(visible(said), markup=False, soft_wrap=True)
        if verdict.test_key:
            err.print("The key is a test key of this machine, not for publication.", style="yellow")
    else:
        for problem in verdict.problems:
            err.print(visible(problem), markup=False, soft_wrap=True, style="yellow")
    if not verdict.ok:
        raise typer.Exit(1)
