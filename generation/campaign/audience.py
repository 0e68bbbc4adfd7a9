"""Who a campaign speaks to: users, or segments of like taste."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ...catalog.store import Catalog
from ...errors import BadInputError
from ...recommender.item_vectors import text_vectors
from ...recommender.profile import profile_of
from ...recommender.recommender import Recommender
from ..recommending import check_user
from .brief import Audience, People

SPEAKING = 12
"""Items that speak for a segment."""
_TENTH = 0.1
_NAMED = 3


class Recipient(BaseModel):
    """One that assets are made for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """`user:7`, `segment:3`."""
    title: str
    """Shown to people."""
    user: str | None = None
    """The catalogue's user; none for a segment."""
    liked: tuple[str, ...] = ()
    """Items that speak for a segment."""
    size: int = 1
    """People, or items where there are no people, that it stands for."""


def recipients(recommender: Recommender, audience: Audience, seed: int) -> Iterator[Recipient]:
    """Everybody that a campaign is for, in a fixed order.

    Raises:
        BadInputError: a user or a value is not there, or nobody is left.
    """
    catalog = recommender.catalog
    if audience.users:
        for user in audience.users:
            check_user(catalog, user)
        yield from (_of_user(user) for user in audience.users)
    elif audience.people is not None:
        found = _people(catalog, audience.people)
        if not found:
            raise BadInputError(
                f"Nobody of {catalog.manifest.name} is in the audience: ask for fewer liked items"
                " (fewest_liked) or other values (likes)."
            )
        yield from (_of_user(user) for user in found)
    else:
        assert audience.segments is not None
        yield from segments(recommender, audience.segments, seed)


def segments(recommender: Recommender, count: int, seed: int) -> list[Recipient]:
    """Groups of like taste (k-means, Lloyd 1982, over unit vectors), the largest first.

    A person's vector is the mean of what they liked; where a catalogue has no people, the items
    themselves are grouped, and a segment stands for those who like such items.
    """
    from sklearn.cluster import KMeans

    catalog = recommender.catalog
    vectors, _ = text_vectors(catalog, recommender.encoder)
    users = _users(catalog)
    liked = [recommender.rows(profile_of(catalog, user).favourites) for user in users]
    points = (
        np.stack([_unit(vectors[rows].mean(0)) for rows in liked if rows]) if users else vectors
    )
    if len(points) < count:
        raise BadInputError(
            f"{catalog.manifest.name} cannot be cut into {count} segments: it has {len(points)}"
            f" {'people' if users else 'items'}."
        )
    groups = KMeans(count, random_state=seed).fit_predict(points)
    found = []
    for group in range(count):
        members = np.flatnonzero(groups == group)
        if users:
            known = [rows for rows in liked if rows]
            counts = Counter(row for at in members for row in known[at])
            everyone = Counter(row for rows in known for row in rows)
            # What a segment likes beyond what everybody does, not what is popular everywhere.
            gain = {row: n / len(members) - everyone[row] / len(known) for row, n in counts.items()}
            rows = sorted(gain, key=lambda row: (-gain[row], row))[:SPEAKING]
        else:
            near = vectors[members] @ _unit(vectors[members].mean(0))
            rows = members[np.argsort(-near, kind="stable")[:SPEAKING]].tolist()
        found.append(_segment(catalog, rows, len(members)))
    found.sort(key=lambda one: (-one.size, one.title))
    return [one.model_copy(update={"id": f"segment:{n}"}) for n, one in enumerate(found, 1)]


def _segment(catalog: Catalog, rows: Sequence[int], size: int) -> Recipient:
    ids = [catalog.item_ids[row] for row in rows]
    shares: defaultdict[str, float] = defaultdict(float)
    for item_id in ids:
        for name, value in catalog.item(item_id).attributes.items():
            spec = catalog.spec(name)
            if spec.kind in ("categorical", "multi"):
                listed = value if isinstance(value, list) else [str(value)]
                for one in listed:
                    shares[one] += 1 - spec.vocabulary.get(one, 0) / catalog.manifest.items
    named = ", ".join(sorted(shares, key=lambda name: -shares[name])[:_NAMED])
    return Recipient(id="", title=named or catalog.item(ids[0]).title, liked=tuple(ids), size=size)


def _of_user(user: str) -> Recipient:
    return Recipient(id=f"user:{user}", title=f"user {user}", user=user)


def _people(catalog: Catalog, wanted: People) -> list[str]:
    for name, values in wanted.likes.items():
        known = catalog.spec(name).vocabulary
        missing = [value for value in values if value not in known]
        if missing:
            raise BadInputError(f"The attribute {name} has no value {missing[0]!r}.")
    found = []
    for user in _users(catalog):
        favourites = profile_of(catalog, user).favourites
        if len(favourites) >= wanted.fewest_liked and _fits(catalog, favourites, wanted.likes):
            found.append((-len(favourites), user))
    return [user for _, user in sorted(found)[: wanted.most]]


def _fits(catalog: Catalog, favourites: list[str], likes: dict[str, list[str]]) -> bool:
    for name, values in likes.items():
        having = 0
        for item_id in favourites:
            value = catalog.item(item_id).attributes.get(name)
            having += bool(set(value if isinstance(value, list) else [value]) & set(values))
        if having < _TENTH * len(favourites) or not having:
            return False
    return True


def _users(catalog: Catalog) -> list[str]:
    if not catalog.manifest.users:
        return []
    return sorted(catalog.interactions().select("user_id").unique().collect()["user_id"].to_list())


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
