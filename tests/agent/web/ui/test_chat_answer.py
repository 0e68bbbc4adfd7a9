"""An answer while it comes, and the same one from its record."""

from dataclasses import replace

from tastemaker.agent.web.ui.answer import Answer, Card, Painting, answer_of


def taken(agent, message):
    answer, before = Answer(), None
    for event in agent.turn(message, thread="t"):
        if event["type"] == "turn":
            before = replace(answer, pieces=list(answer.pieces))
        answer.take(event)
    assert before is not None
    return before, answer


def shape(answer):
    return [one.item if isinstance(one, Card) else one.strip() for one in answer.pieces]


def test_the_record_shows_what_came(make_agent):
    agent = make_agent()
    for message in ("something funny", "why the second one?", "compare the first two", "hello"):
        came, kept = taken(agent, message)
        assert shape(came) == shape(kept)
        assert came.seconds is None and kept.seconds is not None


def test_items_are_cards_with_their_year(make_agent):
    _, answer = taken(make_agent(), "something funny")
    cards = [one for one in answer.pieces if isinstance(one, Card)]
    assert len(cards) == 5 and isinstance(answer.pieces[0], str)
    assert all(card.rest.isdigit() and len(card.rest) == 4 for card in cards)
    assert answer.facts == []


def test_a_text_keeps_what_it_rests_on(make_agent):
    agent = make_agent()
    taken(agent, "something funny")
    _, answer = taken(agent, "why the first one?")
    assert answer.facts and not [one for one in answer.pieces if isinstance(one, Card)]


def test_titles_that_look_like_lines_of_an_answer_stay_whole():
    items = [
        {"item_id": str(n), "title": title, "rank": n, "why": why, "facts": []}
        for n, title, why in ((1, "2. Two: a", "b: c"), (2, "3. Three", "d"))
    ]
    reply = "Here:\n1. 2. Two: a (1990): b: c\n2. 3. Three: d\nThat is all."
    answer = answer_of(
        {"reply": reply, "items": items, "thought": "", "seconds": {"total": 1}, "tool_calls": []}
    )
    assert [one if isinstance(one, str) else one.heading for one in answer.pieces] == [
        "\nHere:", "2. Two: a (1990)", "3. Three", "\nThat is all.",
    ]  # fmt: skip


def test_a_painting_is_shown_and_its_path_is_not():
    file = "/home/somebody/paintings/0123456789abcdef0123.png"
    call = {
        "name": "illustrate", "ok": True,
        "result": {"title": "Alien", "prompt": "a ship", "file": file},
    }  # fmt: skip
    result = {
        "reply": f"I painted Alien: a ship.\nIt is in {file}", "items": [], "thought": "",
        "seconds": {"total": 9.0}, "tool_calls": [call, {**call, "ok": False, "result": "error"}],
    }  # fmt: skip
    answer = answer_of(result)
    assert answer.paintings == [
        Painting("Alien", "a ship", "/v1/paintings/0123456789abcdef0123.png")
    ]
    assert [str(one).strip() for one in answer.pieces] == ["I painted Alien: a ship."]


def test_stages_are_words_and_steps_are_counted():
    answer = Answer()
    answer.take({"type": "stage", "name": "searching"})
    assert (answer.stage, answer.done) == ("Looking through the catalogue", None)
    answer.take({"type": "stage", "name": "painting 3 of 12"})
    assert (answer.stage, answer.done) == ("Painting", (3, 12))
