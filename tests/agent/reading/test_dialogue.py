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
    # One thing instead of another
    ("at least 3.5 stars", "I changed my mind: rated at least 4 instead of rated at least 3.5."): (
        "rating>=4"
    ),
    ("from the 1990s", "Actually, from the 1980s instead of from the 1990s."): (
        "year<=1989, year>=1980"
    ),
    ("from the 1990s", "make it the 80s in place of the 90s"): "year<=1989, year>=1980",
    ("from the 1990s", "forget the 90s, make it the 80s"): "year<=1989, year>=1980",
    ("under 2 hours", "under 100 minutes instead of under 120 minutes"): "runtime<100",
    ("about dystopia", "I changed my mind: about space instead of about dystopia."): "~space",
    ("about dystopia", "I had a change of heart: about love as opposed to dystopia"): "~love",
    ("directed by Nolan", "directed by Tarantino instead of directed by Nolan"): (
        "director=Quentin Tarantino"
    ),
    ("with Tom Hanks", "starring Tom Cruise rather than with Tom Hanks"): "cast=Tom Cruise",
    ("in English", "in French instead of in English"): "language=French",
    ("in English", "in French, not necessarily in English"): "language=French",
    ("a comedy", "War rather than Comedy"): "genres=War",
    ("a comedy", "I'd rather see a western than a comedy"): "genres=Western",
    ("from the 90s", "I'd rather have something newer than 2005"): "year>2005",
    ("a comedy", "replace the comedy with a western"): "genres=Western",
    ("a comedy", "swap comedy for drama"): "genres=Drama",
    ("a French comedy", "a western instead of a French comedy"): "genres=Western",
    ("a comedy", "instead of that, a western"): "genres=Western",
    ("a comedy in French", "instead of that a western"): "genres=Western, language=French",
    ("mellow unicorns", "about love rather than unicorns"): "?mellow, ~love",
    # What need not be
    ("a thriller from the 1990s", "Then it need not be from the 1990s. Just a thriller."): (
        "genres=Thriller"
    ),
    ("a comedy, at least 4 stars", "it doesn't have to be rated at least 4"): "genres=Comedy",
    ("a comedy under 2 hours", "need not be under 120 minutes"): "genres=Comedy",
    ("a comedy about space", "it needn't be about space"): "genres=Comedy",
    ("in French about space", "doesn't have to be in French"): "~space",
    ("in French with Tom Hanks", "it needn't be with Tom Hanks"): "language=French",
    ("in French with Tom Hanks", "it doesn't need to star Tom Hanks"): "language=French",
    ("in French from the 90s", "no need for it to be from the 1990s"): "language=French",
    ("in French from the 90s", "there's no need to be in French"): "year<=1999, year>=1990",
    ("in French from the 90s", "the 90s aren't essential"): "language=French",
    ("in French from the 90s", "it no longer has to be from the 90s"): "language=French",
    ("in French from the 90s", "I don't need it to be from the 1990s"): "language=French",
    ("in French about space", "it need not be French or about space, a western"): "genres=Western",
    ("a comedy before 1990", "it needn't be before 1990, but under 2 hours"): (
        "genres=Comedy, runtime<120"
    ),
    ("mellow unicorns", "it need not be about unicorns"): "?mellow",
    ("a comedy", "no longer than 2 hours"): "genres=Comedy, runtime<=120",
    ("a comedy", "something good with Tom Hanks"): "cast=Tom Hanks, genres=Comedy",
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
