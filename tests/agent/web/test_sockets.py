"""Addresses that a server listens at."""

import socket

import pytest
from tastemaker.agent.web.sockets import listening
from tastemaker.errors import BadInputError, BusyError


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BusyError, match=f"--port {port + 1}"):
            listening("127.0.0.1", port)
    with pytest.raises(BadInputError, match="no address of this machine"):
        listening("192.0.2.1", 0)
    with pytest.raises(BadInputError):
        listening("nowhere.invalid", 0)
