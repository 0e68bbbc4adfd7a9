import re

import polars as pl
import pytest
from tastemaker.catalog.constraints import Constraint
from tastemaker.catalog.records import AttributeSpec
from tastemaker.errors import BadInputError
from tastemaker.generation.text.facts import (
    SNIPPET_CHARS,
    as_dicts,
    attribute_sentence,
    gather_facts,
)
from tastemaker.generation.text.reasons import SPOKEN, telling, template_reason
from tastemaker.generation.text.verify import supported
from tastemaker.recommender.profile import profile_of
from tastemaker.recommender.query import Preference
from tastemaker.recommender.recommender import Recommender

IDS = [str(n) for n in range(1, 41)]
USERS = ["u1", "u2", "u3", "u4"]


def likers(recommender: Recommender) -> dict[str, set[str]]:
    """Who liked what, counted again from the interactions."""
    frame = recommender.catalog.interactions().collect()
    means = frame.group_by("user_id").agg(mean=pl.col("value").mean())
    liked = frame.join(means, on="user_id").filter(pl.col("value") >= pl.col("mean"))
    found: dict[str, set[str]] = {item: set() for item in recommender.catalog.item_ids}
    for user, item in liked.select("user_id", "item_id").iter_rows():
        found[item].add(user)
    return found


def cosines(recommender: Recommender, item_id: str) -> dict[str, float]:
    """Item -> how close its description is to another's."""
    catalog = recommender.catalog
    vectors = recommender.vectors.vectors(range(len(catalog.item_ids)))
    own = vectors[catalog.item_ids.index(item_id)]
    return dict(zip(catalog.item_ids, (vectors @ own).tolist(), strict=True))


def values(value) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


@pytest.mark.parametrize("user", USERS)
def test_every_fact_is_true(film_recommender: Recommender, user: str):
    catalog, people = film_recommender.catalog, likers(film_recommender)
    liked = profile_of(catalog, user).favourites
    kinds = set()
    for item_id in IDS:
        item = catalog.item(item_id)
        for fact in gather_facts(film_recommender, item_id, liked=liked, words="space", limit=99):
            kind, _, name = fact.source.partition(":")
            kinds.add(kind)
            assert fact.item_id == item_id and supported(fact.text, [fact.text])
            if kind == "attribute":
                spec, value = catalog.spec(name), item.attributes[name]
                said = fact.text.removeprefix(f"{spec.label}: ").removesuffix(".")
                if isinstance(value, float):
                    assert float(said.split(" ")[0]) == value and said.endswith(spec.unit or "")
                else:
                    assert set(said.split(", ")) <= set(values(value))
            elif kind == "shared":
                other = catalog.item(name)
                said = fact.text.removeprefix(f"In common with {other.title}: ").removesuffix(".")
                for one in said.split(", "):
                    assert any(
                        one in values(item.attributes.get(spec.name, []))
                        and one in values(other.attributes.get(spec.name, []))
                        for spec in catalog.manifest.attributes
                    )
                assert name in liked and name != item_id
            elif kind == "people":
                numbers = re.fullmatch(
                    r"Of (\d+) people who liked (.+), (\d+) liked this too\.", fact.text
                )
                assert numbers and numbers[2] == catalog.item(name).title
                assert int(numbers[1]) == len(people[name])
                assert int(numbers[3]) == len(people[name] & people[item_id])
            elif kind == "similar":
                assert fact.text == f"Close to {catalog.item(name).title} in content."
                assert name in liked and name != item_id
                likeness = cosines(film_recommender, item_id)
                assert fact.strength == pytest.approx(likeness[name], abs=0.01)
                assert likeness[name] >= sorted(likeness.values())[-2]  # itself is the nearest
            else:
                assert fact.text == f"Its description: “{item.text}”"
    assert kinds == {"attribute", "shared", "people", "similar", "text"}


def test_numbers_run_on_and_the_limit_holds(film_recommender: Recommender):
    facts = gather_facts(film_recommender, "22", liked=["23"], limit=5, start=7)
    assert [fact.number for fact in facts] == [7, 8, 9, 10, 11]
    assert gather_facts(film_recommender, "22", limit=0) == []
    assert [one["number"] for one in as_dicts(facts)] == [7, 8, 9, 10, 11]


def test_what_was_asked_for_comes_first(film_recommender: Recommender):
    facts = gather_facts(
        film_recommender,
        "18",
        liked=["16"],
        constraints=[Constraint(attribute="runtime", operator="below", bound=100)],
        wishes=[Preference(attribute="genres", values=("Thriller",))],
    )
    assert facts[0].text == "Running time: 98 minutes."
    assert facts[1].text == "Genre: Thriller, Crime, Drama."
    assert [fact.source.split(":")[0] for fact in facts[2:4]] == ["shared", "people"]
    assert len({fact.source for fact in facts}) == len(facts)


