import time

import pytest
from tastemaker.evals.agents.face import Reply
from tastemaker.evals.dialogue.goals import goals
from tastemaker.evals.dialogue.person import PATIENCE, Exchange, Person, converse


class Scripted:
    """Says its lines in order, the last one for ever, and keeps what it hears."""

    def __init__(self, *lines: Reply | str) -> None:
        self.lines = [Reply(text=one) if isinstance(one, str) else one for one in lines]
        self.heard: list[str] = []

    def say(self, message, picture=None):
        self.heard.append(message)
        return self.lines[min(len(self.heard), len(self.lines)) - 1]


def shows(*items: str, text: str = "Here.") -> Reply:
    return Reply(text=text, items=list(items))


def talk(catalog, goal, *lines: Reply | str) -> tuple[list[str], list[Exchange]]:
    agent = Scripted(*lines)
    done = converse(catalog, goal, agent, 0)
    return agent.heard, done


def test_a_question_about_a_wish_is_answered_and_another_one_is_not_minded(few, goal):
    one = goal("comedy", "ben", "short")
    heard, _ = talk(
        few, one, "Who should be the director?", "How long may it be?", "In which year?"
    )
    assert heard[1] == "It should be by Ben."
    assert heard[2] == "It should be under 100 minutes.", "cues and labels are known"
    assert heard[3] == "I don't mind."


def test_any_question_brings_out_what_is_said_on_ask_but_not_what_is_hidden(few, goal):
    heard, done = talk(few, goal("comedy", "ben", "short"), "Anything else?", "Anything else?")
    assert heard[1:3] == ["It should be by Ben.", "I don't mind."]
    assert [one.words for one in done[-1].said] == ["something Comedy", "by Ben"]
    assert all(one.asked for one in done)


def test_a_quoted_question_is_none(few, goal):
    heard, done = talk(few, goal("comedy", "short"), "There is “Who by director?” and more.")
    assert not done[0].asked
    assert heard[1] == "None of those. It should also be under 100 minutes."


def test_feedback_names_the_wish_that_the_first_item_breaks(few, goal):
    heard, done = talk(few, goal("comedy", "ben", "short"), shows("c4"), shows("c3"))
    # c4 is Ben's comedy of 98 minutes: it meets all three.
    assert len(done) == 1
    heard, done = talk(few, goal("comedy", "ben", "short"), shows("c2"), shows("c5"), shows("c3"))
    assert heard[1] == "None of those. It should also be by Ben."
    assert heard[2] == "None of those. I said by Ben."
    assert len(done) == 3
    heard, _ = talk(few, goal("comedy", "short", "ben"), shows("c2"))
    assert heard[1] == "None of those. It should also be under 100 minutes."


def test_a_hidden_wish_is_told_when_the_first_item_breaks_it(few, goal):
    one = goal("comedy", "ben", "short").model_copy(
        update={"wishes": goal("comedy", "short").wishes}
    )
    heard, done = talk(few, one, shows("c2"), shows("c3"))
    assert heard[1:] == ["None of those. It should also be under 100 minutes."]
    assert [len(each.said) for each in done] == [1, 2]


def test_what_was_said_is_repeated_when_it_is_broken(few, goal):
    heard, _ = talk(few, goal("comedy", "nineties", "short"), shows("h1"), shows("c5"))
    assert heard[1] == "None of those. I said something Comedy."
    assert heard[2] == "None of those. I said from the 1990s."


def test_what_is_known_is_not_wanted_again(few, goal):
    # c1 meets everything, but the person liked it before.
    heard, done = talk(few, goal("comedy", "nineties"), shows("c1"), shows("c1", "c2"))
    assert heard[1] == "None of those, something else please."
    assert done[1].turned_down == ["c1"] and len(done) == 2


def test_what_was_turned_down_is_not_accepted_later(few, goal):
    one = goal("comedy", "short", twist="change_of_mind", instead="drama")
    heard, done = talk(few, one, shows("c2", "d1"), shows("d1"), shows("d1"))
    assert heard[1].startswith("Actually, I changed my mind")
    assert done[1].turned_down == ["c2", "d1"], "d1 fulfils the new wishes, but was turned down"
    assert len(done) == PATIENCE


def test_a_change_of_mind_comes_with_the_second_message(few, goal):
    one = goal("comedy", "nineties", twist="change_of_mind", instead="horror")
    heard, done = talk(few, one, shows("h1"), shows("c2"), shows("c3"), shows("h1"))
    assert "something Comedy" in heard[0] and "Horror" not in heard[0]
    assert heard[1] == (
        "Actually, I changed my mind: something Horror instead of something Comedy."
    )
    assert heard[2] == "None of those. I said something Horror."
    said = [[wish.words for wish in each.said] for each in done]
    assert said[0] == ["something Comedy", "from the 1990s"]
    assert said[1] == ["something Horror", "from the 1990s"]
    assert len(done) == PATIENCE, "h1 was turned down when comedies were wanted"


