import html
import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tastemaker.evals.results.cases import Case, Run, Said
from tastemaker.evals.results.figures import shown, summary
from tastemaker.evals.results.markdown import MOST_CHARACTERS, cell, markdown_of
from tastemaker.terminal import visible

EVIL = "</pre></details><script>alert(1)</script> {{7*7}} | `x` \\| @user #1\n\n# h\n| a | b |"
RENDER = MarkdownIt("gfm-like", {"linkify": False})


def case(place: int, success: float, **about: object) -> Case:
    known = Case(
        suite="dialogue",
        id=f"case {place}",
        cluster=f"u{place}",
        scores={"success": success},
        transcript=[Said(role="person", text=f"words of {place}"), Said(role="agent", text="ok")],
    )
    return known.model_copy(update=about)


def run_of(*cases: Case, **about: object) -> Run:
    run = Run(agent="one", model="m", catalog="books", seed=1, made="2026-01-01T00:00:00Z")
    return run.model_copy(update={"cases": list(cases), **about})


def rows_of(text: str) -> list[list[str]]:
    """The cells of the rendered table's body, as text."""
    rendered = RENDER.render(text)
    body = rendered[rendered.index("<tbody>") : rendered.index("</tbody>")]
    return [
        [
            html.unescape(re.sub(r"<[^>]*>", "", one))
            for one in re.findall(r"<td.*?>(.*?)</td>", row)
        ]
        for row in body.split("</tr>")[:-1]
    ]


def test_the_table_holds_the_summary() -> None:
    run = run_of(case(0, 1), case(1, 0), figures={"ranking": {"coverage": 0.25}})
    rows = rows_of(markdown_of(run))
    for row, one in zip(rows, summary(run), strict=True):
        assert row[:3] == [one.suite, one.metric, shown(one.mean)]
    assert rows[0][3:] == ["0.000 to 1.000", "≥ 0.8", "missed, not certain", "2"]
    assert rows[1][3:] == ["–", "", "", "0"]
    assert "**0 of 1 targets met; 0 of 2 cases failed.**" in markdown_of(run)


def test_three_worst_cases_are_folded() -> None:
    text = markdown_of(run_of(*(case(place, place / 10) for place in range(6))))
    assert text.count("<details>") == text.count("</details>") == 3
    assert all(f"words of {place}" in text for place in range(3))
    assert "words of 3" not in text


def test_errors_are_told() -> None:
    text = markdown_of(run_of(case(0, 1), case(1, 0, scores={}, error="LLMError: away")))
    assert "<code>dialogue: 1 × LLMError: away</code>" in text
    assert "1 of 2 cases failed" in text


def test_hostile_text_stays_text() -> None:
    evil = case(
        0,
        0.0,
        id=EVIL,
        scores={"success": 0.0, EVIL: 1.0},
        transcript=[Said(role="agent", text=EVIL, items=[EVIL])],
        notes=[EVIL],
    )
    failed = case(1, 0, suite=EVIL, scores={}, error=EVIL)
    run = run_of(evil, failed, agent=EVIL, model=EVIL, catalog=EVIL, figures={EVIL: {EVIL: 1.0}})
    text = markdown_of(run)
    rendered = RENDER.render(text)
    assert "<script" not in text
    assert rendered.count("<h") == 1
    assert rendered.count("<table") == 1
    assert rendered.count("<pre>") == rendered.count("</pre>") == 2
    assert rendered.count("<details>") == rendered.count("</details>") == 2
    outside = re.sub(r"<(pre|code)>.*?</\1>", "", rendered, flags=re.DOTALL)
    assert "@user" not in outside and "alert" not in outside and "7*7" not in outside
    assert all(len(row) == 7 for row in rows_of(text))


def test_long_transcripts_are_cut() -> None:
    long = case(0, 0.0, transcript=[Said(role="agent", text="x" * 99_999)])
    assert len(markdown_of(run_of(long))) < MOST_CHARACTERS + 1000


def test_two_writings_are_alike() -> None:
    run = run_of(case(0, 1), case(1, 0))
    assert markdown_of(run) == markdown_of(run)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@example("| `a` \\| **b** _c_ ~~d~~ [e](javascript:f) <b>g</b> &lt; &amp;amp; \\")
@example("www.example.org https://example.org ![x](y) :smile: a\nb")
def test_a_cell_shows_its_text_and_nothing_else(text: str) -> None:
    table = f"| a | b |\n| --- | --- |\n| {cell(text)} | c |"
    assert rows_of(table) == [[" ".join(visible(text).split()), "c"]]
