"""An agent of a few lines, to hold others against: BM25 over titles, attributes and descriptions.

    tastemaker eval run dialogue --agent examples.keyword_agent:answer --out runs/keyword

It gets the whole dialogue each time, as a chat endpoint does, and says which items it shows.
"""

from functools import cache

import numpy as np
from tastemaker.catalog.store import resolve_catalog
from tastemaker.recommender.documents import lexical_document
from tastemaker.recommender.lexical import LexicalIndex

SHOWN = 5
catalog = resolve_catalog("movies")


@cache
def index() -> LexicalIndex:
    """Built at the first question."""
    items = map(catalog.item, catalog.item_ids)
    return LexicalIndex.build([lexical_document(one) for one in items])


def answer(messages: list[dict[str, str]], user: str | None) -> dict:
    """Five films that share most words with what the person has said so far."""
    said = " ".join(one["content"] for one in messages if one["role"] == "user")
    everything = np.ones(len(catalog.item_ids), dtype=bool)
    rows, _ = index().search(said, SHOWN, everything)
    titles = [catalog.titles[row] for row in rows]
    lines = [f"{rank}. {title}" for rank, title in enumerate(titles, 1)]
    return {"text": "\n".join(lines), "items": [catalog.item_ids[row] for row in rows]}


answer.model = "BM25"
