import pytest
from tastemaker.agent.reading.confusions import told_apart
from tastemaker.agent.reading.marks import Marks


@pytest.mark.parametrize(
    ("said", "message", "meant"),
    [
        ("explain", "tell me more about heat", "ask"),
        ("explain", "tell me about heat and why you chose it", "explain"),
        ("rank", "which of them costs the least", "compare"),
        ("rank", "which of these is the best for me", "rank"),
        ("ask", "what's the capital of mongolia", "out_of_scope"),
        ("recommend", "forget everything i said", "reset"),
    ],
)
def test_intents_are_told_apart(said, message, meant):
    assert told_apart(said, message, Marks(intent=said)) == meant


def test_a_wish_beside_it_is_no_reset():
    marks = Marks(intent="recommend", want=["a comedy"])
    assert told_apart("recommend", "forget everything, a comedy", marks) == "recommend"
