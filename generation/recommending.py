"""Recommendations for a user of a catalogue, with reasons made of facts."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ..catalog.store import Catalog, resolve_catalog
from ..errors import BadInputError
from ..packages import Progress, silent
from ..recommender.diversity import maximal_marginal_relevance
from ..recommender.histories import Histories
from ..recommender.item_features import item_features
from ..recommender.profile import profile_of
from ..recommender.query import Query
from ..recommender.recommender import Recommender
from ..recommender.shipped import is_trained, open_recommender
from ..recommender.text_encoder import TextEncoder
from ..recommender.trained import DIVERSIFIED, Ranked, not_trained
from ..serving.models import resolve_model
from ..settings import load_settings
from .text.facts import gather_facts
from .text.reasons import template_reason


class Recommended(BaseModel):
    """One recommended item."""

    model_config = ConfigDict(extra="forbid")

    rank: int
    """From 1."""
    item_id: str
    """The item."""
    title: str
    """Its title."""
    score: float
    """Comparable within one list."""
    channels: dict[str, float]
    """What each channel added to the score."""
    reason: str | None = None
    """Why, from the catalogue's facts; none when not asked for, or where there is no fact."""


def open_for(name: str | None, progress: Progress = silent, user: str | None = None) -> Recommender:
    """The recommender of a catalogue, with its trained part.

    Raises:
        BadInputError: no such catalogue, or it changed after the training; or it does not know the
            `user`, where one is given, which is said before anything is opened.
        MissingError: no recommender was trained for it.
    """
    settings = load_settings()
    catalog = resolve_catalog(name or settings.catalog, progress)
    if not is_trained(catalog):  # said before the encoders are fetched
        raise not_trained(catalog)
    if user is not None:
        check_user(catalog, user)
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    features = partial(item_features, catalog, encoder, settings.image_encoder, progress)
    trained = open_recommender(catalog, features, progress)
    return Recommender.open(catalog, encoder, progress, trained)


def recommended(
    recommender: Recommender,
    user: str | None,
    k: int,
    *,
    liked: Sequence[str] = (),
    exclude: Sequence[str] = (),
    diversity: float = 0.0,
    why: bool = False,
) -> list[Recommended]:
    """The best `k` items that a person has not met; fewer when fewer are left.

    Args:
        user: whose history in the catalogue counts; none: a guest, who has none.
        liked: what else the person said they like, oldest first.
        exclude: what must not come back beside all that.

    Raises:
        BadInputError: the catalogue does not know the user, or they have met every item.
    """
    catalog = recommender.catalog
    if user is not None:
        check_user(catalog, user)
    profile = profile_of(catalog, user)
    met = (*profile.known, *liked, *exclude)
    allowed = recommender.allowed((), met)
    if not allowed.any():
        who = "This person" if user is None else f"The user {user!r}"
        raise BadInputError(f"{who} has met every item of {catalog.manifest.name}.")
    if recommender.trained is not None:
        history = Histories.of_person(catalog, user, liked)
        ranked = recommender.trained.rank(history, k, allowed, diversity, recommender.vectors)
    else:
        query = Query(user=user, liked=(*profile.liked, *liked), exclude=met)
        ranked = _untrained(recommender, query, k, diversity)
    telling = [*reversed(liked), *profile.favourites]
    found = []
    for rank, one in enumerate(ranked, 1):
        item_id = catalog.item_ids[one.row]
        reason = None
        if why:
            reason = template_reason(gather_facts(recommender, item_id, liked=telling)) or None
        found.append(
            Recommended(
                rank=rank,
                item_id=item_id,
                title=catalog.titles[one.row],
                score=round(one.score, 4),
                channels={name: round(share, 4) for name, share in one.channels.items()},
                reason=reason,
            )
        )
    return found


def _untrained(recommender: Recommender, query: Query, k: int, diversity: float) -> list[Ranked]:
    """The same where no recommender was trained: by content and by who liked what."""
    found = recommender.candidates(query, k * DIVERSIFIED if diversity else k)
    rows = recommender.rows([one.item_id for one in found])
    order: NDArray[np.int64] = np.arange(len(rows))
    if diversity:
        scores = np.array([one.score for one in found])
        alike = recommender.vectors.vectors(rows)
        order = maximal_marginal_relevance(scores, alike, k, 1 - diversity)
    return [Ranked(rows[at], found[at].score, found[at].channels) for at in order.tolist()]


def check_user(catalog: Catalog, user: str) -> None:
    """Refuse a user that the catalogue does not know.

    Raises:
        BadInputError: the user is not there.
    """
    if not catalog.has_user(user):
        raise BadInputError(
            f"The catalogue {catalog.manifest.name} does not know the user {user!r}"
            f" (it has {catalog.manifest.users:,} users)."
        )
