"""Slips of the finger in the words that bound a wish."""

import pytest
from tastemaker.agent.reading.slips import mended

SLIPS = {
    "rated at laest 4": "rating>=4",
    "rated at lesat 4": "rating>=4",
    "rated at least 4": "rating>=4",
    "unedr 120 minutes": "runtime<120",
    "undr 120 mintues": "runtime<120",
    "ovre 2 hours": "runtime>120",
    "betwen 1990 and 1999": "year<=1999, year>=1990",
    "Bewteen 1990 and 1999": "year<=1999, year>=1990",
    "beofre 1980": "year<1980",
    "aftre 2005": "year>2005",
    "a comedy wihtout romance": "genres!=Romance, genres=Comedy",
    "a comedy witout romance": "genres!=Romance, genres=Comedy",
    "lses than 2 hours": "runtime<120",
    "no mroe than 100 minutes": "runtime<=100",
    "at mots 100 minutes": "runtime<=100",
    "abuot time travel": "~time travel",
}


@pytest.mark.parametrize(("message", "expected"), SLIPS.items())
def test_slips_are_read_as_meant(film_reader, asked, message, expected):
    assert asked(film_reader.read(message)) == expected


@pytest.mark.parametrize("text", ["Unedr", "a laest b", "UNDER lesat"])
def test_a_word_that_is_known_stays(text):
    assert mended(text, lambda word: True) == text


def test_what_is_no_slip_stays_and_capitals_are_kept():
    assert (
        mended("Unedr unedrs form it's_laest", lambda word: False) == "Under unedrs form it's_laest"
    )


def test_titles_and_values_are_no_slips(film_reader, asked):
    assert film_reader.spelt("Heat, Alien and horor") == "Heat, Alien and horor"
    assert asked(film_reader.read("horor films")) == "genres=Horror"
