"""Long-term memory: what a person liked, turned down or knows, across their threads."""

from langgraph.store.base import BaseStore

from .reading.dialogue import Dialogue


def save_taste(store: BaseStore, catalog: str, user: str, dialogue: Dialogue) -> None:
    """Keep the person's taste as it stands in `dialogue` (which began with what was kept)."""
    taste = {"liked": dialogue.liked, "disliked": dialogue.disliked, "seen": dialogue.seen}
    store.put(_namespace(catalog, user), "taste", taste)


def recall(store: BaseStore, catalog: str, user: str | None, dialogue: Dialogue) -> Dialogue:
    """The dialogue with what other threads of the same person taught; the newer word wins."""
    item = store.get(_namespace(catalog, user), "taste") if user else None
    if item is None:
        return dialogue
    kept = Dialogue.model_validate(item.value)

    def joined(old: list[str], new: list[str], against: list[str]) -> list[str]:
        return list(dict.fromkeys(one for one in [*old, *new] if one in new or one not in against))

    return dialogue.model_copy(
        update={
            "liked": joined(kept.liked, dialogue.liked, dialogue.disliked),
            "disliked": joined(kept.disliked, dialogue.disliked, dialogue.liked),
            "seen": joined(kept.seen, dialogue.seen, []),
        }
    )


def _namespace(catalog: str, user: str) -> tuple[str, ...]:
    # A label of a namespace may hold no point; ids of users and names of folders may.
    return ("taste", catalog.encode().hex(), user.encode("utf-8", "surrogatepass").hex())
