from pathlib import Path

import pytest
from tastemaker.errors import BadInputError
from tastemaker.generation.campaign.brief import Brief
from tastemaker.generation.campaign.estimating import (
    check_budget,
    estimate,
    learn_rates,
    read_rates,
    read_tokens,
)


def brief(**budget: float) -> Brief:
    return Brief.model_validate(
        {
            "name": "spring", "catalog": "films", "audience": {"users": ["u1"]},
            "items": {"recommended": 2},
            "assets": {"copy": ["push", "sms"], "images": ["square"], "variants": 3},
            "budget": budget,
        }
    )  # fmt: skip


def test_assets_are_counted_by_kind(cache: Path):
    found = estimate(brief(), pairs=10, recipients=5)
    assert found.by_kind == {"copy": 20, "image": 30} and found.assets == 50
    assert found.seconds > 0 and found.tokens > 0 and found.bytes > 0


def test_a_budget_that_is_too_small_says_what_would_fit(cache: Path):
    found = estimate(brief(), pairs=10, recipients=5)
    check_budget(brief(assets=50), found)
    with pytest.raises(BadInputError, match="2 recipients would fit, or 20 assets"):
        check_budget(brief(assets=20), found)
    with pytest.raises(BadInputError, match=r"0\.001 hours is too small"):
        check_budget(brief(hours=0.001), found)
    with pytest.raises(BadInputError, match="tokens"):
        check_budget(brief(tokens=1), found)


def test_rates_move_towards_what_runs_took(cache: Path):
    before = read_rates()
    learn_rates({"image": 5}, 1.0, 0)
    assert read_rates() == before, "too few to tell"
    for _ in range(20):
        learn_rates({"image": 50, "copy": 50}, 500.0, 4_000)
    foreseen = 50 * read_rates()["image"] + 50 * read_rates()["copy"]
    assert foreseen == pytest.approx(500, rel=0.01)
    assert read_rates()["explanation"] == before["explanation"]
    assert read_tokens() == pytest.approx(80, rel=0.01)
