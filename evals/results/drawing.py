"""Drawings with matplotlib as SVG text that stands inside an HTML page.

Lettering is curves, so that a drawing looks alike everywhere; ink is the page's own colour, and
the two accents can be set from the page as `--plot-a` and `--plot-b`. The same data give the same
text, byte for byte.
"""

import html
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any

from ...errors import MissingError
from ...terminal import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#010203"
"""Stands for the page's text colour; matplotlib has no word for it."""
GOOD = "#010204"
"""Stands for the first accent, a blue."""
BAD = "#010205"
"""Stands for the second accent, a vermilion: colour-blind people tell them apart."""
WIDE = 4.5
"""Inches of a drawing: narrow, so that its lettering stays legible on a telephone."""

_COLOURS = {INK: "currentColor", GOOD: "var(--plot-a, #2f7fc1)", BAD: "var(--plot-b, #d55e00)"}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "tastemaker",
    "text.parse_math": False,  # a `$` in a title is a `$`
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": INK,
    "grid.alpha": 0.15,
    "grid.linewidth": 0.6,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


class Drawing:
    """What is being drawn, and afterwards its SVG."""

    def __init__(self, figure: "Figure") -> None:
        self.figure = figure
        """Empty as yet."""
        self.svg = ""
        """One `<svg>` element, once the block has ended."""


@contextmanager
def drawing(name: str, about: str, high: float, wide: float = WIDE) -> Iterator[Drawing]:
    """Draw a figure: `with drawing("forest", "…", 2.0) as here: here.figure.subplots()`.

    Args:
        name: begins every id in it, so that two drawings in one page do not clash.
        about: what a screen reader says.
        high: inches.
        wide: inches.

    Raises:
        MissingError: matplotlib is not installed.
    """
    try:
        import matplotlib
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingError(
            "Drawings need matplotlib, which is not installed: run"
            ' `pip install "tastemaker[eval]"`.'
        ) from error
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()  # whatever the user's matplotlibrc says
        matplotlib.rcParams.update(_STYLE)
        warnings.filterwarnings("ignore", "Glyph .* missing")
        here = Drawing(Figure(figsize=(wide, high), layout="constrained"))
        yield here
        stream = StringIO()
        FigureCanvasSVG(here.figure).print_svg(
            stream, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
        )
        here.svg = _inline(stream.getvalue(), name, about)


def label(text: str, most: int = 40) -> str:
    """A text of somebody's as one short line."""
    line = " ".join(visible(text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def bare(axes: "Axes") -> None:
    """Leave only the lower line of a pair of axes."""
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelleft=False)


def _inline(svg: str, name: str, about: str) -> str:
    """An SVG file's text as one element of a page.

    matplotlib's comments repeat the lettering, its style element would rule the whole page, and
    its ids are the same in every drawing.
    """
    svg = re.sub(r"<!--.*?-->|<style.*?</style>", "", svg[svg.index("<svg") :], flags=re.S)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(?:xlink:)?href="#', f'href="#{name}-', svg).replace("url(#", f"url(#{name}-")
    for stand_in, colour in _COLOURS.items():
        svg = svg.replace(stand_in, colour)
    size = re.search(r'viewBox="[^"]*"', svg)
    said = html.escape(visible(about))
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" {size[0] if size else ""} role="img"'
        f' aria-label="{said}" style="stroke-linejoin: round; stroke-linecap: butt">'
    )
    return root + " ".join(svg[svg.index(">") + 1 :].split())
