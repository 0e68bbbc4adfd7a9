"""Questions to a server over HTTP that never raise: is it healthy, is it busy, has it worked."""

import re
from dataclasses import dataclass

import httpx

_SAMPLE = re.compile(r"^vllm:(\w+?)(?:_total)?(?:\{[^}]*\})? ([0-9.eE+-]+)$", re.MULTILINE)
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
    try:
        return httpx.get(f"{root}/health", timeout=seconds, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def activity(root: str, seconds: float = 2.0) -> Activity | None:
    """The work of the server at `root`; none when it does not say."""
    try:
        answer = httpx.get(f"{root}/metrics", timeout=seconds, trust_env=False)
    except httpx.HTTPError:
        return None
    if answer.status_code != 200:
        return None
    sums: dict[str, float] = {}
    for name, value in _SAMPLE.findall(answer.text):
        sums[name] = sums.get(name, 0.0) + float(value)
    return Activity(
        requests=int(sum(sums.get(name, 0.0) for name in _WORKING)),
        worked=sum(sums.get(name, 0.0) for name in _WORKED),
    )


def check_endpoint(base_url: str, api_key: str, seconds: float = 1.0) -> bool:
    """Whether an OpenAI-compatible endpoint lists its models within `seconds`."""
    try:
        answer = httpx.get(
            f"{base_url.rstrip('/')}/models",
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=seconds,
        )
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return answer.status_code == 200
