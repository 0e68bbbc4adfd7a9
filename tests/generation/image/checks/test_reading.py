"""Drawn words are read as they are, and a wrong letter is seen."""

import pytest
from tastemaker.generation.image.checks.reading import (
    character_errors,
    known_letters,
    read_block,
    reading,
)

ASCII = frozenset("abcdefghijklmnopqrstuvwxyz0123456789&")


@pytest.mark.parametrize("size", [20, 40, 90])
def test_drawn_words_are_read(with_text, size: int):
    image, composition = with_text("Wanderer Boots\nfor a rainy day", size)
    check = reading(image, composition)
    assert check.ok and check.figure == 0 and check.note == ""
    assert reading(image, composition) == check


def test_a_changed_letter_fails(with_text):
    image, drawn = with_text("Wanderer Boots")
    meant = drawn.texts[0].model_copy(update={"text": "Wonderer Roots"})
    check = reading(image, drawn.model_copy(update={"texts": [meant]}))
    assert not check.ok and check.figure == pytest.approx(2 / 14, abs=1e-4)
    assert "Wanderer Boots" in check.note


def test_words_that_are_not_there_fail(with_text):
    image, composition = with_text("Wanderer Boots", ink="#203040", paper="#203040")
    assert read_block(image, composition.texts[0]) == ""
    assert reading(image, composition).figure == 1


def test_letters_that_the_reader_does_not_know_are_told(with_text):
    image, drawn = with_text("Wanderer")
    meant = drawn.texts[0].model_copy(update={"text": "Сталкер"})
    check = reading(image, drawn.model_copy(update={"texts": [meant]}))
    assert check.figure is None and not check.ok and "does not know" in check.note


def test_no_text_reads_well(with_text, composed):
    image, _ = with_text("x")
    assert reading(image, composed(*image.size)).ok


@pytest.mark.parametrize(
    ("meant", "read", "errors", "unjudged"),
    [
        ("The  Godfather", "the godfather", 0, 0),
        ("Heat", "Heal", 1, 0),
        ("Amélie", "Amūlie", 0, 1),
        ("Amélie", "Amlie", 0, 1),
        ("Amélie", "Amelia", 1, 1),
        ("a b", "ab", 1, 0),
        ("", "x", 1, 0),
    ],
)
def test_errors_are_edits(meant: str, read: str, errors: int, unjudged: int):
    assert character_errors(meant, read, ASCII) == (errors, unjudged)


def test_the_models_are_those_of_the_wheel():
    assert {"a", "z", "é", "漢"} <= known_letters() and "ж" not in known_letters()
