"""What is said of an item that a message names is no wish."""

import pytest

DESCRIBED = {
    "I loved Heat, the one rated at least 4. I'm looking for a film: comedies.": "genres=Comedy",
    "I loved Heat, the one from the 1980s, I'd like a comedy": "genres=Comedy",
    "I loved Heat, the one starring Tom Hanks. A comedy please": "genres=Comedy",
    "I loved Heat, the one Sci-Fi films. Can you recommend a comedy?": "genres=Comedy",
    "I loved Heat, which was directed by Nolan. A comedy please": "genres=Comedy",
    "I loved Heat. That's the Sci-Fi one, right? A comedy please": "genres=Comedy",
    "I loved Heat (the Sci-Fi one). A comedy please": "genres=Comedy",
    "I loved Heat, it was directed by Nolan, right? A comedy please": "genres=Comedy",
    "I loved Heat - it's a western from the 80s, isn't it? A comedy please": "genres=Comedy",
    "I loved Heat with Al Pacino. A comedy please": "genres=Comedy",
    "I loved the 1990s thriller film Heat, and want a comedy": "genres=Comedy",
    "I loved Heat, the one from the 80s, with Tom Hanks. A comedy please": "genres=Comedy",
    "I loved Heat, the one from the 1980s, in French please": "language=French",
    "something like Heat, the one from the 80s, but funny": "~funny",
    "I loved Qwerty Two, the one from the 1990s. A comedy please": "?qwerty, genres=Comedy",
}
WISHES = {
    "I loved Heat but I want something from the 80s": "year<=1989, year>=1980",
    "something like Heat but from the 80s": "year<=1989, year>=1980",
    "I liked Heat, the film should be a comedy": "genres=Comedy",
    "I've seen Heat, the one I need is a comedy": "genres=Comedy",
    "I loved Heat. It's a comedy I want now": "genres=Comedy",
    "I loved Heat and comedies from the 80s": "genres=Comedy, year<=1989, year>=1980",
    "I loved Heat. It was great. A comedy please": "genres=Comedy",
    "more like Heat, and in French": "language=French",
}


@pytest.mark.parametrize(("message", "expected"), DESCRIBED.items())
def test_a_description_of_an_item_is_no_wish(film_reader, asked, message, expected):
    assert asked(film_reader.read(message)) == expected


@pytest.mark.parametrize(("message", "expected"), WISHES.items())
def test_a_wish_beside_an_item_is_one(film_reader, asked, message, expected):
    assert asked(film_reader.read(message)) == expected


def test_the_item_is_still_liked(film_reader, id_of):
    reading = film_reader.read("I loved Heat, the one from the 1980s. A comedy please")
    assert reading.liked == [id_of("Heat")] and reading.intent == "recommend"
