"""A client of the REST API, as measurements of serving use it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2

LONGEST_SECONDS = 120.0
"""That one answer may take."""


class Client:
    """Calls one server on this machine, as anybody."""

    def __init__(self, port: int) -> None:
        self._http = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            timeout=LONGEST_SECONDS,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=None),
            trust_env=False,
        )

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def status(self, path: str) -> int:
        """The status of a GET request."""
        return (await self._http.get(path)).status_code

    async def get(self, path: str, **query: str) -> Any:
        """What a GET request gives.

        Raises:
            httpx2.HTTPError: it fails, or is refused.
        """
        return (await self._http.get(path, params=query)).raise_for_status().json()

    async def post(self, path: str, **body: Any) -> Any:
        """What a POST request gives.

        Raises:
            httpx2.HTTPError: it fails, or is refused.
        """
        return (await self._http.post(path, json=body)).raise_for_status().json()

    async def start(self, user: str) -> str:
        """A new thread's id."""
        return (await self.post("/v1/threads", user=user))["id"]

    async def say(
        self, user: str, thread: str, message: str, turn: str | None = None
    ) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """The events of a turn: name and data.

        Raises:
            httpx2.HTTPError: the message is refused, or the connection is lost.
        """
        body = {"user": user, "message": message, "turn": turn}
        path = f"/v1/threads/{thread}/turns"
        async with self._http.stream("POST", path, json=body) as response:
            response.raise_for_status()
            name = ""
            async for line in response.aiter_lines():
                if line.startswith("event:"):
                    name = line.removeprefix("event:").strip()
                elif line.startswith("data:"):
                    yield name, json.loads(line.removeprefix("data:"))
