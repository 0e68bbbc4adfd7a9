"""`explain` and `write` with the real embedded LLM over real films, through the command line."""

import json
import subprocess
import sys

import pytest
from tastemaker.generation.text.verify import supported


def tastemaker(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from tastemaker.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        timeout=550,
    )


@pytest.mark.embedded
@pytest.mark.packs
@pytest.mark.timeout(600)
def test_an_explanation_cites_what_it_says():
    done = tastemaker("explain", "--user", "7", "--item", "Toy Story", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["llm_calls"] == 1 and len(found["drafts"]) == 4 and found["personal"]
    facts = {fact["number"]: fact["text"] for fact in found["facts"]}
    assert found["statements"]
    for one in found["statements"]:
        bare = one["text"].replace("Toy Story", "it")
        assert supported(bare, [*(facts[number] for number in one["facts"]), "film"]), one


@pytest.mark.embedded
@pytest.mark.packs
@pytest.mark.timeout(600)
def test_a_push_message_is_within_its_limits():
    done = tastemaker("write", "--user", "7", "--item", "1", "--channel", "push", "--json")
    assert done.returncode == 0, done.stderr
    asset = json.loads(done.stdout)
    assert asset["passed"] and asset["title"] == "Toy Story" and asset["llm_calls"] == 1
    assert [piece["field"] for piece in asset["pieces"]] == ["title", "body"]
    for piece in asset["pieces"]:
        assert 0 < len(piece["text"]) == piece["chars"] <= piece["limit"]
