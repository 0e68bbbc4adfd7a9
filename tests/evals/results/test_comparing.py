from typing import Any

import numpy as np
import pytest
from markdown_it import MarkdownIt
from tastemaker.errors import BadInputError
from tastemaker.evals.results.cases import Case, Run, Said
from tastemaker.evals.results.comparing import (
    Regression,
    Row,
    Verdict,
    check_comparable,
    compared,
    gate,
    markdown,
    show_rows,
    show_worst,
    worst,
)

HOSTILE = (
    "a|b `c` <script>alert(1)</script> @someone [x](http://y)\n| **www.z.org** \x1b[31m [red]\\"
)


def run(cases: list[Case], **values: Any) -> Run:
    found = {"agent": "x", "model": "deterministic", "catalog": "films", "seed": 0, "made": "now"}
    return Run(**{**found, **values}, cases=cases)


def case(index: int, suite: str = "dialogue", error: str = "", **scores: float) -> Case:
    return Case(
        suite=suite, id=f"c{index:02}", cluster=f"u{index // 2}", scores=scores, error=error
    )


def dialogues(success: list[float], **more: list[float]) -> Run:
    columns = {"success": success, **more}
    return run(
        [
            case(index, **dict(zip(columns, values, strict=True)))
            for index, values in enumerate(zip(*columns.values(), strict=True))
        ]
    )


def verdicts(rows: list[Row]) -> dict[tuple[str, str], str]:
    return {(row.suite, row.metric): row.verdict for row in rows}


GOOD = dialogues([1.0] * 40, turns=[2.0] * 40)
BAD = dialogues([1.0] * 10 + [0.0] * 30, turns=[2.0] * 10 + [7.0] * 30)


def test_a_run_passes_against_itself() -> None:
    found = gate(GOOD, GOOD)
    assert found.ok and found.worst == [] and found.left_out == []
    assert verdicts(found.rows) == {
        ("dialogue", "success"): "same",
        ("dialogue", "turns"): "same",
        ("dialogue", "failed"): "same",
    }
    assert all(row.p == 1 and row.difference == 0 for row in found.rows)


def test_a_clear_regression_is_stopped_and_its_mirror_image_passes() -> None:
    found = gate(BAD, GOOD)
    assert not found.ok
    by_metric = {row.metric: row for row in found.rows}
    success, turns = by_metric["success"], by_metric["turns"]
    assert (success.a, success.b, success.difference) == (0.25, 1.0, -0.75)
    assert (success.cases, success.clusters, success.better) == (40, 20, "higher")
    assert success.high is not None and success.high < 0 and success.p_adjusted >= success.p
    assert (success.verdict, turns.verdict, turns.better) == ("worse", "worse", "lower")
    assert Verdict.model_validate_json(found.model_dump_json()) == found

    mirrored = gate(GOOD, BAD)
    assert mirrored.ok and mirrored.worst == []
    assert {row.verdict for row in mirrored.rows} == {"better", "same"}


def test_noise_passes() -> None:
    rng = np.random.default_rng(0)
    stopped = 0
    for seed in range(40):
        truth = rng.random(60)
        a, b = (
            dialogues(list((rng.random(60) < truth) * 1.0), turns=list(rng.normal(3, 1, 60)))
            for _ in "ab"
        )
        stopped += not gate(a, b, seed).ok
    assert stopped <= 4  # at most 2.5 % of them, on average 1


def test_few_users_stop_nothing() -> None:
    found = gate(dialogues([0.0] * 10), dialogues([1.0] * 10))
    assert found.ok and found.rows[0].difference == -1


def test_one_cluster_has_no_interval() -> None:
    row = gate(dialogues([0.0, 0.0]), dialogues([1.0, 1.0])).rows[0]
    assert (row.low, row.high, row.verdict) == (None, None, "same")


def test_cases_that_fail_are_seen() -> None:
    crashed = run([case(index, error="the model is away") for index in range(40)])
    found = gate(crashed, GOOD)
    assert verdicts(found.rows) == {("dialogue", "failed"): "worse"}
    assert (found.rows[0].a, found.rows[0].b, found.rows[0].better) == (1.0, 0.0, "lower")
    assert found.worst[0].case_after.error == "the model is away"
    assert "failed" not in found.worst[0].case_after.scores

    some = run([*GOOD.cases[:-1], case(39, error="the model is away")])
    by_metric = {row.metric: row for row in compared(some, GOOD)}
    assert by_metric["success"].cases == 39
    assert (by_metric["failed"].cases, by_metric["failed"].a) == (40, 1 / 40)
    assert by_metric["failed"].verdict == "same"


def test_only_common_suites_and_metrics_are_compared() -> None:
    ranking = [case(index, "ranking", mrr=1.0) for index in range(4)]
    more = run([*GOOD.cases, *ranking])
    assert {row.suite for row in compared(more, GOOD)} == {"dialogue"}
    assert gate(more, GOOD).left_out == gate(GOOD, more).left_out == ["ranking"]
    fewer = dialogues([1.0] * 40)
    assert [row.metric for row in compared(GOOD, fewer)] == ["success", "failed"]


