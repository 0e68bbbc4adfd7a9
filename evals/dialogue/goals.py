"""Hidden goals: what a simulated person wants, from what a real one liked last.

The wishes are met by the item that a real user liked last; whether they are fulfilled is decided by
code over the catalogue, and any item counts that meets all of them and that the person does not
know. Nothing of a goal is told to the agent but what the person says.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict

from ...catalog.constraints import satisfies
from ...catalog.store import Catalog
from ...recommender.collaborative import ROUNDING
from ...recommender.profile import Profile, profile_of
from .wishes import Wish, wishes_met_by

Twist = Literal["none", "change_of_mind", "wrong_assumption", "impossible"]
TWISTS: tuple[Twist, ...] = ("none", "none", "change_of_mind", "wrong_assumption", "impossible")
"""In turns; two of five goals have none."""
LIKED = 20
"""Items that a real user must have liked."""
FEW, MANY = 3, 80
"""Items that fulfil a goal: fewer would be luck, more no task."""
TRIES = 60


class Goal(BaseModel):
    """What one simulated person wants."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """Unique among the goals of a seed."""
    owner: str
    """The real user whose history it comes from."""
    guest: bool
    """Whether the agent is not told who it is; then the person names what they liked."""
    liked: list[str]
    """Ids that the person names in the first message, from the owner's history."""
    target: str
    """The item that the owner liked last; it meets every wish."""
    wishes: list[Wish]
    """All of them, in the order in which they are told."""
    twist: Twist
    """What goes wrong on the way."""
    instead: Wish | None = None
    """With a change of mind: what replaces the first wish. With a wrong assumption: what the person
    wrongly believes of an item that they liked. With an impossible request: the wish that no item
    meets together with the others, and that the person gives up when told so."""


def goals(catalog: Catalog, seed: int, count: int) -> list[Goal]:
    """Goals of as many real users, the same for the same seed; fewer where the data is small."""
    draw = random.Random(f"goals {seed}")
    owners = keen(catalog, LIKED) or keen(catalog, 1)
    draw.shuffle(owners)
    found: list[Goal] = []
    for owner in owners:
        if len(found) == count:
            break
        if goal := _goal(catalog, owner, len(found), draw):
            found.append(goal)
    return found


def fulfilling(catalog: Catalog, wishes: Sequence[Wish]) -> set[str]:
    """Ids of the items that meet all wishes."""
    limits = [limit for wish in wishes for limit in wish.limits]
    rows = np.flatnonzero(satisfies(catalog, limits))
    return {catalog.item_ids[row] for row in rows}


def keen(catalog: Catalog, fewest: int) -> list[str]:
    """Users who liked so many items, as `profile_of` has it, in order; counted all at once."""
    value = pl.col("value")
    liked = value.is_null() | (value >= value.mean().over("user_id") - ROUNDING)
    counts = catalog.interactions().filter(liked).group_by("user_id")
    counts = counts.agg(liked=pl.col("item_id").n_unique()).filter(pl.col("liked") >= fewest)
    return counts.collect()["user_id"].sort().to_list()


def _goal(catalog: Catalog, owner: str, number: int, draw: random.Random) -> Goal | None:
    profile = profile_of(catalog, owner)
    guest = number % 2 == 1
    twist = TWISTS[number % len(TWISTS)]
    known = set(profile.known)
    for target in list(reversed(profile.liked))[:5]:
        for wishes in _drawn(catalog, target, draw):
            new = fulfilling(catalog, wishes) - known
            if not FEW <= len(new) <= MANY:
                continue
            others = [one for one in profile.favourites if one != target]
            named = others[:1] if twist == "wrong_assumption" else others[:2] if guest else []
            instead = _twisted(catalog, twist, wishes, profile, named, draw)
            if twist != "none" and instead is None:
                continue
            if twist == "impossible":  # it must be so by what is said at once
                wishes = [one.model_copy(update={"kind": "volunteered"}) for one in wishes]
            return Goal(
                id=f"{number:03d}", owner=owner, guest=guest, liked=named, target=target,
                wishes=wishes, twist=twist, instead=instead,
            )  # fmt: skip
    return None


def _drawn(catalog: Catalog, target: str, draw: random.Random) -> Iterator[list[Wish]]:
    """Two to four wishes that an item meets: the first ones are volunteered, the last is hidden."""
    for _ in range(TRIES // 5):
        met = wishes_met_by(catalog, catalog.item(target), draw)
        count = min(len(met), draw.choice((2, 2, 3, 3, 4)))
        if count < 2:
            return
        kinds = ("volunteered", "volunteered", "on_ask", "hidden")
        told = kinds[:2] if count == 2 else ("volunteered", *kinds[-(count - 1) :])
        told = ("volunteered", draw.choice(("on_ask", "hidden"))) if count == 2 else told
        yield [
            one.model_copy(update={"kind": kind})
            for one, kind in zip(met[:count], told, strict=True)
        ]


def _twisted(
    catalog: Catalog,
    twist: Twist,
    wishes: Sequence[Wish],
    profile: Profile,
    named: Sequence[str],
    draw: random.Random,
) -> Wish | None:
    """The wish that makes a twist of some wishes; none where none is found."""
    known = set(profile.known)
    for _ in range(TRIES if twist != "none" else 0):
        other = catalog.item(draw.choice(profile.liked))
        for wish in wishes_met_by(catalog, other, draw):
            same = wish.attribute == wishes[0].attribute and wish.limits != wishes[0].limits
            match twist:
                case "change_of_mind" if same:
                    new = fulfilling(catalog, [wish, *wishes[1:]]) - known
                    fits = FEW <= len(new) <= MANY
                case "impossible":
                    new = wish.attribute not in {one.attribute for one in wishes}
                    hard = [one for one in (*wishes, wish) if one.hard]
                    fits = new and wish.hard and not fulfilling(catalog, hard)
                case "wrong_assumption":
                    told = [one.limits for one in wishes]  # it must not tell a hidden one
                    fits = bool(named) and wish.limits not in told
                    fits = fits and not set(named) & fulfilling(catalog, [wish])
                case _:
                    fits = False
            if fits:
                return wish
    return None