def test_no_mind_is_changed_after_success(few, goal):
    one = goal("comedy", "nineties", twist="change_of_mind", instead="horror")
    assert len(talk(few, one, shows("c2"))[1]) == 1


def test_the_impossible_is_given_up_when_nothing_is_shown(few, goal):
    one = goal("comedy", "nineties", twist="impossible", instead="horror")
    heard, done = talk(few, one, shows(text="There is none."), shows("c2"))
    assert "something Horror" in heard[0] and "something Comedy" in heard[0]
    assert heard[1] == (
        "Then it need not be something Horror. Just something Comedy, from the 1990s."
    )
    assert len(done) == 2 and "something Horror" not in [wish.words for wish in done[1].said]


def test_the_impossible_is_insisted_on_while_something_else_is_shown(few, goal):
    one = goal("comedy", "nineties", twist="impossible", instead="horror")
    heard, done = talk(few, one, shows("c2"))
    assert heard[1:] == ["None of those. I said something Horror."] * 5
    assert len(done) == PATIENCE


def test_where_nothing_is_shown_and_all_is_said_it_is_asked_for_again(few, goal):
    heard, _ = talk(few, goal("comedy", "nineties"), "I know of none.")
    assert heard[1] == "Is there nothing something Comedy, from the 1990s?"


def test_patience_ends(few, goal):
    for reply in ("", "What?", shows("c5"), shows("nowhere")):
        assert len(talk(few, goal("comedy", "short"), reply)[1]) == PATIENCE


def test_items_of_the_text_count_where_the_agent_gives_none(few, goal):
    _, done = talk(few, goal("comedy", "nineties"), "1. Balloon: funny\n2. Nosuch: funny")
    assert len(done) == 1
    assert (done[0].shown, done[0].strange) == (["c2"], ["Nosuch"])
    _, done = talk(few, goal("comedy", "nineties"), shows(text="1. Balloon: funny"))
    assert done[0].shown == [], "its own account comes first"


def test_the_first_message_names_what_was_liked(few, goal):
    one = goal("comedy", "nineties", guest=True, liked=["h2", "c1"])
    assert Person(few, one, 0).first_message().startswith("I liked Gondola and Airship. ")
    one = goal("comedy", twist="wrong_assumption", instead="drama", liked=["h2"])
    said = Person(few, one, 0).first_message()
    assert said.startswith("I loved Gondola, the one something Drama. ")


class Showing:
    """Shows the next five items of a catalogue at each message, and asks at every third."""

    def __init__(self, ids: list[str]) -> None:
        self._ids, self._said = ids, 0

    def say(self, message, picture=None):
        start, self._said = self._said * 5, self._said + 1
        asks = self._said % 3 == 0
        return Reply(
            text="Which director?" if asks else "Here.", items=self._ids[start : start + 5]
        )


def decided(exchanges: list[Exchange]) -> list[dict]:
    return [one.model_dump(exclude={"message"}) for one in exchanges]


def test_the_same_goal_seed_and_replies_give_the_same_conversation(made):
    for goal in goals(made, 0, 20):
        first, again = (converse(made, goal, Showing(made.item_ids), 4) for _ in range(2))
        assert first == again


def test_another_wording_changes_nothing_that_is_decided(made):
    kept_all = []

    def phrase(message: str, kept) -> str:
        assert all(one in message for one in kept)
        kept_all.extend(kept)
        return f"Hi there, {' and '.join(kept) or 'hm'}?"

    for goal in goals(made, 0, 40):
        plain = converse(made, goal, Showing(made.item_ids), 0)
        reworded = converse(made, goal, Showing(made.item_ids), 0, phrase)
        assert decided(plain) == decided(reworded)
        assert all(one.message.startswith("Hi there") for one in reworded)
        for title in (made.item(one).title for one in goal.liked):
            assert title in reworded[0].message
    assert kept_all


def test_a_new_wish_is_kept_by_whoever_rewords(few, goal):
    seen = []
    one = goal("comedy", "short", twist="change_of_mind", instead="horror")

    def phrase(message, kept):
        seen.append(list(kept))
        return message

    converse(few, one, Scripted(shows("d2")), 0, phrase)
    assert seen[0] == ["Comedy"]
    assert "Horror" in seen[1]


@pytest.mark.parametrize("text", ["and then ", "“", '"', "?", ". ", "\n"])
def test_long_replies_are_heard_at_once(few, goal, text):
    began = time.perf_counter()
    talk(few, goal("comedy", "short"), Reply(text=text * 20_000, items=[]))
    assert time.perf_counter() - began < 3
