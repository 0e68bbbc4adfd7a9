from tastemaker.agent.reading.merging import merged
from tastemaker.agent.reading.reading import Reading, Wish
from tastemaker.catalog.constraints import Constraint


def wants(value: str) -> Constraint:
    return Constraint(attribute="genres", operator="in", values=(value,))


def refuses(value: str) -> Constraint:
    return Constraint(attribute="genres", operator="not_in", values=(value,))


def bound(operator, number: float) -> Constraint:
    return Constraint(attribute="year", operator=operator, bound=number)


def test_the_marks_say_what_is_refused():
    both = merged(Reading(constraints=[wants("Horror")]), Reading(constraints=[refuses("Horror")]))
    assert both.constraints == [refuses("Horror")]


def test_the_rules_add_what_no_mark_covers():
    rules = Reading(
        constraints=[wants("Comedy"), bound("at_least", 1990)],
        wishes=[Wish(text="dogs", attribute="keywords", values=("dog",)), Wish(text="left over")],
        released=["runtime"],
    )
    both = merged(rules, Reading(wishes=[Wish(text="cosy")]))
    assert both.constraints == rules.constraints and both.released == ["runtime"]
    assert [wish.text for wish in both.wishes] == ["cosy", "dogs"]


def test_a_bound_of_the_marks_stands_alone():
    rules = Reading(constraints=[bound("at_least", 1980), bound("at_most", 1989)])
    both = merged(rules, Reading(constraints=[bound("below", 1985)]))
    assert both.constraints == [bound("below", 1985)]


def test_what_the_marks_give_up_stays_given_up():
    rules = Reading(constraints=[wants("Horror"), bound("at_least", 1990)], replaces=True)
    both = merged(rules, Reading(released=["year"], released_values=["Horror"]))
    assert both.constraints == [] and both.released_values == ["Horror"] and not both.replaces


def test_a_topic_that_no_mark_covers_is_no_wish():
    rules = Reading(
        wishes=[Wish(text="rain", attribute="keywords", values=("rain",), topical=True)]
    )
    assert merged(rules, Reading(constraints=[wants("Comedy")])).wishes == []


def test_a_question_takes_no_limits_from_the_rules_but_their_notes():
    rules = Reading(constraints=[wants("Comedy")], notes=["There is no number 9."])
    both = merged(rules, Reading(intent="ask", references=["1"]))
    assert (both.intent, both.constraints, both.notes) == ("ask", [], rules.notes)


def test_what_the_rules_find_in_place_of_what_both_give_up_stands():
    rules = Reading(constraints=[bound("at_least", 1990)], released=["year"])
    assert merged(rules, Reading(released=["year"])).constraints == rules.constraints
