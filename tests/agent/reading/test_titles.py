"""Titles: messages and the films that they name."""

import pytest

NAMED = {
    "something like The Matrix": ["The Matrix"],
    "something like matrix": ["The Matrix"],
    "SOMETHING LIKE THE MATRIX": ["The Matrix"],
    "more like the matrx": ["The Matrix"],
    "who directed incepton?": ["Inception"],
    "intersteller": ["Interstellar"],
    "forest gump": ["Forrest Gump"],
    "I loved Heat": ["Heat"],
    "something like heat": ["Heat"],
    "heat": ["Heat"],
    "more like Up": ["Up"],
    "I liked Her": ["Her"],
    "I loved It": ["It"],
    'I watched "It" yesterday': ["It"],
    "have you got “Up”?": ["Up"],
    "12 angry men": ["12 Angry Men"],
    "similar to 12 Angry Men please": ["12 Angry Men"],
    "more like 2001: A Space Odyssey": ["2001: A Space Odyssey"],
    "2001 a space odyssey": ["2001: A Space Odyssey"],
    "a space odyssey": ["2001: A Space Odyssey"],
    "i liked seven": ["Seven"],
    "pulp fiction": ["Pulp Fiction"],
    "I want to watch Pulp Fiction": ["Pulp Fiction"],
    "schindlers list": ["Schindler's List"],
    "star wars": ["Star Wars: Episode IV - A New Hope"],
    "seven samurai": ["Seven Samurai"],
    "a new hope": ["Star Wars: Episode IV - A New Hope"],
    "something like kill bill": ["Kill Bill: Vol. 1"],
    "Heat vs Titanic": ["Heat", "Titanic"],
    "Fargo or Casablanca?": ["Fargo", "Casablanca"],
    "I loved Fargo, Jaws and Alien": ["Fargo", "Jaws", "Alien"],
    "I liked Chicago": ["Chicago"],
    "who plays in Chicago?": ["Chicago"],
    "when was jaws released": ["Jaws"],
    "Titanic sucked": ["Titanic"],
    "I love Gladiator but with more comedy": ["Gladiator"],
}
NOT_NAMED = [
    "something funny",
    "I'd like a big comedy",
    "I'd like something big",
    "a love story",
    "the second one",
    "what's up",
    "I want to see her dance",
    "make it sad",
    "set in Chicago",
    "it was seven o'clock",
    "a heat wave drama",
    "alien invasion",
    "with Tom Hanks",
    "I would like it shorter",
    "shining armour",
    "hello it is me",
]


@pytest.mark.parametrize(("message", "titles"), NAMED.items())
def test_titles_that_are_meant(film_reader, films, message, titles):
    found = film_reader.read(message).references
    assert [films.item(item_id).title for item_id in found] == titles


@pytest.mark.parametrize("message", NOT_NAMED)
def test_words_that_are_no_titles(film_reader, message):
    assert film_reader.read(message).references == []


@pytest.mark.parametrize(
    ("message", "year"), {"Solaris (1972)": 1972, "like Solaris": 2002}.items()
)
def test_a_year_tells_equal_titles_apart(film_reader, films, message, year):
    reading = film_reader.read(message)
    assert [films.item(one).attributes["year"] for one in reading.references] == [year]
    assert reading.constraints == []


def test_words_of_a_title_ask_for_nothing(film_reader, asked):
    assert asked(film_reader.read("something like Love Story")) == ""
    assert asked(film_reader.read("I loved 12 Angry Men")) == ""
