import pytest
from tastemaker.agent.reading.reading import Reading
from tastemaker.catalog.constraints import Constraint
from tastemaker.evals.requests import (
    DOMAINS,
    Asked,
    Turn,
    asked,
    cases,
    catalog_of,
    limit,
    score,
    totals,
)


@pytest.fixture(scope="module")
def outdoor(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield catalog_of("outdoor")


def turn(before: list[str], after: list[str], intent="recommend", items=()) -> Asked:
    truth = Turn(
        message="m", intent=intent, tool="search_items", state=after, items=list(items), shown=None
    )
    return Asked(case="x", turn=truth, before=before, shown=[], focus=None)


def wants(attribute: str, *values: str) -> Constraint:
    return Constraint(attribute=attribute, operator="in", values=values)


def most(bound: float) -> Constraint:
    return Constraint(attribute="price", operator="at_most", bound=bound)


def counts(catalog, one: Asked, **reading) -> tuple[int, int, int]:
    found = score(catalog, one, Reading(**reading))
    return found.right, found.wrong, found.missed


def test_what_came_and_what_went_are_counted(outdoor):
    one = turn(["type is Bags"], ["type is Jackets", "price max 100"])
    limits = [wants("type", "Jackets"), most(100)]
    assert counts(outdoor, one, constraints=limits, overridden=["type"], replaces=True) == (3, 0, 0)
    assert counts(outdoor, one, constraints=[most(50)]) == (0, 1, 3)
    assert counts(outdoor, one) == (0, 0, 3)


def test_restating_what_stands_is_no_change(outdoor):
    one = turn(["price max 100"], ["price max 100"])
    assert counts(outdoor, one, constraints=[most(100)]) == (0, 0, 0)
    assert counts(outdoor, one, released=["price"]) == (0, 1, 0)


def test_a_vague_bound_may_be_any_and_a_near_one_will_do(outdoor):
    vague, about = turn([], ["price max *"]), turn([], ["price max 50"])
    assert counts(outdoor, vague, constraints=[most(33)]) == (1, 0, 0)
    assert counts(outdoor, about, constraints=[most(55)]) == (1, 0, 0)
    assert counts(outdoor, about, constraints=[most(90)]) == (0, 1, 1)


def test_items_must_be_exactly_right(outdoor):
    title = outdoor.titles[0]
    one = turn([], [], intent="ask", items=[title])
    right = score(outdoor, one, Reading(intent="ask", references=[outdoor.item_ids[0]]))
    wrong = score(outdoor, one, Reading(intent="ask", references=outdoor.item_ids[:2]))
    none = score(outdoor, turn([], []), Reading())
    assert (right.items, wrong.items, none.items) == (True, False, None)
    assert totals([right, wrong, none])["reference_accuracy"] == 0.5


def test_limits_are_parsed():
    assert limit("keywords/tags not talking animal").attributes == ("keywords", "tags")
    assert limit("country is France|Italy").values == ("France", "Italy")
    assert limit("year min *").bound is None


def test_the_suite_is_as_large_as_it_says():
    dialogues = [case for domain in DOMAINS for case in cases(domain, "test")]
    assert len({case.id for case in dialogues}) == len(dialogues)
    assert sum(len(case.turns) for case in dialogues) >= 240
    assert sum(len(case.turns) > 1 for case in dialogues) >= 60
    working = {case.id for domain in DOMAINS for case in cases(domain, "dev")}
    assert not working & {case.id for case in dialogues}


@pytest.mark.parametrize("part", ["dev", "test"])
def test_every_truth_stands_in_the_catalogue(outdoor, part):
    names = {spec.name: spec for spec in outdoor.manifest.attributes}
    for one in asked(outdoor, cases("outdoor", part)):
        for said in one.turn.state:
            truth = limit(said)
            assert set(truth.attributes) <= set(names)
            vocabulary = {v for name in truth.attributes for v in names[name].vocabulary}
            assert set(truth.values) <= vocabulary
        assert set(one.turn.items) <= set(outdoor.titles)
