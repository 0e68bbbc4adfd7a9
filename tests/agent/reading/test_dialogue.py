"""Dialogues turn by turn: what stands after every message."""

from collections.abc import Callable

import pytest
from tastemaker.agent.reading.dialogue import Dialogue, apply
from tastemaker.agent.reading.reading import Reading, Wish
from tastemaker.catalog.constraints import Constraint

SIGNS = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<", "in": "=", "not_in": "!="}


def standing(dialogue: Dialogue) -> str:
    """What a dialogue asks for, in short words and sorted."""
    said = [
        f"{one.attribute}{SIGNS[one.operator]}"
        + ("/".join(one.values) if one.bound is None else f"{one.bound:g}")
        for one in dialogue.constraints
    ]
    said += [("~" if wish.attribute else "?") + wish.text for wish in dialogue.wishes]
    return ", ".join(sorted(said))


@pytest.fixture
def say(film_reader, films) -> Callable[..., Dialogue]:
    """`say(dialogue, message, shown=[titles])`: the dialogue after a turn that shows these."""

    def say(dialogue: Dialogue, message: str, shown: list[str] | None = None) -> Dialogue:
        reading = film_reader.read(message, dialogue.shown, dialogue.focus)
        after = apply(dialogue, reading)
        if shown is None:
            return after
        ids = [films.item_ids[films.titles.index(title)] for title in shown]
        return after.model_copy(update={"shown": ids, "focus": ids[0]})

    return say


def test_the_six_turns(say, id_of):
    state = say(
        Dialogue(),
        "something funny from the 90s, no horror",
        shown=["Forrest Gump", "Fargo", "Groundhog Day"],
    )
    assert standing(state) == "genres!=Horror, year<=1999, year>=1990, ~funny"
    state = say(state, "shorter than 100 minutes", shown=["Toy Story", "Happy Gilmore", "Fargo"])
    assert standing(state) == "genres!=Horror, runtime<100, year<=1999, year>=1990, ~funny"
    state = say(state, "more like the second one", shown=["Fargo", "Toy Story"])
    assert state.similar_to == [id_of("Happy Gilmore")]
    assert standing(state) == "genres!=Horror, runtime<100, year<=1999, year>=1990, ~funny"
    before = standing(state)
    state = say(state, "why that one?")
    assert (standing(state), state.focus) == (before, id_of("Fargo"))
    state = say(state, "not that, I've seen it", shown=["Toy Story"])
    assert (state.seen, state.disliked) == ([id_of("Fargo")], [])
    assert standing(state) == before
    state = say(state, "actually, make it sad")
    assert standing(state) == "genres!=Horror, runtime<100, year<=1999, year>=1990, ~sad"
    assert state.seen == [id_of("Fargo")]


CHANGES = {
    ("comedies", "with Tom Hanks", "from the 90s"): (
        "cast=Tom Hanks, genres=Comedy, year<=1999, year>=1990"
    ),
    ("a comedy from the 90s", "forget the year"): "genres=Comedy",
    ("from the 90s", "make it the 80s"): "year<=1989, year>=1980",
    ("from the 90s", "before 1980"): "year<1980",
    ("from the 90s", "after 1995"): "year<=1999, year>1995",
    ("under 2 hours", "under 100 minutes"): "runtime<100",
    ("under 2 hours", "any length"): "",
    ("no horror", "horror is fine after all"): "",
    ("no horror or war", "I don't mind horror"): "genres!=War",
    ("no horror", "actually, a horror film"): "genres=Horror",
    ("a comedy", "no comedies"): "genres!=Comedy",
    ("comedy or drama", "no comedies"): "genres!=Comedy, genres=Drama",
    ("no horror, war or western", "a western"): "genres!=Horror, genres!=War, genres=Western",
    ("a comedy", "instead of comedy, a thriller"): "genres=Thriller",
    ("a comedy", "actually, a thriller"): "genres=Thriller",
    ("a comedy", "make it a thriller"): "genres=Thriller",
    ("a comedy", "and romantic too"): "genres=Comedy, ~romantic",
    ("a comedy", "also something scary"): "genres=Comedy, ~scary",
    ("a thriller", "actually, make it sad"): "~sad",
    ("something funny", "not comedy"): "genres!=Comedy",
    ("something funny", "actually, scary"): "~scary",
    ("something about space", "no space please"): "keywords!=space",
    ("in French", "in Japanese"): "language=Japanese",
    ("in French", "or in Japanese"): "language=Japanese",
    ("in French", "any language"): "",
    ("a comedy in French", "not in English"): "genres=Comedy, language!=English, language=French",
    ("not in English", "in English"): "language=English",
    ("a comedy", "thanks!", "who are you"): "genres=Comedy",
    ("a comedy", "start over"): "",
    ("a comedy", "start over with westerns"): "genres=Western",
    ("a comedy", "what's the weather like"): "genres=Comedy",
    ("with Tom Hanks", "no Tom Hanks"): "cast!=Tom Hanks",
    ("mellow lighthouse", "from the 90s"): "?mellow lighthouse, year<=1999, year>=1990",
}


@pytest.mark.parametrize(("messages", "expected"), CHANGES.items())
def test_changes_of_mind(say, messages, expected):
    state = Dialogue()
    for message in messages:
        state = say(state, message)
    assert standing(state) == expected


def test_likes_and_dislikes_follow_the_last_word(say, id_of):
    state = say(Dialogue(), "I loved Heat but hated Titanic")
    assert (state.liked, state.disliked) == ([id_of("Heat")], [id_of("Titanic")])
    state = say(state, "actually, I hated Heat")
    assert (state.liked, state.disliked) == ([], [id_of("Titanic"), id_of("Heat")])
    state = say(state, "I loved Titanic")
    assert (state.liked, state.disliked) == ([id_of("Titanic")], [id_of("Heat")])


def test_a_new_request_forgets_what_it_should_resemble(say, id_of):
    state = say(Dialogue(), "something like Heat", shown=["Seven", "Alien"])
    assert state.similar_to == [id_of("Heat")]
    assert say(state, "shorter").similar_to == [id_of("Heat")]
    assert say(state, "another one").similar_to == [id_of("Heat")]
    assert say(state, "something funny").similar_to == []
    assert say(state, "more like the second one").similar_to == [id_of("Alien")]


def test_what_was_turned_down_is_no_model(say):
    state = say(Dialogue(), "something like Heat", shown=["Seven"])
    assert say(state, "I hated Heat").similar_to == []


def test_a_reset_keeps_what_is_known_of_the_person(say, id_of):
    state = say(Dialogue(), "a comedy", shown=["Fargo", "Big"])
    state = say(state, "I've seen the first one and loved the second one")
    state = say(state, "start over")
    assert (state.seen, state.liked) == ([id_of("Fargo")], [id_of("Big")])
    assert (state.constraints, state.shown, state.focus) == ([], [], None)


def test_a_dialogue_survives_its_checkpoint(say):
    state = say(Dialogue(), "something funny from the 90s, no horror", shown=["Fargo"])
    plain = state.state()
    assert Dialogue.model_validate(plain) == state
    assert Dialogue.model_validate({**plain, "of_a_later_version": 1}) == state


def test_a_wish_loses_only_the_values_that_are_refused():
    wish = Wish(text="exciting", attribute="genres", values=("Action", "Thriller"))
    no_action = Constraint(attribute="genres", operator="not_in", values=("Action",))
    state = apply(Dialogue(wishes=[wish]), Reading(constraints=[no_action]))
    assert [one.values for one in state.wishes] == [("Thriller",)]
