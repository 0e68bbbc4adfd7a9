"""What a campaign will take, from rates that earlier runs on this machine had."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ...errors import BadInputError
from ...files import cache_dir, replacing_file
from .brief import Brief
from .jobs import Kind, jobs_per_pair

FIRST: dict[Kind, float] = {"copy": 0.5, "explanation": 0.5, "image": 3.0}
"""Seconds an asset on two CPU cores, where nothing was measured yet."""
TOKENS = 260.0
"""Of the language model for a text, likewise: channels of one item share drafts."""
BYTES: dict[Kind, int] = {"copy": 3_000, "explanation": 4_000, "image": 450_000}
"""Of an asset and its report."""
_WEIGHT = 0.7
_ENOUGH = 20


class Estimate(BaseModel):
    """What is foreseen."""

    model_config = ConfigDict(extra="forbid")

    recipients: int
    """People or segments."""
    assets: int
    """All of them."""
    by_kind: dict[str, int]
    """Kind -> assets."""
    seconds: float
    """On this machine, as measured so far."""
    tokens: int
    """Of the language model."""
    bytes: int
    """On the disk."""


def estimate(brief: Brief, pairs: int, recipients: int) -> Estimate:
    """What `pairs` of recipient and item will take."""
    rates = read_rates()
    counts: dict[Kind, int] = {
        kind: pairs * each for kind, each in jobs_per_pair(brief).items() if each
    }
    writes = brief.language_model
    return Estimate(
        recipients=recipients,
        assets=sum(counts.values()),
        by_kind={str(kind): count for kind, count in counts.items()},
        seconds=round(sum(n * rates[kind] for kind, n in counts.items()), 1),
        tokens=round(sum(n for kind, n in counts.items() if kind != "image") * read_tokens())
        if writes
        else 0,
        bytes=sum(n * BYTES[kind] for kind, n in counts.items()),
    )


def check_budget(brief: Brief, foreseen: Estimate) -> None:
    """Refuse what does not fit, and say what would.

    Raises:
        BadInputError: the budget is too small.
    """
    budget = brief.budget
    for limit, value, unit in (
        (budget.assets, foreseen.assets, "assets"),
        (budget.hours, foreseen.seconds / 3600, "hours"),
        (budget.tokens, foreseen.tokens, "tokens"),
    ):
        if limit is not None and value > limit:
            share = limit / value
            raise BadInputError(
                f"The budget of {limit:g} {unit} is too small: {foreseen.assets:,} assets for"
                f" {foreseen.recipients:,} recipients need {value:,.4g}. About"
                f" {int(foreseen.recipients * share):,} recipients would fit, or"
                f" {int(foreseen.assets * share):,} assets."
            )


def read_rates() -> dict[Kind, float]:
    """Seconds an asset of each kind."""
    measured = _measured()
    return {kind: float(measured.get(kind, first)) for kind, first in FIRST.items()}


def read_tokens() -> float:
    """Tokens of the language model for a text."""
    return float(_measured().get("tokens", TOKENS))


def learn_rates(made: Mapping[str, int], seconds: float, tokens: int) -> None:
    """Scale the rates towards what a run took, when it made enough to tell."""
    rates = read_rates()
    foreseen = sum(made.get(kind, 0) * rate for kind, rate in rates.items())
    if sum(made.values()) < _ENOUGH or not foreseen:
        return
    factor = (seconds / foreseen) ** _WEIGHT
    rates = {kind: rate * factor if made.get(kind) else rate for kind, rate in rates.items()}
    texts = sum(count for kind, count in made.items() if kind != "image")
    a_text = read_tokens()
    if tokens and texts >= _ENOUGH:
        a_text *= (tokens / texts / a_text) ** _WEIGHT
    with replacing_file(_file()) as temporary:
        temporary.write_text(json.dumps({**rates, "tokens": a_text}), encoding="utf-8")


def _measured() -> dict[str, float]:
    file = _file()
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _file() -> Path:
    return cache_dir() / "campaign-rates.json"
