"""Words beside a picture: which point at it, which ask how items look, and what they name."""

import pytest
from tastemaker.agent.reading.looks import (
    asks_for_another,
    asks_for_looks,
    look_words,
    with_picture,
    without_pointing,
)
from tastemaker.agent.reading.reading import Reading


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("something like this", "something"),
        ("Something LIKE THIS but happier", "Something but happier"),
        ("like this one, but in blue", ", but in blue"),
        ("exactly like that", ""),
        ("a film like this photo", "a film"),
        ("a poster like my picture", "a poster"),
        ("like the attached image, please", ", please"),
        ("a wine similar to the uploaded photograph", "a wine"),
        ("similar to what is in my photo", ""),
        ("resembling these", ""),
        ("close to this pic", ""),
        ("with the colours in this picture", "with the colours"),
        ("what is on the screenshot", "what is"),
        ("here is a photo of my room, what suits it?", "my room, what suits it?"),
        ("here are my drawings", ""),
        ("this picture, but darker", ", but darker"),
        ("more like this picture or like that one", "more or"),
        # Words that only look alike stay.
        ("", ""),
        ("a comedy under 100 minutes", "a comedy under 100 minutes"),
        ("unlike this", "unlike this"),
        ("I like thistles", "I like thistles"),
        ("a picture of war", "a picture of war"),
        ("motion pictures", "motion pictures"),
        ("this is fine", "this is fine"),
        ("which of these suits the blue wall?", "which of these suits the blue wall?"),
    ],
)
def test_words_that_point_at_the_picture_go(message: str, left: str):
    assert without_pointing(message) == left
    assert without_pointing(left) == left


@pytest.mark.parametrize(
    "message",
    [
        "which of these two suits the red wall?",
        "which one matches my sofa?",
        "Which goes best with a green carpet?",
        "which looks warmer?",
        "which one would you hang over the bed?",
        "which fits my room?",
        "the more colorful of the two",
        "which is the darker one?",
        "are the COLOURS of the first two alike?",
    ],
)
def test_questions_about_looks_are_known(message: str):
    assert asks_for_looks(message)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "which is longer?",
        "which of these two is newer?",
        "compare the first two",
        "which one is better rated?",
        "I'm looking for a laugh, which of these two?",
        "the suitcase or the matchbox",
        "which one did the critics overlook?",
    ],
)
def test_other_questions_are_not(message: str):
    assert not asks_for_looks(message)


@pytest.mark.parametrize(
    ("message", "titles", "words"),
    [
        ("which of these suits the blue wall?", [], "blue wall"),
        ("Which of the first two goes best with a Green Carpet?", [], "green carpet"),
        ("which one would suit a café?", [], "cafe"),
        ("which of these two looks better?", [], ""),
        ("", [], ""),
        ("which is the darker one?", [], "darker"),
        # The words of what is asked about are no wish.
        ("does Starry Night or Sunflowers suit a blue wall?", ["Sunflowers", "Starry Night"],
         "blue wall"),
        ("which of Blue and Red suits the blue wall?", ["Blue", "Red"], "blue wall"),
        ("which of Été and the first suits snow?", ["Été", "Winter"], "snow"),
        ("which of M and A.I. suits snow?", ["M", "A.I."], "snow"),
        ("which of (*) and Snow White suits snowfall?", ["Snow White", "Snow", "(*)"], "snowfall"),
    ],
)  # fmt: skip
def test_what_a_question_about_looks_names(message: str, titles: list[str], words: str):
    assert look_words(message, titles) == words


@pytest.mark.parametrize(
    "message",
    [
        "another",
        "another one",
        "Another one, please!",
        "more",
        "show me more",
        "any others?",
        "other ones",
        "and now something else",
        "can I see some more please",
        "OK, give me another one then",
        "got anything else?",
        "  what else ",
    ],
)
def test_asking_for_more_of_the_same_is_known(message: str):
    assert asks_for_another(message)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "more like the second one",
        "more like that",
        "another comedy",
        "another one in blue",
        "more expensive",
        "tell me more",
        "no more",
        "something",
        "the other day",
        "another " * 2000,
        "show me " * 2000,
    ],
)
def test_asking_for_more_of_something_is_not(message: str):
    assert not asks_for_another(message)


@pytest.mark.parametrize(
    ("intent", "references", "becomes"),
    [
        ("recommend", [], "recommend"),
        ("out_of_scope", [], "recommend"),
        ("chat", [], "recommend"),
        ("help", [], "recommend"),
        ("ask", [], "recommend"),
        ("compare", [], "recommend"),
        ("more_like", [], "recommend"),
        ("ask", ["1"], "ask"),
        ("compare", ["1", "2"], "compare"),
        ("rank", ["1", "2"], "rank"),
        ("explain", ["1"], "explain"),
        ("more_like", ["1"], "more_like"),
        ("feedback", [], "feedback"),
        ("reset", [], "reset"),
        ("history", [], "history"),
        ("out_of_scope", ["1"], "recommend"),
    ],
)
def test_a_picture_asks_for_what_resembles_it_unless_items_are_spoken_of(
    intent: str, references: list[str], becomes: str
):
    reading = Reading.model_validate({"intent": intent, "references": references})
    shown = with_picture(reading, "0" * 32)
    assert shown == reading.model_copy(update={"intent": becomes, "picture": "0" * 32})
    assert (reading.intent, reading.picture) == (intent, "")


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("something that suits this wall", "something"),
        ("a painting that goes with my red sofa but brighter", "a painting but brighter"),
        ("which of these two matches our room?", "which of these two ?"),
        ("something that suits the blue wall", "something that suits the blue wall"),
    ],
)
def test_what_it_should_go_with_is_the_picture(message: str, left: str) -> None:
    assert without_pointing(message) == left
