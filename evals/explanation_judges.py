"""What explanations are judged by: the catalogue's own record, and the words of what people like.

Neither is used by what writes them.
"""

import re

import numpy as np

from ..generation.text.explaining import Explanation
from ..recommender.profile import profile_of
from ..recommender.recommender import Recommender
from . import independent_rules


def ground_for(recommender: Recommender, one: Explanation) -> independent_rules.Ground:
    """What an explanation may say: the item's record and those of the items that it names."""
    others = [
        fact.source.partition(":")[2]
        for fact in one.facts
        if fact.source.startswith(("people:", "shared:", "similar:"))
    ]
    return independent_rules.ground_of(
        recommender.catalog, one.item_id, list(dict.fromkeys(others)), recommender.people
    )


def wins(recommender: Recommender, user: str, own: str, other: str, *, mean: bool = False) -> float:
    """Whether a text suits a person better than another text does; a tie counts a half."""
    mine, theirs = (fit(recommender, user, text, mean=mean) for text in (own, other))
    return 0.5 if mine == theirs else float(mine > theirs)


def fit(recommender: Recommender, user: str, text: str, *, mean: bool) -> float:
    """BM25 of a text with the user's liked items: the best match, or the mean per word."""
    catalog = recommender.catalog
    liked = profile_of(catalog, user).liked
    rows = [row for one in liked if (row := catalog.row_of(one)) is not None]
    allowed = np.zeros(len(catalog.item_ids), dtype=bool)
    allowed[rows] = True
    bare = re.sub(r"\[\d+\]", "", text)
    _, scores = recommender.words.search(bare, len(rows), allowed)
    if not len(scores):
        return 0.0
    total = scores.sum() / len(rows) / len(bare.split()) if mean else scores.max()
    return round(float(total), 9)
