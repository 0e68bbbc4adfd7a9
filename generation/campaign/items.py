"""What a campaign is about: the items for each recipient."""

from collections.abc import Callable

import numpy as np

from ...catalog.store import Catalog
from ...errors import BadInputError
from ...recommender.query import Query
from ...recommender.recommender import Recommender
from ..recommending import recommended
from ..text.commands import item_named
from .audience import Recipient
from .brief import Items

ItemsFor = Callable[[Recipient], list[str]]
"""The items of a recipient, best first."""


def items_for(recommender: Recommender, wanted: Items) -> ItemsFor:
    """How a brief's items are found.

    Raises:
        BadInputError: an item, an attribute or a value is not there, or no item is left.
    """
    catalog = recommender.catalog
    if wanted.recommended is not None:
        most = wanted.recommended
        return lambda recipient: _recommended(recommender, recipient, most)
    fixed = (
        [item_named(catalog, one) for one in wanted.ids]
        if wanted.ids
        else _having(catalog, wanted.having, wanted.most)
    )
    if not fixed:
        raise BadInputError(f"No item of {catalog.manifest.name} has all of the values asked for.")
    return lambda recipient: fixed


def _recommended(recommender: Recommender, recipient: Recipient, most: int) -> list[str]:
    """The recommender's best for a user; for a segment, what is like its items."""
    if recipient.user is not None and recommender.trained is not None:
        return [one.item_id for one in recommended(recommender, recipient.user, most)]
    if recipient.user is not None:
        return [one.item_id for one in recommender.candidates(Query(user=recipient.user), most)]
    # What a segment of people likes already is no news to them.
    known = set(recipient.liked) if recommender.catalog.manifest.users else set[str]()
    query = Query(similar_to=recipient.liked[:3], liked=recipient.liked)
    found = recommender.candidates(query, most + len(known))
    return [one.item_id for one in found if one.item_id not in known][:most]


def _having(catalog: Catalog, having: dict[str, list[str]], most: int) -> list[str]:
    fits = np.ones(catalog.manifest.items, dtype=bool)
    for name, values in having.items():
        known = catalog.spec(name).vocabulary
        missing = [value for value in values if value not in known]
        if missing:
            raise BadInputError(f"The attribute {name} has no value {missing[0]!r}.")
        wanted = set(values)
        column = catalog.items[name].to_list()
        fits &= np.array(
            [bool(wanted & set(one if isinstance(one, list) else [one])) for one in column]
        )
    rows = np.flatnonzero(fits).tolist()
    if catalog.manifest.users:
        met = catalog.interactions().group_by("item_id").len().collect()
        counts = dict(zip(met["item_id"], met["len"], strict=True))
        rows.sort(key=lambda row: (-counts.get(catalog.item_ids[row], 0), row))
    return [catalog.item_ids[row] for row in rows[:most]]
