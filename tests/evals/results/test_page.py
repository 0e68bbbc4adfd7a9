import re
from html.parser import HTMLParser
from pathlib import Path

from tastemaker.evals.results.cases import Case, Run, Said
from tastemaker.evals.results.comparing import Row
from tastemaker.evals.results.figures import shown, summary
from tastemaker.evals.results.page import write_page
from tastemaker.evals.results.worst import failures, shortfalls

HOSTILE = (
    "<script>alert(1)</script>",
    "</script></style></title><img src=x onerror=alert(1)>",
    "{{7*7}} {% raw %}",
    '"><a href="javascript:alert(1)">x</a>',
    "| `a` | $x$",
)
EVIL = " ".join(HOSTILE)


class Seen(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.cells: list[list[str]] = []
        self._in_code = self._in_cell = False
        self.feed(text)
        self.cells = [[one.strip() for one in row] for row in self.cells]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        self._in_code = tag in {"script", "style"}
        if tag == "tr":
            self.cells.append([])
        elif tag in {"td", "th"}:
            self.cells[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False
        self._in_cell &= tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.text += data
            if self._in_cell:
                self.cells[-1][-1] += data

    def named(self, tag: str) -> list[dict[str, str]]:
        return [about for name, about in self.tags if name == tag]


def case(place: int, success: float = 1.0, **about: object) -> Case:
    known = Case(
        suite="dialogue",
        id=f"case {place}",
        cluster=f"u{place // 2}",
        slices={"users": "new" if place % 2 else "known"},
        scores={"success": success, "turns": float(place % 7)},
        seconds=1.0 + place,
        tokens=1000 + place,
        turns=2,
        transcript=[Said(role="person", text=f"words of {place}"), Said(role="agent", text="ok")],
    )
    return known.model_copy(update=about)


def run_of(*cases: Case, **about: object) -> Run:
    run = Run(agent="one", model="m", catalog="books", seed=1, made="2026-01-01T00:00:00Z")
    return run.model_copy(update={"cases": list(cases), **about})


def seen(run: Run, folder: Path, rows: list[Row] | None = None, most: int = 200) -> Seen:
    return Seen(write_page(run, folder / "page.html", rows or [], most).read_text())


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    evil = case(
        0,
        0.0,
        suite=EVIL,
        id=EVIL,
        slices={EVIL: EVIL},
        scores={EVIL: 0.5},
        transcript=[Said(role="agent", text=EVIL, items=[EVIL])],
        notes=[EVIL],
    )
    short = evil.model_copy(update={"suite": "dialogue", "scores": {"success": 0.0, EVIL: 1.0}})
    failed = evil.model_copy(update={"id": "f", "scores": {}, "error": EVIL})
    other = short.model_copy(update={"id": "o", "slices": {EVIL: "calm"}})
    run = run_of(
        evil, short, failed, other, agent=EVIL, model=EVIL, catalog=EVIL, made=EVIL,
        environment={EVIL: EVIL}, figures={"dialogue": {EVIL + "2": 0.5}},
    )  # fmt: skip
    row = Row(
        suite=EVIL, metric=EVIL, better="higher", a=1, b=0, difference=1, low=None, high=None,
        p=1, p_adjusted=1, cases=1, clusters=1, verdict="same",
    )  # fmt: skip
    found = seen(run, tmp_path, [row])
    assert len(found.named("script")) == 1
    assert len(found.named("style")) == 1
    assert not found.named("img")
    for tag, about in found.tags:
        assert not [key for key in about if key.startswith("on")]
        link = about.get("href", about.get("src", "#"))
        assert link.startswith("#") or (tag, link) == ("link", "data:,")
    for hostile in HOSTILE:
        assert found.text.count(hostile) > 10
    assert "49" not in found.text


def test_the_page_fetches_nothing(tmp_path: Path) -> None:
    text = write_page(run_of(*map(case, range(8))), tmp_path / "page.html").read_text()
    assert "default-src 'none'" in text
    assert set(re.findall(r"https?://[^\"']*", text)) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in re.sub(r"url\(#", "", text)


def test_two_writes_are_alike(tmp_path: Path) -> None:
    run = run_of(*map(case, range(8)), case(8, 0.0), case(9, error="away", scores={}))
    first = write_page(run, tmp_path / "a.html").read_bytes()
    assert write_page(run, tmp_path / "deep" / "b.html").read_bytes() == first


def test_the_figures_are_those_of_the_summary(tmp_path: Path) -> None:
    run = run_of(*map(case, range(9)), case(9, 0.0), figures={"ranking": {"coverage": 0.25}})
    found = seen(run, tmp_path)
    for one in summary(run):
        (cells,) = [row for row in found.cells if row[0].startswith(one.metric) and len(row) == 7]
        assert cells[1] == shown(one.mean)
        if one.low is not None and one.high is not None:
            assert cells[2] == f"{shown(one.low)} to {shown(one.high)}"
        assert cells[5].startswith(str(one.cases))
        assert ("met" in cells[4]) == (one.ok is True)
    assert "1 of 1 targets met; none of 10 cases failed." in found.text


def test_what_is_missed_and_what_failed_is_said_first(tmp_path: Path) -> None:
    cases = [case(0, 0.0), case(1, 0.0), case(2, scores={}, error="away", suite="safety")]
    found = seen(run_of(*cases), tmp_path)
    assert "0 of 2 targets met; 1 of 3 cases failed." in found.text
    missed = "dialogue success (0.000, at least 0.8, not certain)"
    assert f"Missed: {missed}; safety failed (1.000, at most 0, not certain)." in found.text


def test_an_empty_run_has_a_page(tmp_path: Path) -> None:
    assert "No metric here has a target; none of 0 cases failed." in seen(run_of(), tmp_path).text


def test_a_transcript_can_be_filtered(tmp_path: Path) -> None:
    found = seen(run_of(case(0), case(1, 0.0, notes=["It BREAKS a wish."])), tmp_path)
    (card,) = [about for about in found.named("details") if "data-suite" in about]
    assert (card["data-suite"], card["data-metrics"]) == ("dialogue", "success")
    assert "words of 1" in card["data-text"]
    assert "it breaks a wish." in card["data-text"]
    assert "words of 0" not in found.text


def test_of_many_transcripts_the_worst_are_shown(tmp_path: Path) -> None:
    cases = [case(place, place / 10) for place in range(8)]
    found = seen(run_of(*reversed(cases)), tmp_path, most=3)
    assert "5 less bad ones are left out" in found.text
    for place in range(3):
        assert f"words of {place}" in found.text
    assert "words of 3" not in found.text


def test_long_messages_are_cut(tmp_path: Path) -> None:
    long = case(0, 0.0, transcript=[Said(role="agent", text="x" * 9000)] * 99)
    found = seen(run_of(long), tmp_path)
    assert "(5,000 characters more)" in found.text
    assert "39 more messages are left out." in found.text


def test_equal_errors_are_one_entry(tmp_path: Path) -> None:
    cases = [case(place, scores={}, error="LLMError: away") for place in range(7)]
    found = seen(run_of(*cases), tmp_path)
    assert "7 cases, grouped by what went wrong." in found.text
    assert "case 4 and 2 more" in found.text
    assert found.text.count("LLMError: away") == 1


def test_the_baseline_is_compared(tmp_path: Path) -> None:
    same = Row(
        suite="dialogue", metric="success", better="higher", a=0.5, b=0.4, difference=0.1,
        low=-0.1, high=0.3, p=0.2, p_adjusted=0.4, cases=9, clusters=9, verdict="same",
    )  # fmt: skip
    worse = same.model_copy(update={"metric": "turns", "verdict": "worse", "difference": -0.1})
    found = seen(run_of(case(0)), tmp_path, [same, worse])
    rows = [row for row in found.cells if row[-1] in {"same", "worse"}]
    assert [row[0] for row in rows] == ["turnsdialogue", "successdialogue"]
    assert rows[1] == [
        "successdialogue", "0.500", "0.400", "+0.100", "-0.100 to 0.300", "0.4", "9", "same",
    ]  # fmt: skip


def test_the_worst_of_each_suite_comes_first() -> None:
    cases = [
        *(case(place, 0.0, scores={"success": 0.0, "violations": 1.0}) for place in range(2)),
        case(2, 0.5),
        case(3, suite="requests", scores={"intent": 0.5}),
        case(4, suite="requests", scores={"intent": 0.0}),
        case(5, suite="requests", scores={"intent": 1.0, "unheard of": 0.0}),
    ]
    found = shortfalls(run_of(*cases))
    assert [one.case.id for one in found] == [f"case {n}" for n in (0, 4, 1, 3, 2)]
    assert found[1].missed == {"intent": 0.95}


def test_errors_of_two_suites_are_two() -> None:
    cases = [case(0, suite="a", error="x"), *(case(n, suite="b", error="x") for n in (1, 2))]
    found = failures(run_of(*cases))
    assert [(one.suite, len(one.cases)) for one in found] == [("b", 2), ("a", 1)]
