"""The figures of writers whose texts are known."""

import json

import pytest
from tastemaker.evals.bench_write import CLAIMS, Claim, measured
from tastemaker.generation.text.writer import Writer
from tastemaker.recommender.recommender import Recommender
from tastemaker.serving.deterministic import DeterministicChatModel


def figures(recommender: Recommender, text: str) -> dict[str, float]:
    model = DeterministicChatModel(
        respond=lambda messages, **kwargs: json.dumps(
            {"copy" if "copy" in str(kwargs["response_format"]) else "answer": text}
        )
    )
    report = measured(
        recommender, Writer(model, drafts=1),
        explanations=40, batch=10, alone=5, swaps=50, assets=6, fewest_liked=5,
    )  # fmt: skip
    return {row["figure"]: row["value"] for row in report.rows}


def test_a_writer_of_falsehoods_keeps_nothing_and_says_nothing_false(film_recommender):
    found = figures(film_recommender, "It won the Oscar for the best film of 2031.")
    assert found["explanations kept, not from the template"] == 0
    assert found["statements supported by its cited facts"] == 1
    assert found["statements supported by independent rules"] > 0.9
    assert found["passed copy within its channel's limits"] == 1
    assert found["LLM calls an explanation"] == 1
    assert found["sentences cut an explanation"] == 0  # of a draft that was taken


def test_a_writer_of_what_is_true_of_all_is_kept(film_recommender):
    found = figures(
        film_recommender, "It is a film of your taste. Its original language is English."
    )
    assert found["explanations kept, not from the template"] > 0.3
    assert found["distinct sentences of all"] < 0.9
    assert found["tokens an explanation, all drafts"] > 0
    assert 0 <= found["own text wins over one for nobody"] <= 1


@pytest.mark.parametrize("part", ["dev", "test"])
def test_the_planted_sentences_are_sound(part):
    path = CLAIMS.with_name(f"claims.{part}.jsonl")
    claims = [Claim.model_validate_json(line) for line in path.read_text().splitlines()]
    assert len({one.id for one in claims}) == len(claims)
    assert len({(one.title, one.sentence) for one in claims}) == len(claims)
    false = [one for one in claims if not one.true]
    assert len(false) == 200 and sum(one.subtle for one in false) * 3 >= len(false)
    assert sum(one.true for one in claims) >= 200
    for one in claims:
        assert one.sentence not in one.facts and 4 <= len(one.facts) <= 8
