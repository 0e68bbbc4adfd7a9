"""Our agent behind the face of all agents."""

import pytest
from tastemaker.agent.memory import recall
from tastemaker.agent.reading.dialogue import Dialogue
from tastemaker.errors import BadInputError


def test_a_conversation_goes_on_but_knows_of_no_other_one(made, sound):
    person = "p07"
    first, other = sound.begin(person), sound.begin(person)
    shown = first.say("a comedy").items
    assert shown and other.say("a comedy").items == shown
    again = first.say("none of those, something else please").items
    assert again and not set(again) & set(shown), "it remembers what was turned down"
    assert sound.begin(person).say("a comedy").items == shown, "another one does not"
    kept = recall(sound.own.resources.store, made, person, Dialogue())
    assert kept == Dialogue(), "nothing is left with the agent"


def test_a_reply_tells_what_it_took(sound):
    reply = sound.begin(None).say("a comedy from the 1990s")
    assert (reply.tokens, reply.calls) == (0, 0) and reply.degraded
    assert reply.seconds > 0
    assert "explain_item" in sound.begin(None).say("why Bitter Bridge?").tools
    assert reply.text.strip()


def test_strangers_are_refused(sound):
    with pytest.raises(BadInputError):
        sound.begin("nobody").say("a comedy")
