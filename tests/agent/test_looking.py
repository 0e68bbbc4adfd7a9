"""Pictures on their way to the model: in order, small, inline; and what it may answer."""

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image
from tastemaker.agent.looking import (
    EDGE,
    LETTERS,
    SHOWS_CHARS,
    choice_schema,
    messages_of,
    pick_schema,
    picture_part,
    shows_schema,
)
from tastemaker.errors import BadInputError
from tastemaker.prompts import render


@pytest.fixture
def painted(tmp_path: Path) -> dict[str, Path]:
    """One picture of each colour, wider than what is sent."""
    paths = {colour: tmp_path / f"{colour}.png" for colour in ("red", "lime", "blue")}
    for colour, path in paths.items():
        Image.new("RGB", (EDGE * 3, EDGE * 2), colour).save(path)
    return paths


def sent(part: dict[str, Any]) -> Image.Image:
    """The picture of a part, as an endpoint decodes it."""
    assert set(part) == {"type", "image_url"} and part["type"] == "image_url"
    kind, data = part["image_url"]["url"].split(";base64,")
    image = Image.open(BytesIO(base64.b64decode(data, validate=True)))
    assert (kind, image.format, image.mode) == ("data:image/jpeg", "JPEG", "RGB")
    return image


def colour(part: dict[str, Any]) -> str:
    pixel = sent(part).getpixel((5, 5))
    assert isinstance(pixel, tuple)
    return ("red", "lime", "blue")[pixel.index(max(pixel))]


def test_a_picture_is_sent_small_and_inline(painted: dict[str, Path]):
    image = sent(picture_part(painted["blue"]))
    assert image.size == (EDGE, EDGE * 2 // 3)
    pixel = image.getpixel((9, 9))
    assert isinstance(pixel, tuple) and pixel[2] > 250 and max(pixel[:2]) < 5


def test_a_small_picture_is_not_enlarged(tmp_path: Path):
    Image.new("RGB", (3, 2), "red").save(tmp_path / "a.png")
    assert sent(picture_part(tmp_path / "a.png")).size == (3, 2)


def test_messages_hold_the_pictures_in_order(painted: dict[str, Path]):
    prompt = render("pick", taught=True, labels=["A", "B"], wish="calm", shown=True)
    messages = messages_of(prompt, [painted[one] for one in ("blue", "red", "lime")])
    assert messages[0] == prompt.messages[0] and len(messages) == 2
    content = messages[1]["content"]
    assert [part["type"] for part in content] == ["text", "image_url"] * 3
    assert [colour(part) for part in content[1::2]] == ["blue", "red", "lime"]
    assert [part["text"].split()[0] for part in content[::2]] == ["A:", "B:", "Wanted:"]


def test_without_pictures_messages_are_text():
    prompt = render("answer", noun="film", taught=False, question="Why?", facts=[])
    assert messages_of(prompt, []) == prompt.messages


def test_pictures_without_a_place_are_a_defect_of_ours(painted: dict[str, Path]):
    prompt = render("answer", noun="film", taught=False, question="Why?", facts=[])
    with pytest.raises(ValueError, match="no place for 1"):
        messages_of(prompt, [painted["red"]])


@pytest.mark.parametrize("body", [None, b"", b"<html>", b"\x89PNG\r\n\x1a\n"])
def test_an_unreadable_picture_is_refused(tmp_path: Path, body: bytes | None):
    path = tmp_path / "bad.png"
    if body is not None:
        path.write_bytes(body)
    with pytest.raises(BadInputError, match=r"bad\.png cannot be read as an image\."):
        messages_of(render("describe", taught=True), [path])


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        (shows_schema(), [{"shows": "a fox"}, {"shows": "x" * SHOWS_CHARS}],
         [{}, {"shows": ""}, {"shows": "x" * (SHOWS_CHARS + 1)}, {"shows": 7},
          {"shows": "a fox", "more": 1}]),
        (choice_schema(["a cat", "a dog"]), [{"choice": "a cat"}, {"choice": "a dog"}],
         [{}, {"choice": "a"}, {"choice": "A cat"}, {"choice": None}, {"picture": "a cat"}]),
        (pick_schema(2), [{"picture": "A"}, {"picture": "B"}],
         [{}, {"picture": "C"}, {"picture": "AB"}, {"picture": ""}, {"picture": 0}]),
        (pick_schema(len(LETTERS)), [{"picture": one} for one in LETTERS], [{"picture": "I"}]),
    ],
)  # fmt: skip
def test_schemas_hold_answers_to_what_there_is(
    schema: dict[str, Any], good: list[Any], bad: list[Any]
):
    judge = jsonschema.Draft202012Validator(schema)
    judge.check_schema(schema)
    assert all(judge.is_valid(one) for one in good)
    assert not [one for one in bad if judge.is_valid(one)]
