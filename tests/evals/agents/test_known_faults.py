"""An agent with a known fault is told from a sound one by the metric that should see the fault."""

import pytest
from tastemaker.errors import TastemakerError
from tastemaker.evals.agents.known_faults import FAULTS, INVENTED, faulty_face, popular
from tastemaker.evals.results.cases import Case, Run
from tastemaker.evals.results.comparing import FAILED, Row, compared
from tastemaker.evals.suites.dialogue import DIALOGUE
from tastemaker.evals.suites.suite import Bench, Options


def run_of(catalog, face) -> Run:
    """The suite of dialogues over an agent, without inspect."""
    bench = Bench(Options(agent=face.name, catalog=str(catalog.folder)))
    bench.catalog, bench.face = catalog, face
    cases = []
    for draft in DIALOGUE.drafts(bench):
        about = {"suite": "dialogue", "id": draft.id, "cluster": draft.cluster}
        try:
            record = DIALOGUE.act(bench, draft.given)
        except TastemakerError as error:
            cases.append(Case(error=str(error), **about))
        else:
            found = DIALOGUE.judge(bench, draft.given, record)
            told = {"scores": found.scores, "turns": found.turns, "notes": found.notes}
            cases.append(Case(**told, transcript=found.said, **about))
    return Run(
        agent=face.name, model=face.model, catalog="made", seed=0, made="now", cases=cases
    )  # fmt: skip


@pytest.fixture(scope="module")
def sound_run(made, sound) -> Run:
    return run_of(made, sound)


@pytest.fixture(scope="module")
def run_with(made, sound):
    """`run_with(fault)`: its run, made once."""
    done: dict[str, Run] = {}

    def run(fault: str) -> Run:
        if fault not in done:
            done[fault] = run_of(made, faulty_face(fault, sound, made))
        return done[fault]

    return run


@pytest.fixture(scope="module")
def rows(sound_run, run_with):
    """`rows(fault)`: metric -> the agent with the fault against the sound one."""

    def against(fault: str) -> dict[str, Row]:
        return {one.metric: one for one in compared(run_with(fault), sound_run)}

    return against


def mean(run: Run, metric: str) -> float:
    values = [one.scores[metric] for one in run.cases]
    return sum(values) / len(values)


def test_the_sound_agent_is_sound(sound_run):
    assert len(sound_run.cases) >= 40
    assert not any(one.error for one in sound_run.cases)
    assert mean(sound_run, "success") > 0.85
    assert mean(sound_run, "violations") < 0.03
    assert [mean(sound_run, one) for one in ("repeats", "invented", "leaked")] == [0, 0, 0]


@pytest.mark.parametrize(
    ("fault", "worse"),
    [
        ("popular", {"success", "violations", "repeats", "turns"}),
        ("ignores", {"success", "violations", "turns"}),
        ("invents", {"invented"}),
        ("leaks", {"leaked"}),
        ("repeats", {"repeats"}),
        ("forgets", {"violations"}),
    ],
)
def test_each_fault_is_seen_by_its_metric(rows, fault, worse):
    found = rows(fault)
    assert worse <= {name for name, one in found.items() if one.verdict == "worse"}
    assert "better" not in {one.verdict for one in found.values()}


@pytest.mark.parametrize(
    ("fault", "blind"),
    [
        ("popular", {"invented", "leaked", FAILED}),
        ("ignores", {"invented", "leaked", FAILED}),
        ("invents", {"success", "turns", "violations", "repeats", "leaked", "asked", FAILED}),
        ("leaks", {"success", "turns", "invented", FAILED}),
        ("repeats", {"success", "turns", "invented", "leaked", FAILED}),
        ("forgets", {"invented", "leaked", FAILED}),
    ],
)
def test_and_by_no_metric_that_should_not_see_it(rows, run_with, sound_run, fault, blind):
    found = rows(fault)
    assert {found[one].verdict for one in blind} == {"same"}
    exact = blind & {"invented", FAILED}
    assert all(found[one].difference == 0 for one in exact)
    if fault == "invents":  # the same conversations, but for one name
        for one, other in zip(run_with(fault).cases, sound_run.cases, strict=True):
            assert {**one.scores, "invented": 0} == {**other.scores, "invented": 0}


def test_the_worst_agents_are_ranked_last(run_with, sound_run):
    success = {fault: mean(run_with(fault), "success") for fault in ("popular", "ignores")}
    for fault in ("invents", "leaks", "repeats"):
        assert mean(run_with(fault), "success") > max(success.values()) + 0.3
    assert mean(sound_run, "success") > max(success.values()) + 0.3
    broken = {one: mean(run_with(one), "violations") for one in FAULTS if one != "crashes"}
    assert set(sorted(broken, key=broken.__getitem__)[-2:]) == {"popular", "ignores"}


def test_what_is_invented_is_named_in_every_case(run_with):
    for one in run_with("invents").cases:
        assert one.scores["invented"] > 0
        assert any(INVENTED in note for note in one.notes)


def test_a_leak_is_seen_only_where_the_agent_knows_the_person(made, run_with):
    for one in run_with("leaks").cases:
        guest = int(one.id[:3]) % 2 == 1
        assert not (guest and one.scores["leaked"])
    assert mean(run_with("leaks"), "leaked") > 0.2


def test_crashes_are_rows_with_their_reason(made, sound, run_with):
    # Over the popular items, which need many messages.
    patient = run_with("popular")
    fragile = faulty_face("crashes", faulty_face("popular", sound, made), made)
    run = run_of(made, fragile)
    failed = [one for one in run.cases if one.error]
    assert len(run.cases) == len(patient.cases)
    assert {one.error for one in failed} == {"It fails at every third message."}
    longer = {one.id for one in patient.cases if one.turns > 2}
    assert {one.id for one in failed} == longer
    assert 0 < len(longer) < len(run.cases)
    assert all(not one.scores for one in failed)
    [row] = [one for one in compared(run, patient) if one.metric == FAILED]
    assert row.difference == pytest.approx(len(longer) / len(run.cases))
    assert row.verdict == "worse"
    assert all(one.verdict != "better" for one in compared(run, patient))


def test_popular_items_are_those_that_most_people_met(made):
    counts = dict(made.interactions().collect()["item_id"].value_counts().iter_rows())
    listed = [counts[one] for one in popular(made)]
    assert listed == sorted(listed, reverse=True)
    assert set(popular(made)) == set(counts)