def test_holm_is_over_all_suites() -> None:
    both = [
        run([*dialogues([score] * 16).cases, *(case(n, "ranking", mrr=1.0) for n in range(4))])
        for score in (0.0, 1.0)
    ]
    rows = compared(*both)
    assert len(rows) == 4
    assert rows[0].p_adjusted == pytest.approx(4 * rows[0].p)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (GOOD.model_copy(update={"format": 2}), "different record formats, 1 and 2"),
        (GOOD.model_copy(update={"catalog": "soap"}), "different catalogues, 'films' and 'soap'"),
        (GOOD.model_copy(update={"seed": 7}), "different seeds, 0 and 7"),
        (run([case(0, "ranking")]), "no suite in common, 'dialogue' and 'ranking'"),
        (run([]), "no suite in common, 'dialogue' and none"),
        (
            run(GOOD.cases[:-2]),
            "'dialogue' differ: 2 are in one run only, such as 'c38' in the fir",
        ),
        (run([*GOOD.cases, case(77)]), "1 are in one run only, such as 'c77' in the second"),
        (run([*GOOD.cases[1:], case(77)]), "2 are in one run only, such as 'c00' in the first"),
        (run([*GOOD.cases, GOOD.cases[3]]), "1 are in one run only, such as 'c03' in the second"),
    ],
)
def test_other_cases_are_refused(other: Run, said: str) -> None:
    for refuse in (check_comparable, compared, gate):
        with pytest.raises(BadInputError) as caught:
            refuse(GOOD, other)
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)


def test_the_worst_cases_of_each_row_take_turns() -> None:
    before = dialogues([1.0] * 30, turns=[1.0] * 30)
    after = dialogues([0.0] * 28 + [1.0] * 2, turns=[3.0] * 25 + [2.0] * 4 + [6.0])
    rows = compared(after, before)
    found = worst(after, before, rows, most=4)
    named = [(one.metric, one.id) for one in found]
    assert sorted(named[:2]) == [("success", "c00"), ("turns", "c29")]
    assert named[2:] == [("success", "c01"), ("success", "c02")]
    lost = next(one for one in found if one.id == "c29")
    assert (lost.before, lost.after) == (1.0, 6.0)
    assert (lost.case_before, lost.case_after) == (before.cases[29], after.cases[29])
    assert worst(before, after, compared(before, after)) == []


def hostile() -> tuple[Row, Regression]:
    told = Case(
        suite=HOSTILE,
        id=HOSTILE,
        cluster="u",
        error=f"</pre>{HOSTILE}",
        transcript=[Said(role="agent", text=HOSTILE, items=[HOSTILE])],
        notes=[HOSTILE],
    )
    row = Row(
        suite=HOSTILE,
        metric=HOSTILE,
        better="higher",
        a=0.25,
        b=1,
        difference=-0.75,
        low=-0.9,
        high=-0.6,
        p=0.001,
        p_adjusted=0.002,
        cases=40,
        clusters=20,
        verdict="worse",
    )
    lost = Regression(
        suite=HOSTILE,
        id=HOSTILE,
        metric=HOSTILE,
        before=1,
        after=0,
        case_before=told,
        case_after=told,
    )
    return row, lost


def test_markdown_of_figures() -> None:
    text = markdown(compared(BAD, GOOD), a="candidate", b="main")
    assert "| <code>dialogue</code> | <code>success</code> | 0.25 | 1 | -0.75 |" in text
    assert "| 40 (20) | **worse** |" in text
    assert "| +0 to +0 | 1 | 40 (20) | same |" in text


def test_markdown_of_hostile_text_stays_text() -> None:
    row, lost = hostile()
    text = markdown([row, row], [lost], a=HOSTILE, b=HOSTILE)
    assert "<script" not in text and "\x1b" not in text
    assert text.count("</pre>") == text.count("<pre>") == 1
    page = MarkdownIt("commonmark").enable("table").render(text)
    assert page.count("<tr>") == 3 and page.count("<td>") == 18 and page.count("<th>") == 9
    assert "<a " not in page and "<em>" not in page and page.count("<strong>") == 2
    assert page.count("a|b `c` &lt;script&gt;alert(1)&lt;/script&gt; @someone [x](http://y) |") == 9


def test_tables_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    row, lost = hostile()
    show_rows([*compared(BAD, GOOD), row])
    show_worst([lost])
    printed = capsys.readouterr().out
    assert "\x1b" not in printed and "[red]" in printed
    assert "95 % interval" in printed and "unknown" not in printed
    assert "note: a|b" in printed and "agent: a|b" in printed and "error: </pre>" in printed
    show_rows(compared(dialogues([0.0]), dialogues([1.0])))
    assert "unknown" in capsys.readouterr().out
