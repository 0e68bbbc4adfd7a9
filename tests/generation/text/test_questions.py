import pytest
from tastemaker.errors import BadInputError
from tastemaker.generation.text.questions import asked_attributes, evidence, standing
from tastemaker.recommender.recommender import Recommender


def kinds(facts) -> list[str]:
    return [fact.source.split(":")[0] for fact in facts]


def test_why_is_answered_by_what_is_known_of_the_person(film_recommender: Recommender):
    for question in ("", "why?", "Why that one?", "how come", "convince me"):
        facts = evidence(film_recommender, "11", liked=["25", "13"], question=question)
        assert kinds(facts)[:2] == ["shared", "people"], question
        assert [fact.number for fact in facts] == list(range(1, len(facts) + 1))


def test_a_question_for_an_attribute_is_answered_by_it_and_by_how_it_stands(
    film_recommender: Recommender,
):
    facts = evidence(film_recommender, "11", liked=["25"], question="is it too long for tonight?")
    assert facts[0].source == "attribute:runtime" and facts[0].text.startswith("Running time: ")
    runtimes = film_recommender.catalog.items["runtime"].drop_nulls()
    own = film_recommender.catalog.item("11").attributes["runtime"]
    below, above = (runtimes < own).mean(), (runtimes > own).mean()
    share = round(100 * max(below, above))
    word = "longer" if below >= above else "shorter"
    assert (facts[1].source, facts[1].text) == (
        "standing:runtime",
        f"Running time: {word} than {share} of 100 films here.",
    )


def test_other_questions_bring_what_is_closest_in_meaning(film_recommender: Recommender):
    facts = evidence(film_recommender, "11", question="director")
    assert facts[0].source == "attribute:director"
    asked = evidence(film_recommender, "11", question="does it have a story?", limit=3)
    assert len(asked) == 3


def test_the_users_own_favourites_speak_where_nothing_was_named(film_recommender: Recommender):
    assert {"shared", "people"} & set(kinds(evidence(film_recommender, "11", user="u2")))
    assert not {"shared", "people", "similar"} & set(kinds(evidence(film_recommender, "11")))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("how long is it?", ["runtime"]),
        ("who made it?", ["director"]),
        ("when was it made?", ["year"]),
        ("which genre is it", ["genres"]),
        ("is it nice?", []),
    ],
)
def test_attributes_are_asked_for_by_name_and_cue(
    film_recommender: Recommender, question: str, names: list[str]
):
    assert [spec.name for spec in asked_attributes(film_recommender.catalog, question)] == names


def test_only_numbers_away_from_the_middle_have_a_standing(film_recommender: Recommender):
    catalog = film_recommender.catalog
    said = [
        standing(catalog, catalog.spec("runtime"), catalog.item(one)) for one in catalog.item_ids
    ]
    assert (
        "" in said
        and any("longer" in one for one in said)
        and any("shorter" in one for one in said)
    )
    assert standing(catalog, catalog.spec("genres"), catalog.item("11")) == ""


def test_an_unknown_item_is_an_error(film_recommender: Recommender):
    with pytest.raises(BadInputError, match="no item"):
        evidence(film_recommender, "nothing")
