"""The server process: who may be let in, and what is loaded before the app is there."""

import subprocess
import sys

import pytest
from tastemaker.agent.web.guards.keys import Keys
from tastemaker.agent.web.serving import check_public
from tastemaker.agent.web.sockets import is_loopback
from tastemaker.errors import BadInputError


def test_a_network_is_let_in_with_keys_only(store) -> None:
    keys = Keys(store)
    for host in ("127.0.0.1", "127.0.0.9", "::1", "localhost"):
        assert is_loopback(host)
        check_public(host, keys)
    for host in ("0.0.0.0", "::", "192.0.2.1", "chat.example", ""):
        with pytest.raises(BadInputError, match="tastemaker keys add"):
            check_public(host, keys)
    keys.add("acme")
    check_public("0.0.0.0", keys)


def test_the_app_is_loaded_without_the_agent() -> None:
    """Or the first page waits for seconds more."""
    slow = {"torch", "faiss", "openai", "langgraph.graph", "bm25s"}
    code = f"import sys, tastemaker.agent.web.app; print({slow} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "set()", done.stdout + done.stderr
