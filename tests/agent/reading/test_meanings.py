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


def test_a_refusal_takes_no_witness_by_items(meanings):
    assert meanings.of("trail", refused=True) is None


def test_without_closed_vocabularies_nothing_is_meant(films):
    assert Meanings(films, HashingEncoder()).of("zzz") is None  # type: ignore[arg-type]
