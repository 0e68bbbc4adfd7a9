import pytest
from tastemaker.evals.dialogue.phrasing import says_the_same

MESSAGE = "I'm looking for a film: starring Alec Baldwin, rated at least 3.5."
KEPT = ["Alec Baldwin", "3.5"]


@pytest.mark.parametrize(
    "said",
    [
        "Is there a film with Alec Baldwin that is rated at least 3.5?",
        "Something starring Alec Baldwin please, rated 3.5 at the least",
        MESSAGE,
    ],
)
def test_other_words_for_the_same_are_taken(said: str):
    assert says_the_same(MESSAGE, said, KEPT)


@pytest.mark.parametrize(
    "said",
    [
        "Is there a film with Alec Baldwin?",
        "A film with Tom Hanks and Alec Baldwin that is rated at least 3.5?",
        "Tom Hanks is a film with Alec Baldwin that is rated at least 3.5.",
        "You wanted a film with Alec Baldwin that is rated at least 3.5.",
        "A film with Alec Baldwin from the 1990s, rated at least 3.5.",
        "Alec Baldwin 3.5",
    ],
)
def test_what_says_something_else_is_not(said: str):
    assert not says_the_same(MESSAGE, said, KEPT)
