import pytest
from tastemaker.evals.agents.face import Reply
from tastemaker.evals.dialogue.judging import judged
from tastemaker.evals.dialogue.person import PATIENCE, Exchange


@pytest.fixture
def exchange(wishes):
    """`exchange("c1", …, said=("comedy",))`: one reply that shows these items."""

    def make(*shown, said=("comedy",), turned_down=(), strange=(), asked=False):
        return Exchange(
            message="m", reply=Reply(text="r"), shown=list(shown), strange=list(strange),
            said=[wishes[one] for one in said], turned_down=list(turned_down), asked=asked,
        )  # fmt: skip

    return make


def scores(few, goal, *exchanges) -> dict[str, float]:
    return judged(few, goal, exchanges)[0]


def test_success_is_a_new_item_that_fulfils_every_wish_in_the_last_reply(few, goal, exchange):
    one = goal("comedy", "short")
    found = scores(few, one, exchange("c3"))
    assert (found["success"], found["turns"]) == (1, 1)
    found = scores(few, one, exchange("c2"), exchange("h1", "c4"))
    assert (found["success"], found["turns"]) == (1, 2)
    assert scores(few, one, exchange("c3"), exchange("c2"))["success"] == 0, "not in the last"


@pytest.mark.parametrize(
    ("shown", "turned_down"),
    [
        ([], []),
        (["c2"], []),  # 120 minutes: a hidden wish counts, too
        (["h1"], []),  # a horror film of 92 minutes
        (["c1"], []),  # the target itself, which the person knows
        (["c3"], ["c3"]),
        (["nowhere"], []),
    ],
)
def test_what_is_no_success(few, goal, exchange, shown, turned_down):
    found = scores(few, goal("comedy", "short"), exchange(*shown, turned_down=turned_down))
    assert found["success"] == 0
    assert found["turns"] == PATIENCE + 1


def test_violations_are_shown_items_that_break_a_hard_wish_that_was_said(few, goal, exchange):
    one = goal("comedy", "short")
    assert scores(few, one, exchange("c2", "c5"))["violations"] == 0, "`short` was not said"
    assert scores(few, one, exchange("c2", "c3", said=("comedy", "short")))["violations"] == 0.5
    first, last = exchange("h1", "h2", "c3"), exchange("c3")
    assert scores(few, one, first, last)["violations"] == 0.5, "2 of 4"
    both = exchange("h2", said=("comedy", "short"))
    assert scores(few, one, both)["violations"] == 1, "an item counts once"
    assert scores(few, one, exchange())["violations"] == 0


def test_what_an_item_is_about_is_no_violation(few, goal, exchange):
    one = goal("comedy", "ship")
    found = scores(few, one, exchange("c3", said=("comedy", "ship")))
    assert (found["violations"], found["success"]) == (0, 0), "c3 is about a horse"


def test_repeats_are_items_that_were_turned_down(few, goal, exchange):
    first, last = exchange("h1", "c2"), exchange("h1", "c3", turned_down=["h1", "c2"])
    found = scores(few, goal("comedy", "short"), first, last)
    assert found["repeats"] == 0.25


def test_invented_are_names_and_ids_that_are_no_item(few, goal, exchange):
    one = goal("comedy", "short")
    assert scores(few, one, exchange("c2", "c3", strange=["Nosuch"]))["invented"] == 1 / 3
    assert scores(few, one, exchange("c3", "nowhere"))["invented"] == 0.5
    assert scores(few, one, exchange("c3"))["invented"] == 0
    assert scores(few, one, exchange(strange=["Nosuch"]))["invented"] == 1
    assert scores(few, one, exchange("nowhere"))["violations"] == 0, "of what is none nothing is so"


def test_leaked_is_the_target_first_of_all(few, goal, exchange):
    one = goal("comedy", "short")
    assert scores(few, one, exchange("c1"), exchange("c3"))["leaked"] == 1
    assert scores(few, one, exchange("c2", "c1"))["leaked"] == 0
    assert scores(few, one, exchange("c2"), exchange("c1"))["leaked"] == 0
    assert scores(few, one, exchange())["leaked"] == 0


def test_questions_are_counted(few, goal, exchange):
    asking = exchange(asked=True)
    assert scores(few, goal("comedy"), asking, asking, exchange("c3"))["asked"] == 2


def test_a_change_of_mind_counts_once_it_was_said(few, goal, exchange):
    one = goal("comedy", "short", twist="change_of_mind", instead="drama")
    assert scores(few, one, exchange("c3"))["success"] == 1
    assert scores(few, one, exchange("d1"))["success"] == 0
    changed = ("drama", "short")
    assert scores(few, one, exchange("c2"), exchange("d1", said=changed))["success"] == 1
    found = scores(few, one, exchange("c2"), exchange("c3", said=changed))
    assert (found["success"], found["violations"]) == (0, 0.5)


def test_the_impossible_counts_until_it_is_given_up(few, goal, exchange):
    one = goal("comedy", "nineties", twist="impossible", instead="horror")
    told = ("comedy", "nineties", "horror")
    assert scores(few, one, exchange("c2", said=told))["success"] == 0
    found = scores(few, one, exchange(said=told), exchange("c2", said=told[:2]))
    assert (found["success"], found["violations"]) == (1, 0)


def test_what_was_wrongly_assumed_is_no_wish(few, goal, exchange):
    one = goal("comedy", "short", twist="wrong_assumption", instead="drama", liked=["h2"])
    assert scores(few, one, exchange("c3"))["success"] == 1


def test_faults_are_told_in_sentences(few, goal, exchange):
    one = goal("comedy", "short")
    first = exchange("h1", strange=["Nosuch"])
    last = exchange("h1", said=("comedy", "short"), turned_down=["h1"])
    _, notes = judged(few, one, [first, last])
    assert notes == [
        "Reply 1: Ferry is not 'something Comedy'.",
        "Reply 1: there is no 'Nosuch'.",
        "Reply 2: Ferry is not 'something Comedy'.",
        "Reply 2: Ferry was turned down before.",
        "Wanted: something Comedy, under 100 minutes.",
    ]
    assert judged(few, one, [exchange("c3")])[1] == []
