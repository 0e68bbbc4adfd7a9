from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.catalog.constraints import Constraint, satisfies
from tastemaker.evals.dialogue.goals import fulfilling
from tastemaker.evals.dialogue.wishes import COMMON, RARE, Wish, said, wishes_met_by

SEEDS = st.integers(0, 2**32)


@pytest.fixture(scope="module", params=["films", "made", "few"])
def catalog(request):
    return request.getfixturevalue(request.param)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.data())
def test_an_item_meets_every_wish_drawn_from_it(catalog, seed, data):
    item = data.draw(st.sampled_from(catalog.item_ids))
    found = wishes_met_by(catalog, catalog.item(item), Random(seed))
    for wish in found:
        assert item in fulfilling(catalog, [wish])
        assert wish.value in wish.words
        assert wish.kind == "volunteered"
        assert wish.attribute not in ("votes", "item_id", "title")
    attributes = [one.attribute for one in found]
    assert len(set(attributes)) == len(attributes)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.data())
def test_nobody_asks_for_what_nearly_all_or_hardly_any_have(catalog, seed, data):
    item = data.draw(st.sampled_from(catalog.item_ids))
    for wish in wishes_met_by(catalog, catalog.item(item), Random(seed)):
        if wish.limits[0].values:
            share = satisfies(catalog, wish.limits).mean()
            assert RARE <= share <= COMMON


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_the_same_draw_gives_the_same_wishes(made, seed):
    item = made.item("m007")
    assert wishes_met_by(made, item, Random(seed)) == wishes_met_by(made, item, Random(seed))


def test_a_decade_is_a_span_of_ten_years(made):
    item = made.item("m007")
    wish = next(one for one in wishes_met_by(made, item, Random(0)) if one.attribute == "year")
    decade = item.attributes["year"] // 10 * 10
    assert [one.bound for one in wish.limits] == [decade, decade + 9]
    assert wish.words == f"from the {decade:.0f}s"
    years = np.array(made.items["year"].to_list())
    met = satisfies(made, wish.limits)
    assert (met == ((years >= decade) & (years <= decade + 9))).all()


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"attribute": "runtime", "operator": "below", "bound": 100}, "under 100 minutes"),
        ({"attribute": "runtime", "operator": "at_least", "bound": 90.5}, "at least 90.5 minutes"),
        ({"attribute": "rating", "operator": "at_least", "bound": 3.5}, "rated at least 3.5"),
        ({"attribute": "keywords", "operator": "in", "values": ("sea",)}, "about sea"),
        ({"attribute": "language", "operator": "in", "values": ("French",)}, "in French"),
    ],
)
def test_how_wishes_are_said(films, limit, words):
    assert said(films, [Constraint(**limit)], Random(0)).startswith(words)


def test_a_number_that_nobody_foresaw_is_said_by_its_label(films):
    words = said(films, [Constraint(attribute="votes", operator="below", bound=30)], Random(0))
    assert words == "ratings under 30"


def test_what_an_item_is_about_is_only_hoped_for(wishes: dict[str, Wish]):
    assert not wishes["ship"].hard
    assert all(one.hard for name, one in wishes.items() if name != "ship")
