"""Addresses that a server listens at."""

import errno
import ipaddress
import socket

from ...errors import BadInputError, BusyError


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        BadInputError: there is no such address here, or the port is kept for others.
        BusyError: the port is in use.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BusyError(
                f"Port {port} is in use; choose another one, such as `--port {port + 1}`."
            ) from error
        if error.errno == errno.EACCES:
            raise BadInputError(
                f"Port {port} is the administrator's; choose another one, such as `--port 8000`."
            ) from error
        raise BadInputError(f"{host} is no address of this machine; leave --host out.") from error
