import re
import sys
import warnings
from collections.abc import Callable
from xml.etree import ElementTree

import matplotlib
import pytest
from tastemaker.errors import MissingError
from tastemaker.evals.results.figures import Figure
from tastemaker.evals.results.plots import Point, distribution, forest, slices, trade_off
from tastemaker.evals.results.statistics import Interval

HOSTILE = "</svg><script>alert(1)</script> $x$ --> `|` {{7*7}}"


def figure(metric: str, mean: float, **about: object) -> Figure:
    known = {"suite": "s", "about": "", "better": "higher", "cases": 9, "clusters": 9, "failed": 0}
    return Figure(**{**known, "metric": metric, "mean": mean, **about})  # type: ignore[arg-type]


FIGURES = [
    figure("success", 0.8, low=0.7, high=0.9, target=0.8, ok=True),
    figure("violations", 0.2, low=0.1, high=0.3, target=0.0, ok=False),
    figure("turns", 3.5, low=3.0, high=4.0),
    figure("coverage", 0.4),
]
POINTS = [
    Point("small", (0.6, 0.5, 0.7), (900, 800, 1000), (2, 1, 3)),
    Point(HOSTILE, (0.7, 0.7, 0.7), (0, 0, 0), (0, 0, 0)),
]
INTERVALS = {"new": Interval(0.5, 0.4, 0.6, 9, 9), HOSTILE: Interval(1.0, None, None, 1, 1)}
DRAWN: dict[str, Callable[[str], str]] = {
    "forest": lambda name: forest([*FIGURES, figure(HOSTILE, -2.0)], name),
    "slices": lambda name: slices(INTERVALS, name),
    "few values": lambda name: distribution([1, 2, 2, 7], HOSTILE, name),
    "many values": lambda name: distribution([i**1.5 for i in range(40)], "s", name, True),
    "trade-off": lambda name: trade_off(POINTS, name=name),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_a_drawing_is_one_svg_element_that_fetches_nothing(kind: str) -> None:
    svg = DRAWN[kind]("a")
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    tags = {one.tag.split("}")[1] for one in root.iter()}
    assert tags <= {"svg", "g", "path", "use", "defs", "clipPath", "rect"}
    assert svg.count("http") == 1  # the name of SVG itself
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]


@pytest.mark.parametrize("kind", DRAWN)
def test_a_drawing_is_the_same_every_time(kind: str) -> None:
    assert DRAWN[kind]("a") == DRAWN[kind]("a")


def test_ids_are_a_drawings_own_and_lead_somewhere() -> None:
    seen: set[str] = set()
    for place, draw in enumerate(DRAWN.values()):
        svg = draw(f"plot-{place}")
        ids = re.findall(r'\bid="([^"]*)"', svg)
        assert len(ids) == len(set(ids))
        assert not seen & set(ids)
        seen |= set(ids)
        assert {*re.findall(r'href="#([^"]*)"', svg), *re.findall(r"url\(#([^)]*)\)", svg)} <= seen


def test_ink_is_the_pages() -> None:
    svg = forest(FIGURES, "a")
    assert "currentColor" in svg
    assert "var(--plot-a" in svg and "var(--plot-b" in svg
    assert not re.search(r"#(0102|fff|000)", svg)


def test_a_screen_reader_is_told_the_figures() -> None:
    assert "success 0.800 [0.700, 0.900]" in forest(FIGURES, "a")
    assert "median 2.000" in distribution([1, 2, 2, 7], "turns", "a")


@pytest.mark.parametrize(
    "values",
    [
        [0.0],
        [5.0] * 9,
        [0.1 + 0.2, 0.3],
        [1 + i * 1e-16 for i in range(50)],
        [-1e9, 1e9, *range(20)],
    ],
)
def test_odd_distributions_are_drawn(values: list[float]) -> None:
    assert distribution(values, "odd", "a", quantiles=True).startswith("<svg")


def test_letters_that_the_font_lacks_are_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert slices({"日本\x00\n": Interval(0.5, 0.4, 0.6, 9, 9)}, "a")


def test_the_users_settings_neither_matter_nor_change() -> None:
    before = forest(FIGURES, "a")
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "none"}):
        assert forest(FIGURES, "a") == before
        assert matplotlib.rcParams["font.size"] == 30


def test_a_missing_matplotlib_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingError, match=r"tastemaker\[eval\]"):
        forest(FIGURES, "a")
