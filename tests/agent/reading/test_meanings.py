import pytest
from tastemaker.agent.reading.meanings import Meanings
from tastemaker.recommender.hashing_encoder import HashingEncoder


@pytest.fixture(scope="module")
def meanings(products) -> Meanings:
    return Meanings(products, HashingEncoder())  # type: ignore[arg-type]


@pytest.mark.parametrize(("word", "value"), [("jacket", "Jackets"), ("storm jackets", "Jackets")])
def test_a_word_of_items_that_share_a_value_stands_for_it(meanings, word, value):
    assert meanings.of(word).values == (value,)


def test_one_item_is_no_witness(meanings):
    assert meanings.of("lantern") is None


def test_items_close_in_meaning_are_a_witness(products):
    jackets = [row for row, title in enumerate(products.titles) if "Jacket" in title]

    def nearest(text, k):
        return [(row, 0.5 if text == "parka" else 0.1) for row in (jackets * 2)[:k]]

    meanings = Meanings(products, HashingEncoder(), nearest)  # type: ignore[arg-type]
    assert meanings.of("parka").values == ("Jackets",)
    assert meanings.of("spoon") is None


def test_a_word_stands_for_a_kind_and_not_for_a_name(meanings):
    assert meanings.kind("jacket").attribute == "type"
    assert meanings.kind("zzz") is None


def test_a_refusal_takes_no_witness_by_items(meanings):
    assert meanings.of("trail", refused=True) is None


def test_without_closed_vocabularies_nothing_is_meant(films):
    assert Meanings(films, HashingEncoder()).of("zzz") is None  # type: ignore[arg-type]
