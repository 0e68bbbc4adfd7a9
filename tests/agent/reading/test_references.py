"""Positions and pronouns: what they point at in the list shown last."""

import pytest

POINTED = {
    "the second one": [2],
    "more like the 2nd": [2],
    "#3": [3],
    "number two": [2],
    "option 4 looks good": [4],
    "the last one": [5],
    "more like the last": [5],
    "first two": [1, 2],
    "the last two": [4, 5],
    "compare the first and the third": [1, 3],
    "compare 1 and 3": [1, 3],
    "#1 and #5": [1, 5],
    "the second to last one": [4],
    "more like that": [1],
    "more like that one": [1],
    "why that one?": [1],
    "tell me more about it": [1],
    "compare both": [1, 2],
    "compare these": [1, 2, 3, 4, 5],
    "more like these": [1, 2, 3, 4, 5],
    "the ninth one": [],
    "more like number 12": [],
    "why the ninth one?": [],
    "the last samurai": [],
    "a second world war film": [],
    "films of the last two years": [],
}


@pytest.mark.parametrize(("message", "places"), POINTED.items())
def test_places(film_reader, shown, message, places):
    found = film_reader.read(message, shown, shown[0]).references
    assert [shown.index(one) + 1 for one in found if one in shown] == places


@pytest.mark.parametrize(("message", "place"), {"the ninth one": 9, "why number 12?": 12}.items())
def test_a_place_outside_the_list_is_said(film_reader, shown, message, place):
    notes = film_reader.read(message, shown, shown[0]).notes
    assert notes == [f"The last list has 5 items, so there is no number {place}."]


def test_nothing_was_shown(film_reader):
    reading = film_reader.read("more like the second one")
    assert (reading.intent, reading.references, reading.notes) == ("recommend", [], [])