def test_the_order_depends_on_the_person(film_recommender: Recommender):
    for liked, other in (("25", "Aliens"), ("13", "Psycho")):
        facts = gather_facts(film_recommender, "11", liked=[liked])
        assert facts[0].source == f"shared:{liked}" and other in facts[0].text
    assert gather_facts(film_recommender, "11")[0].source.startswith("attribute:")
    assert gather_facts(film_recommender, "11", liked=["11"]) == gather_facts(
        film_recommender, "11"
    )


def test_the_sentence_that_the_person_asked_about_is_quoted(small_text):
    facts = gather_facts(small_text, "1", words="Which one has a ROBOT in it?")
    assert facts[-1].text == "Its description: “The robot wakes up!”"
    assert gather_facts(small_text, "1")[-1].text == "Its description: “It is quiet.”"
    long = gather_facts(small_text, "2")[-1].text
    assert long.endswith("…”") and len(long) < SNIPPET_CHARS + 25
    assert gather_facts(small_text, "3") == []


@pytest.fixture
def small_text(tmp_path, cache) -> Recommender:
    from tastemaker.catalog.records import About
    from tastemaker.catalog.rejects import Rejects
    from tastemaker.catalog.source import RawItem, Source
    from tastemaker.catalog.store import Catalog
    from tastemaker.catalog.writer import write_catalog
    from tastemaker.recommender.hashing_encoder import HashingEncoder

    texts = ("It is quiet. The robot wakes up! All is well?", "word " * 100, "")
    items = [RawItem(f"t:{n}", str(n), f"Item {n}", text) for n, text in enumerate(texts, 1)]
    source = Source(About(title="T", source="t"), iter(items), iter(()))
    write_catalog(tmp_path / "texts", source, Rejects())
    return Recommender.open(Catalog.open(tmp_path / "texts"), HashingEncoder())


def test_an_item_without_anything_has_no_facts(film_recommender: Recommender):
    assert gather_facts(film_recommender, "40", liked=IDS, words="anything") == []


def test_an_unknown_item_is_an_error(film_recommender: Recommender):
    with pytest.raises(BadInputError, match="no item"):
        gather_facts(film_recommender, "nothing")


def test_few_people_say_nothing(film_recommender: Recommender):
    people = likers(film_recommender)
    for item_id in IDS:
        for fact in gather_facts(film_recommender, item_id, liked=["20"], limit=99):
            if fact.source == "people:20":
                assert len(people["20"] & people[item_id]) >= 3


def spec(**given) -> AttributeSpec:
    base = {"name": "a", "kind": "multi", "label": "A", "unit": None, "cues": [], "vocabulary": {},
            "vocabulary_size": 0, "low": None, "high": None, "coverage": 1.0}  # fmt: skip
    return AttributeSpec.model_validate({**base, **given})


def test_attribute_sentences():
    number = spec(kind="numeric", unit="dollars")
    assert attribute_sentence(number, 237_000_001.0, set()) == "A: 237000001 dollars."
    assert attribute_sentence(spec(kind="numeric"), 3.9, set()) == "A: 3.9."
    assert attribute_sentence(spec(kind="categorical"), "French", set()) == "A: French."
    tags = spec(vocabulary={"robot": 9, "mine": 1, "Odd": 1, "cat": 2, "dog": 2})
    listed = ["robot", "mine", "Odd", "cat", "dog"]
    assert attribute_sentence(tags, listed, set()) == "A: robot, Odd, cat."
    assert attribute_sentence(tags, listed, {"dog"}) == "A: dog, robot, Odd."
    assert attribute_sentence(tags, ["mine"], set()) == ""


def test_reasons_are_made_of_facts(film_recommender: Recommender):
    facts = gather_facts(film_recommender, "11", liked=["25", "13"])
    order = [fact.source.split(":")[0] for fact in telling(facts)]
    assert order[:2] == ["people", "shared"] and set(order[2:]) <= {"similar", "attribute", "text"}
    said = re.findall(r"\[(\d+)\]", template_reason(facts))
    assert len(said) == SPOKEN and all(f"{facts[int(n) - 1].text} [{n}]" for n in said)
    assert template_reason([]) == ""
    only_year = [fact for fact in facts if fact.source == "attribute:year"]
    assert template_reason(only_year) == f"Year: 1979. [{only_year[0].number}]"
