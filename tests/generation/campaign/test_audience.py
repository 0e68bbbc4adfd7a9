"""The films fall into four groups, and each person likes one of them."""

import pytest
from tastemaker.errors import BadInputError
from tastemaker.generation.campaign.audience import recipients, segments
from tastemaker.generation.campaign.brief import Audience, Items
from tastemaker.generation.campaign.items import items_for
from tastemaker.recommender.recommender import Recommender


def test_people_fall_into_their_four_groups(film_recommender: Recommender):
    found = segments(film_recommender, 4, seed=0)
    assert [one.id for one in found] == [f"segment:{n}" for n in range(1, 5)]
    assert sum(one.size for one in found) == 32
    groups = [{(int(film) - 1) // 10 for film in one.liked} for one in found]
    assert all(len(group) == 1 for group in groups), "what speaks for a segment is of one group"
    assert len(set.union(*groups)) == 4
    assert all(one.user is None and one.title for one in found)
    assert segments(film_recommender, 4, seed=0) == found


def test_more_segments_than_people(film_recommender: Recommender):
    with pytest.raises(BadInputError, match="cannot be cut into 40 segments: it has 32 people"):
        segments(film_recommender, 40, seed=0)


def test_people_by_what_they_like(film_recommender: Recommender):
    everyone = Audience.model_validate({"people": {"fewest_liked": 1}})
    found = list(recipients(film_recommender, everyone, 0))
    assert len(found) == 32 and all(one.user for one in found)
    few = Audience.model_validate({"people": {"fewest_liked": 1, "most": 3}})
    assert len(list(recipients(film_recommender, few, 0))) == 3


@pytest.mark.parametrize(
    ("audience", "said"),
    [
        ({"users": ["u1", "nobody"]}, "nobody"),
        ({"people": {"fewest_liked": 99}}, "Nobody of films"),
        ({"people": {"likes": {"genres": ["No such genre"]}}}, "No such genre"),
        ({"people": {"likes": {"colour": ["red"]}}}, "colour"),
    ],
)
def test_an_audience_that_is_not_there(film_recommender: Recommender, audience: dict, said: str):
    with pytest.raises(BadInputError, match=said):
        list(recipients(film_recommender, Audience.model_validate(audience), 0))


def test_items_are_recommended_fixed_or_of_a_kind(film_recommender: Recommender):
    [person] = recipients(film_recommender, Audience(users=["u1"]), 0)
    [segment, *_] = segments(film_recommender, 4, seed=0)
    best = items_for(film_recommender, Items(recommended=3))
    assert len(best(person)) == len(best(segment)) == 3
    assert not set(best(segment)) & set(segment.liked), "no news to them"
    assert items_for(film_recommender, Items(ids=["1", "2"]))(person) == ["1", "2"]
    genre = next(iter(film_recommender.catalog.spec("genres").vocabulary))
    found = items_for(film_recommender, Items(having={"genres": [genre]}, most=4))(person)
    assert 0 < len(found) <= 4
    for item in found:
        assert genre in film_recommender.catalog.item(item).attributes["genres"]


@pytest.mark.parametrize(
    ("items", "said"),
    [({"ids": ["no such film"]}, "no such film"), ({"having": {"genres": ["Opera"]}}, "Opera")],
)
def test_items_that_are_not_there(film_recommender: Recommender, items: dict, said: str):
    with pytest.raises(BadInputError, match=said):
        items_for(film_recommender, Items.model_validate(items))
