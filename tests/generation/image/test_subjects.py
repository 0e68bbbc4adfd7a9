import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.catalog.records import Item
from tastemaker.errors import BadInputError
from tastemaker.generation.image.deterministic import VOCABULARY
from tastemaker.generation.image.subjects import subject_named, subjects_for
from tastemaker.recommender.hashing_encoder import HashingEncoder

ENCODER = HashingEncoder()


def test_what_the_title_names_is_drawn():
    text = "He meets a dog, and then a fish, by a ship."
    item = Item(item_id="1", title="The Fox and the Hound", text=text)
    found = subjects_for(ENCODER, VOCABULARY, item)
    assert found[0].name == "fox" and found[0].named
    assert {one.name for one in found if one.named} == {"fox", "dog", "fish", "ship"}


def test_several_of_a_thing_name_it_too():
    item = Item(item_id="1", title="Rockets", text="")
    assert subjects_for(ENCODER, VOCABULARY, item)[0].name == "rocket"


def test_part_of_a_word_names_nothing():
    item = Item(item_id="1", title="Shipping dogma", text="")
    assert not [one for one in subjects_for(ENCODER, VOCABULARY, item) if one.named]


def test_what_the_person_likes_moves_the_choice():
    item = Item(item_id="1", title="Nothing of the kind")
    plain = {one.name: one.score for one in subjects_for(ENCODER, VOCABULARY, item)}
    liking = {
        one.name: one.score
        for one in subjects_for(ENCODER, VOCABULARY, item, likes=["robot tales"])
    }
    assert liking["robot"] - plain["robot"] > liking["dog"] - plain["dog"]


@given(st.text(max_size=80), st.text(max_size=200))
def test_only_what_can_be_drawn_is_ever_chosen(title: str, text: str):
    item = Item(item_id="1", title=title, text=text)
    found = subjects_for(ENCODER, VOCABULARY, item, most=3)
    assert len(found) == 3 and {one.name for one in found} <= set(VOCABULARY.subjects)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@pytest.mark.parametrize("wanted", ["fox", " Fox ", "foxes"])
def test_a_subject_is_found_by_its_name(wanted: str):
    assert subject_named(ENCODER, VOCABULARY, wanted) == "fox"


def test_one_that_cannot_be_drawn_is_refused_with_the_nearest():
    with pytest.raises(BadInputError, match="cannot draw 'toy robot'; the nearest: robot"):
        subject_named(ENCODER, VOCABULARY, "toy robot")
