"""What of a model's sentence is shown."""

import pytest
from tastemaker.generation.text.facts import Fact
from tastemaker.generation.text.wording import written_reason


def fact(number: int, source: str, text: str) -> Fact:
    return Fact(number=number, item_id="1", source=source, text=text)


FACTS = [
    fact(3, "people:9", "Of 41 people who liked Heat, 25 liked it."),
    fact(4, "attribute:genres", "Genre: Comedy, Crime."),
    fact(5, "attribute:runtime", "Running time: 98 minutes."),
]
SHARED = fact(6, "shared:9", "In common with Heat: Crime.")


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("It is a Comedy of 98 minutes.", "It is a Comedy of 98 minutes. [4][5]"),
        ("It is a Comedy of 98 minutes [1][9].", "It is a Comedy of 98 minutes. [4][5]"),
        ("25 of the 41 people who liked Heat liked it.",
         "25 of the 41 people who liked Heat liked it. [3]"),
    ],
)  # fmt: skip
def test_a_supported_sentence_gets_its_true_citations(sentence: str, shown: str) -> None:
    assert written_reason(sentence, "Fargo", FACTS) == shown


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Fargo.",
        "It is a Comedy of 97 minutes.",
        "It is a Comedy of 41 people who liked this.",
        "It is a Comedy and running time: 98 minutes.",
        "As in Heat, it is a Comedy and a Crime film.",
        "It is a Comedy, as Heat is, of 98 minutes.",
        "It is a Comedy of 98 minutes",
        "It is a Comedy; it is a Comedy; it is a Comedy; it is a Comedy.",
        "Comedy, Crime, Comedy, Crime, Comedy.",
        "It is the best Comedy of 98 minutes.",
        "Zorgon is a Comedy of 98 minutes.",
    ],
)
def test_what_no_fact_supports_is_cut(sentence: str) -> None:
    assert written_reason(sentence, "Fargo", FACTS) == ""


def test_likeness_needs_a_fact_that_says_what_is_shared() -> None:
    sentence = "Like Heat, it is a Crime film."
    assert written_reason(sentence, "Fargo", FACTS) == ""
    assert written_reason(sentence, "Fargo", [*FACTS, SHARED]).startswith(sentence)
    more = "Like Heat, it is a Crime film of 98 minutes."  # nobody knows how long Heat is
    assert written_reason(more, "Fargo", [*FACTS, SHARED]) == ""
