import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.agent.reading.marks import SIGNS
from tastemaker.errors import BadInputError
from tastemaker.teaching.messages import UNMARKED, read_messages

BREAKS = "[]\t\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters=BREAKS), min_size=1)


def written(tmp_path: Path, line: str) -> Path:
    path = tmp_path / "messages.tsv"
    path.write_text(line, encoding="utf-8")
    return path


def test_marks_are_read_in_order_and_the_text_is_whole(tmp_path):
    line = "recommend\tfilm\t[+funny] or [+sad], no [-gore], [#under 2 hours]; [seen:it]"
    (message,) = read_messages(written(tmp_path, line))
    assert message.text == "funny or sad, no gore, under 2 hours; it"
    assert message.marks().said() == {
        "want": ["funny", "sad"],
        "avoid": ["gore"],
        "limits": ["under 2 hours"],
        "seen": ["it"],
        "intent": "recommend",
    }


@pytest.mark.parametrize(
    "line", ["hurry\tfilm\tx", "recommend\tfilm", "recommend\t\tx", "recommend\tfilm\t[+a", "x"]
)
def test_a_line_that_is_wrong_is_named(tmp_path, line):
    with pytest.raises(BadInputError, match=r"messages\.tsv:1"):
        read_messages(written(tmp_path, line))


@given(st.lists(st.tuples(st.sampled_from(list(SIGNS)), PLAIN, PLAIN), min_size=1, max_size=5))
def test_any_marked_text_comes_back(tmp_path_factory, parts):
    marked = "".join(f"[{sign}{inside}]{after}" for sign, inside, after in parts)
    path = written(tmp_path_factory.mktemp("m"), f"ask\tbook\t{marked}")
    (message,) = read_messages(path)
    assert message.text == "".join(inside + after for _, inside, after in parts)
    marks = message.marks()
    for sign, inside, _ in parts:
        assert inside in getattr(marks, SIGNS[sign])


def test_every_message_that_ships_can_be_read_and_none_is_of_the_suite():
    messages = [*read_messages(), *read_messages(UNMARKED)]
    assert len(messages) > 7_000
    suite = Path(__file__).parents[2] / "evals" / "data" / "requests"
    lines = [line for path in suite.glob("*.jsonl") for line in path.read_text().splitlines()]
    held_out = {plain(turn["message"]) for line in lines for turn in json.loads(line)["turns"]}
    assert len(held_out) > 500
    assert not [one.text for one in messages if plain(one.text) and plain(one.text) in held_out]


def plain(text: str) -> str:
    """Without case and punctuation."""
    return " ".join(re.findall(r"\w+", text.lower()))
