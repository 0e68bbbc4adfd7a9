"""Turns that paint: a picture for an item, in the style that was asked for."""

from pathlib import Path

from PIL import Image
from tastemaker.generation.image.verifying import verify


def test_a_poster_is_painted_for_the_one_that_was_spoken_of(make_agent, judge, say, find_studio):
    agent = make_agent(find_studio=find_studio)
    shown = judge.turn(say(agent, "something funny"))
    judge.turn(say(agent, "why the second one?"))
    turn = judge.turn(say(agent, "make me a poster for it in watercolour"))
    call = turn["tool_calls"][0]
    assert (call["name"], call["ok"]) == ("illustrate", True)
    assert call["args"]["item_id"] == shown["items"][1]["item_id"]
    assert "watercolour" in call["result"]["prompt"] and turn["request"]["intent"] == "illustrate"
    file = Path(call["result"]["file"])
    with Image.open(file) as image:
        assert image.size == (960, 1200)
    assert verify(file).ok and str(file) in turn["reply"]
    again = judge.turn(say(agent, "make me a poster for it in watercolour"))
    assert again["tool_calls"][0]["result"]["file"] == str(file), "it is not painted twice"


def test_a_style_that_it_does_not_know_is_said(make_agent, judge, say, find_studio):
    agent = make_agent(find_studio=find_studio)
    turn = judge.turn(say(agent, "paint a picture of Alien in noen"))
    assert "knows no style 'noen'; the nearest is neon" in turn["reply"] and not turn["items"]


def test_without_an_item_it_asks_which_one(make_agent, judge, say, find_studio):
    agent = make_agent(find_studio=find_studio)
    turn = judge.turn(say(agent, "make me a poster"))
    assert "Tell me which one" in turn["reply"] and turn["tool_calls"] == []


def test_where_nothing_paints_that_is_said(make_agent, judge, say):
    turn = judge.turn(say(make_agent(), "make me a poster for Alien"))
    assert "Pictures cannot be painted here." in turn["reply"]
