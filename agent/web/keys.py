"""API keys: drawn here, shown once, kept as hashes, each of a tenant."""

from langgraph.store.base import BaseStore


class Keys:
    """The API keys in the database."""

    def __init__(self, store: BaseStore) -> None:
        self._store = store
