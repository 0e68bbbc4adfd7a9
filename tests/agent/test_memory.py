"""What is kept of a person across threads."""

import pytest
from langgraph.store.memory import InMemoryStore
from tastemaker.agent.memory import give_verdict, recall, save_told, verdicts
from tastemaker.agent.reading.dialogue import Dialogue


@pytest.mark.parametrize("user", ["u1", "a.b", "😀", "' --", "x" * 500])
def test_a_taste_comes_back_to_its_owner_and_catalogue_only(films, user):
    store = InMemoryStore()
    taste = {"liked": ["1"], "disliked": ["2"], "seen": ["3"]}
    save_told(store, "films", user, taste)
    assert recall(store, films, user, Dialogue()) == Dialogue(**taste)
    assert recall(store, films, f"{user}2", Dialogue()) == Dialogue()
    assert recall(store, films, None, Dialogue()) == Dialogue()
    other = InMemoryStore()
    save_told(other, "wines", user, taste)
    assert recall(other, films, user, Dialogue()) == Dialogue()


def test_the_kept_word_wins_over_a_threads(films):
    """A thread's own lists are older: whatever it heard was kept when its turn ended."""
    store = InMemoryStore()
    save_told(store, "films", "u", {"liked": ["1", "2"], "disliked": ["3"], "seen": ["4"]})
    now = recall(store, films, "u", Dialogue(liked=["3", "7"], disliked=["1"], seen=["5"]))
    assert now.liked == ["1", "2", "7"] and now.disliked == ["3"] and now.seen == ["4", "5"]


def test_a_later_word_on_an_item_replaces_the_earlier_one(films):
    store = InMemoryStore()
    save_told(store, "films", "u", {"liked": ["1", "2"], "seen": ["1"]})
    give_verdict(store, "films", "u", "1", "disliked")
    give_verdict(store, "films", "u", "2", "cleared")
    now = recall(store, films, "u", Dialogue(liked=["1", "2"]))
    assert (now.liked, now.disliked, now.seen) == ([], ["1"], ["1"])


def test_a_like_given_while_a_turn_runs_is_not_undone_by_its_end(films):
    store = InMemoryStore()
    recalled = recall(store, films, "u", Dialogue())
    give_verdict(store, "films", "u", "5", "liked")
    save_told(store, "films", "u", {"liked": [*recalled.liked, "6"]})
    assert verdicts(store, "films", "u")["liked"] == ["5", "6"]


def test_one_persons_name_may_begin_like_anothers(films):
    store = InMemoryStore()
    give_verdict(store, "films", "ab", "1", "liked")
    assert verdicts(store, "films", "a") == {
        "liked": [], "disliked": [], "seen": [], "cleared": []
    }  # fmt: skip


def test_items_that_left_the_catalogue_are_forgotten(films):
    store = InMemoryStore()
    save_told(store, "films", "u", {"liked": ["1", "gone"], "seen": ["gone"]})
    now = recall(store, films, "u", Dialogue(shown=["gone", "2"], focus="gone"))
    assert (now.liked, now.seen, now.shown, now.focus) == (["1"], [], ["2"], None)
