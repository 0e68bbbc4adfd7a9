import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.prompts import PICTURE
from tastemaker.teaching.seeing.pictures import Picture
from tastemaker.teaching.seeing.tasks import LIKE, OPTIONS, Sight, Sights

KINDS = [f"kind {n}" for n in range(10)]


def picture(name: str, caption: str, kind: str = "") -> Picture:
    key = f"{caption} {kind}"
    return Picture(set=name, key=key, image=Path("x"), caption=caption, kind=kind, drawn=True)


NOTO = [picture("noto", f"thing {n}", KINDS[n % 10]) for n in range(30)]
FLUENT = [picture("fluent", f"Thing {n}", "tool") for n in range(0, 30, 2)]
TWINS = [picture("noto", "thing 3", "another"), picture("fluent", "thing 3", "tool")]
ALL = [*NOTO, *FLUENT, *TWINS]


@given(st.sampled_from(ALL), st.integers(0, 10_000))
def test_every_task_has_one_right_answer_among_different_options(shown: Picture, seed: int):
    sight = Sights(ALL).drawn(shown, random.Random(seed))
    (said,) = json.loads(sight.answer).values()
    assert said == sight.right
    places = sum(one["content"].count(PICTURE) for one in sight.messages)
    assert places == len(sight.pictures)
    if sight.task == "describe":
        assert sight.options == () and sight.right == shown.caption
        return
    assert sight.options.count(sight.right) == 1
    assert len({one.lower() for one in sight.options}) == len(sight.options) > 1


@given(st.sampled_from(ALL), st.integers(0, 10_000), st.integers(2, 3), st.booleans())
def test_the_label_is_that_of_the_picture_and_the_others_are_of_its_set(shown, seed, count, like):
    sight = Sights(ALL).pick(shown, random.Random(seed), count, like=like)
    assert sight.options == tuple("ABC"[:count])
    offered = sight.pictures[:count]
    assert offered[sight.options.index(sight.right)] == shown
    assert {one.set for one in offered} == {shown.set}
    assert len({one.caption.lower() for one in offered}) == count
    assert len(sight.pictures) == count + like
    if like:
        assert sight.wish == LIKE
        assert sight.pictures[-1].caption == shown.caption
        named = [one for one in ALL if one.caption == shown.caption and one != shown]
        assert sight.pictures[-1] in (named or [shown])
    else:
        assert sight.wish == shown.caption and shown.caption in sight.messages[-1]["content"]


def test_the_one_that_it_is_like_is_another_picture_of_the_same_thing_where_there_is_one():
    for seed in range(10):
        sight = Sights(ALL).pick(FLUENT[0], random.Random(seed), 2, like=True)
        assert sight.pictures[-1] == FLUENT[0]  # "Thing 0" is written otherwise in the other set
        sight = Sights(ALL).pick(NOTO[3], random.Random(seed), 2, like=True)
        assert sight.pictures[-1] in TWINS


def test_titles_are_four_of_the_set_and_kinds_eight_at_most():
    draw = random.Random(0)
    sights = Sights(ALL)
    title = sights.title(NOTO[5], draw, "Which title fits?")
    assert len(title.options) == OPTIONS and title.right == "thing 5"
    assert set(title.options) <= {one.caption for one in ALL if one.set == "noto"}
    kind = sights.kind(NOTO[5], draw, "What kind is it?")
    assert len(kind.options) == 8 and kind.right == "kind 5"
    assert set(kind.options) <= {*KINDS, "another"}


def test_the_right_one_stands_anywhere():
    draw, sights = random.Random(0), Sights(ALL)
    places = {sights.title(NOTO[0], draw, "Which?").options.index("thing 0") for _ in range(60)}
    assert places == set(range(OPTIONS))
    assert {sights.pick(NOTO[0], draw, 3).right for _ in range(60)} == {"A", "B", "C"}


def test_a_set_with_one_kind_is_never_asked_for_it():
    draw, sights = random.Random(0), Sights(ALL)
    tasks = {sights.drawn(FLUENT[1], draw).task for _ in range(200)}
    assert tasks == {"describe", "title", "pick"}
    assert {sights.drawn(NOTO[0], draw).task for _ in range(200)} == tasks | {"kind"}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_set_of_few_pictures_offers_what_it_has(count):
    few = [picture("few", f"one {n}") for n in range(count)] + [picture("few", "one 0", "twin")]
    for seed in range(20):
        sight = Sights(few).drawn(few[0], random.Random(seed))
        assert len(sight.options) <= count
        assert sight.task == "describe" or sight.right in sight.options
    assert len(Sights(few).title(few[0], random.Random(0), "Which?").options) == count


def test_the_same_seed_draws_the_same_task():
    def drawn(seed: int) -> list[Sight]:
        draw = random.Random(seed)
        return [Sights(ALL).drawn(one, draw) for one in ALL]

    assert drawn(1) == drawn(1) != drawn(2)


def test_an_answer_is_compact_json_that_keeps_letters_as_they_are():
    shown = picture("art", 'Église "Saint-Paul"')
    assert Sights([shown]).describe(shown).answer == '{"shows":"Église \\"Saint-Paul\\""}'
    two = [shown, picture("art", "x")]
    assert json.loads(Sights(two).pick(shown, random.Random(0), 2).answer).keys() == {"picture"}
    assert json.loads(Sights(two).title(shown, random.Random(0), "?").answer).keys() == {"choice"}
