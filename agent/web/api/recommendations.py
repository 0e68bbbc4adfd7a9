"""Recommendations for a person."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from ..guards.callers import CurrentCaller, TheService
from .bounds import MOST_LISTED, Whose
from .item_records import item_url
from .record import Record
from .responses import refusals

router = APIRouter(tags=["recommendations"])


class Recommendation(Record):
    """One recommended item."""

    rank: int
    """From 1."""
    item_id: str = Field(examples=["27"])
    """The item."""
    title: str = Field(examples=["Spirited Away"])
    """What it is called."""
    score: float
    """Comparable within one list."""
    channels: dict[str, float]
    """What each channel of the recommender gave it."""
    reason: str | None
    """Why, from the catalogue's facts; none when not asked for, or where there is no fact."""
    url: str = Field(examples=["/v1/items/27"])
    """Where it is had, relative to the server."""
    picture: str = Field(examples=["/v1/items/27/picture"])
    """Where its picture is had."""


class Recommendations(Record):
    """What suits a person, best first."""

    user: str = Field(examples=["ann"])
    """For whom."""
    known: bool
    """Whether the catalogue has a history of theirs; else what they said of items counts alone,
    and without that what many like."""
    items: list[Recommendation]
    """Fewer than asked for where fewer are left."""


@router.get("/v1/recommendations", summary="Recommend items", responses=refusals())
def recommend(
    user: Whose,
    caller: CurrentCaller,
    service: TheService,
    k: Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many.")] = 10,
    diversity: Annotated[
        float, Query(ge=0, le=1, description="0 the best items, 1 the least alike.")
    ] = 0.0,
    why: Annotated[bool, Query(description="With a reason made of facts for each.")] = False,
) -> Recommendations:
    """The best items that a person has not met: by their history in the catalogue and what they
    said of items; for a newcomer what many like."""
    from ....generation.recommending import recommended  # takes a second to import

    chats = service.chats
    person = chats.person(user, tenant=caller.tenant)
    taste = chats.taste(person)
    liked = [one for one in taste["liked"] if chats.catalog.row_of(one) is not None]
    found = recommended(
        chats.agent.resources.recommender, person.user, k,
        liked=liked, exclude=(*taste["disliked"], *taste["seen"]),
        diversity=diversity, why=why,
    )  # fmt: skip
    items = []
    for one in found:
        url = item_url(one.item_id)
        items.append(Recommendation(**one.model_dump(), url=url, picture=f"{url}/picture"))
    return Recommendations(user=user, known=person.user is not None, items=items)
