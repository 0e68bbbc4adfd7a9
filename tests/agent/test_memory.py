"""What is kept of a person across threads."""

import pytest
from langgraph.store.memory import InMemoryStore
from tastemaker.agent.memory import recall, save_taste
from tastemaker.agent.reading.dialogue import Dialogue


@pytest.mark.parametrize("user", ["u1", "a.b", "😀", "' --", "x" * 500])
def test_a_taste_comes_back_to_its_owner_and_catalogue_only(films, user):
    store = InMemoryStore()
    taste = {"liked": ["1"], "disliked": ["2"], "seen": ["3"]}
    save_taste(store, "films", user, Dialogue(**taste, shown=["4"], turns=7))
    assert recall(store, films, user, Dialogue()) == Dialogue(**taste)
    assert recall(store, films, f"{user}2", Dialogue()) == Dialogue()
    assert recall(store, films, None, Dialogue()) == Dialogue()
    other = InMemoryStore()
    save_taste(other, "wines", user, Dialogue(**taste))
    assert recall(other, films, user, Dialogue()) == Dialogue()


def test_the_newer_word_wins(films):
    store = InMemoryStore()
    save_taste(store, "films", "u", Dialogue(liked=["1", "2"], disliked=["3"], seen=["4"]))
    now = recall(store, films, "u", Dialogue(liked=["3"], disliked=["1"], seen=["5"]))
    assert now.liked == ["2", "3"] and now.disliked == ["1"] and now.seen == ["4", "5"]


def test_items_that_left_the_catalogue_are_forgotten(films):
    store = InMemoryStore()
    save_taste(store, "films", "u", Dialogue(liked=["1", "gone"], seen=["gone"]))
    now = recall(store, films, "u", Dialogue(shown=["gone", "2"], focus="gone"))
    assert (now.liked, now.seen, now.shown, now.focus) == (["1"], [], ["2"], None)
