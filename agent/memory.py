"""Long-term memory: what a person liked, turned down or knows, across their threads."""

from typing import Any

from langgraph.store.base import BaseStore

from ..catalog.store import Catalog
from .reading.dialogue import Dialogue


def save_taste(store: BaseStore, catalog: str, user: str, dialogue: Dialogue) -> None:
    """Keep the person's taste as it stands in `dialogue` (which began with what was kept)."""
    taste = {"liked": dialogue.liked, "disliked": dialogue.disliked, "seen": dialogue.seen}
    store.put(_namespace(catalog, user), "taste", taste)


def recall(store: BaseStore, catalog: Catalog, user: str | None, dialogue: Dialogue) -> Dialogue:
    """The dialogue with what other threads of the same person taught; the newer word wins.

    Items that have left the catalogue since are forgotten.
    """
    item = store.get(_namespace(catalog.manifest.name, user), "taste") if user else None
    return _still_there(catalog, _joined(item.value, dialogue) if item else dialogue)


def _joined(taste: dict[str, Any], dialogue: Dialogue) -> Dialogue:
    kept = Dialogue.model_validate(taste)

    def joined(old: list[str], new: list[str], against: list[str]) -> list[str]:
        return list(dict.fromkeys(one for one in [*old, *new] if one in new or one not in against))

    return dialogue.model_copy(
        update={
            "liked": joined(kept.liked, dialogue.liked, dialogue.disliked),
            "disliked": joined(kept.disliked, dialogue.disliked, dialogue.liked),
            "seen": joined(kept.seen, dialogue.seen, []),
        }
    )


def _still_there(catalog: Catalog, dialogue: Dialogue) -> Dialogue:
    def known(items: list[str]) -> list[str]:
        return [one for one in items if catalog.row_of(one) is not None]

    lists = ("similar_to", "liked", "disliked", "seen", "shown", "ever_shown")
    update: dict[str, Any] = {name: known(getattr(dialogue, name)) for name in lists}
    update["focus"] = next(iter(known([dialogue.focus] if dialogue.focus else [])), None)
    return dialogue.model_copy(update=update)


def _namespace(catalog: str, user: str) -> tuple[str, ...]:
    # A label of a namespace may hold no point; ids of users and names of folders may.
    return ("taste", catalog.encode().hex(), user.encode("utf-8", "surrogatepass").hex())
