import polars as pl
import pytest
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.evals.agents.face import Reply
from tastemaker.evals.dialogue.goals import FEW, LIKED, MANY, Goal, fulfilling, goals, keen
from tastemaker.evals.dialogue.person import Person, converse
from tastemaker.recommender.profile import profile_of

SEEDS = (0, 1, 2)


def drawn(catalog: Catalog) -> list[Goal]:
    return [goal for seed in SEEDS for goal in goals(catalog, seed, 60)]


def of(catalog: Catalog, twist: str) -> list[Goal]:
    found = [goal for goal in drawn(catalog) if goal.twist == twist]
    assert len(found) >= 10
    return found


def test_every_wish_is_met_by_the_target_which_the_person_liked_late(made):
    for goal in drawn(made):
        assert 2 <= len(goal.wishes) <= 4
        assert len({one.attribute for one in goal.wishes}) == len(goal.wishes)
        for wish in goal.wishes:
            assert goal.target in fulfilling(made, [wish])
        assert goal.target in profile_of(made, goal.owner).liked[-5:]


def test_the_task_is_neither_luck_nor_given_away(made):
    for goal in drawn(made):
        known = set(profile_of(made, goal.owner).known)
        assert FEW <= len(fulfilling(made, goal.wishes) - known) <= MANY
        if goal.twist == "change_of_mind":
            after = fulfilling(made, [goal.instead, *goal.wishes[1:]]) - known
            assert FEW <= len(after) <= MANY


def test_a_change_of_mind_is_about_the_same_attribute(made):
    for goal in of(made, "change_of_mind"):
        assert goal.instead.attribute == goal.wishes[0].attribute
        assert goal.instead.limits != goal.wishes[0].limits


def test_the_seed_decides(made):
    assert goals(made, 5, 30) == goals(made, 5, 30)
    assert goals(made, 5, 30) != goals(made, 6, 30)
    assert goals(made, 5, 10) == goals(made, 5, 30)[:10]


def test_each_goal_is_of_another_person_and_half_are_guests(made):
    for seed in SEEDS:
        found = goals(made, seed, 60)
        assert len(found) >= 40
        assert len({one.owner for one in found}) == len({one.id for one in found}) == len(found)
        assert [one.guest for one in found] == [n % 2 == 1 for n in range(len(found))]
        for one in found:
            profile = profile_of(made, one.owner)
            assert len(profile.liked) >= LIKED
            assert set(one.liked) <= set(profile.liked) - {one.target}
            wrong = one.twist == "wrong_assumption"
            assert len(one.liked) == (1 if wrong else 2 if one.guest else 0)


def test_nothing_meets_the_hard_wishes_of_an_impossible_goal(made):
    for goal in of(made, "impossible"):
        assert goal.instead.hard
        hard = [one for one in (*goal.wishes, goal.instead) if one.hard]
        assert not fulfilling(made, hard)
        assert fulfilling(made, goal.wishes), "without it something is left"
        assert all(one.kind == "volunteered" for one in goal.wishes), "it is so from the start"


def test_a_wrong_assumption_is_false_of_the_film_it_is_said_of(made):
    for goal in of(made, "wrong_assumption"):
        assert goal.liked
        assert not set(goal.liked) & fulfilling(made, [goal.instead])
        title, words = made.item(goal.liked[0]).title, goal.instead.words
        assert Person(made, goal, 0).first_message().startswith(f"I loved {title}, the one {words}")
        assert goal.instead.limits not in [one.limits for one in goal.wishes]


def test_the_first_message_says_what_is_volunteered_and_nothing_else(made):
    for goal in drawn(made):
        first = Person(made, goal, 0).first_message()
        for wish in goal.wishes:
            assert (wish.words in first) == (wish.kind == "volunteered"), (first, wish)
        assert made.item(goal.target).title not in first
        told = goal.twist in ("impossible", "wrong_assumption")
        assert goal.instead is None or (goal.instead.words in first) == told


class Silent:
    """Shows nothing, asks nothing, and keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def say(self, message, picture=None):
        self.heard.append(message)
        return Reply(text="I know of nothing.", items=[])


def test_the_agent_hears_of_a_wish_only_when_it_is_said(made):
    for goal in goals(made, 3, 40):
        talk = Silent()
        for one in converse(made, goal, talk, 0):
            for wish in goal.wishes:
                assert wish in one.said or wish.words not in one.message or wish == goal.wishes[0]
        assert talk.heard and not any(made.item(goal.target).title in one for one in talk.heard)


@pytest.fixture
def lone(tmp_path):
    """Three people who each liked one film of twenty."""
    raw = [
        RawItem(f"x:{n}", str(n), f"Film {n}", "", {"kind": [f"K{n % 4}"], "tone": [f"T{n % 3}"]})
        for n in range(20)
    ]
    rows = {"line": [1, 2, 3], "user_id": ["a", "b", "c"], "item_id": ["1", "2", "3"],
            "value": ["5"] * 3, "timestamp": ["1"] * 3}  # fmt: skip
    met = iter([("x.csv", pl.DataFrame(rows))])
    about = About(title="Lone", source="a test")
    write_catalog(tmp_path / "lone", Source(about, iter(raw), met), Rejects())
    return Catalog.open(tmp_path / "lone")


def test_people_with_short_histories_do_where_nobody_has_a_long_one(lone):
    for seed in range(20):
        for goal in goals(lone, seed, 10):
            assert Person(lone, goal, seed).first_message()
            assert goal.twist != "wrong_assumption", "they have liked nothing else to be wrong of"


def test_whose_history_is_long_enough_is_as_their_profiles_say(made, films):
    for catalog in (made, films):
        users = catalog.interactions().select("user_id").unique().collect()["user_id"].sort()
        liked = {one: len(profile_of(catalog, one).liked) for one in users}
        for fewest in range(1, 30):
            assert keen(catalog, fewest) == [one for one in users if liked[one] >= fewest]


def test_without_people_there_are_no_goals(tmp_path):
    raw = [RawItem("x:1", "1", "Alone", "", {"kind": ["K"]})]
    source = Source(About(title="Empty", source="a test"), iter(raw), iter([]))
    write_catalog(tmp_path / "empty", source, Rejects())
    assert goals(Catalog.open(tmp_path / "empty"), 0, 10) == []
