"""Questions to a server over HTTP that never raise: is it healthy, is it busy, has it worked."""

import re
from dataclasses import dataclass
from http.client import HTTPException
from urllib.request import ProxyHandler, build_opener

import httpx2

_SAMPLE = re.compile(r"^vllm:(\w+?)(?:_total)?(?:\{[^}]*\})? ([0-9.eE+-]+)$", re.MULTILINE)
# Asked every other second, where a fresh httpx2 client would cost 20 ms each time.
_LOCAL = build_opener(ProxyHandler({}))
_WORKING = ("num_requests_running", "num_requests_waiting")
_WORKED = ("prompt_tokens", "generation_tokens", "request_success")


@dataclass(frozen=True)
class Activity:
    """What vLLM's /metrics says about its work."""

    requests: int
    """Requests running or waiting now."""
    worked: float
    """A sum of counters that changes when a request has been worked on."""


def healthy(root: str, seconds: float = 2.0) -> bool:
    """Whether `GET {root}/health` answers 200 in time."""
    return _get(f"{root}/health", seconds) is not None


def activity(root: str, seconds: float = 2.0) -> Activity | None:
    """The work of the server at `root`; none when it does not say."""
    text = _get(f"{root}/metrics", seconds)
    if text is None:
        return None
    sums: dict[str, float] = {}
    for name, value in _SAMPLE.findall(text):
        sums[name] = sums.get(name, 0.0) + float(value)
    return Activity(
        requests=int(sum(sums.get(name, 0.0) for name in _WORKING)),
        worked=sum(sums.get(name, 0.0) for name in _WORKED),
    )


def check_endpoint(base_url: str, api_key: str, seconds: float = 1.0) -> bool:
    """Whether an OpenAI-compatible endpoint lists its models within `seconds`."""
    try:
        answer = httpx2.get(
            f"{base_url.rstrip('/')}/models",
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=seconds,
        )
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return False
    return answer.status_code == 200


def _get(url: str, seconds: float) -> str | None:
    try:
        with _LOCAL.open(url, timeout=seconds) as answer:
            return answer.read().decode("utf-8", "replace")
    except (OSError, HTTPException):
        return None
