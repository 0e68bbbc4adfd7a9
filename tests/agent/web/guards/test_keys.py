"""API keys: shown once, kept as hashes, gone when revoked."""

from pathlib import Path

import pytest
from langgraph.store.base import BaseStore
from tastemaker.agent.web.guards.keys import FRESH_SECONDS, Keys
from tastemaker.errors import BadInputError, NotFoundError


def test_a_key_is_found_by_itself_alone(store: BaseStore) -> None:
    keys = Keys(store)
    assert not keys.in_use
    shown = keys.add("acme", requests_per_minute=7)
    key = keys.find(shown)
    assert key is not None and (key.tenant, key.requests_per_minute) == ("acme", 7)
    assert key.caller.tenant == "acme" and key.caller.key == key.id
    wrong = [
        "", "tm", "tm_", "tm__", f"tm_{key.id}", f"tm_{key.id}_", shown[:-1], f"{shown}x",
        shown.upper(), shown.replace("tm_", "xx_"), key.hash, f"tm_{key.id}_{key.hash}", "\ud800",
    ]  # fmt: skip
    assert [text for text in wrong if keys.find(text)] == []


def test_two_keys_are_not_mixed(store: BaseStore) -> None:
    keys = Keys(store)
    one, two = keys.add("acme"), keys.add("acme")
    secret = two.split("_", 2)[2]
    assert keys.find(f"tm_{one.split('_')[1]}_{secret}") is None
    assert len(secret) >= 43, "256 bits"


def test_the_secret_is_not_kept(store: BaseStore, tmp_path: Path) -> None:
    shown = Keys(store).add("acme")
    secret = shown.split("_", 2)[2].encode()
    assert not any(secret in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_a_revoked_key_stops_elsewhere_within_seconds(store: BaseStore) -> None:
    now = [0.0]
    here, there = Keys(store), Keys(store, clock=lambda: now[0])
    shown = here.add("acme")
    found = there.find(shown)
    assert found is not None
    here.revoke(found.id)
    assert here.find(shown) is None
    assert there.find(shown) is not None, "what was read a moment ago still counts"
    now[0] += FRESH_SECONDS
    assert there.find(shown) is None


def test_when_the_last_key_is_revoked_nobody_gets_in(store: BaseStore) -> None:
    keys = Keys(store)
    keys.add("acme")
    keys.revoke(keys.listed()[0].id)
    assert Keys(store).in_use
    assert keys.listed()[0].revoked is not None


@pytest.mark.parametrize("name", ["", "local", "Acme", "a b", "a.b", "a/b", "../x", "é", "a" * 41])
def test_names_of_tenants(store: BaseStore, name: str) -> None:
    with pytest.raises(BadInputError):
        Keys(store).add(name)
    assert Keys(store).listed() == []


def test_revoking_what_is_not_there(store: BaseStore) -> None:
    with pytest.raises(NotFoundError):
        Keys(store).revoke("nothing")
