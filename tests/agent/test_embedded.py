"""The six turns on real films with the real embedded LLM, through the command line."""

import json
import subprocess
import sys

import pytest
from PIL import Image
from tastemaker.catalog.store import resolve_catalog

SAID = [
    "something funny from the 90s, no horror",
    "shorter than 100 minutes",
    "more like the second one",
    "why that one?",
    "not that, I've seen it",
    "actually, make it sad",
]
SUGGESTS = ("recommend", "more_like", "feedback")


@pytest.mark.embedded
@pytest.mark.packs
@pytest.mark.timeout(900)
@pytest.mark.parametrize("user", [None, "2"])
def test_the_six_turns_with_the_real_llm(judge, user):
    arguments = ["chat", "--catalog", "movies", "--json", *(["--user", user] if user else [])]
    for message in SAID:
        arguments += ["--say", message]
    done = subprocess.run(
        [sys.executable, "-c", "from tastemaker.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        timeout=850,
    )
    assert done.returncode == 0, done.stderr
    movies = type(judge)(resolve_catalog("movies"))
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert [turn["turn"] for turn in turns] == [1, 2, 3, 4, 5, 6]
    for turn in turns:
        movies.contract(turn)
        movies.constraints_hold(turn)
        assert not turn["degraded"], turn["reply"]
        if turn["request"]["intent"] in SUGGESTS:
            assert turn["items"] and 1 <= turn["usage"]["llm_calls"] <= 3
    first, short, like, why, seen, sad = turns
    for turn in (first, short, like, seen, sad):
        for one in turn["items"]:
            film = movies.items[one["item_id"]].attributes
            assert 1990 <= film["year"] <= 1999 and "Horror" not in film["genres"]
            assert turn is first or film["runtime"] < 100
    assert like["request"]["similar_to"] == [short["items"][1]["item_id"]]
    assert why["items"][0]["item_id"] == like["items"][0]["item_id"]
    gone = seen["request"]["seen"]
    assert gone and not set(gone) & {one["item_id"] for one in (*seen["items"], *sad["items"])}
    if user:
        known = set(movies.catalog.history(user)["item_id"].to_list())
        assert not known & {one["item_id"] for one in (*first["items"], *sad["items"])}


@pytest.mark.embedded
@pytest.mark.packs
@pytest.mark.timeout(900)
def test_a_picture_is_shown_to_the_real_llm(judge, tmp_path):
    """One of the paintings itself is shown, turned on its side by a camera."""
    art = resolve_catalog("art")
    items = map(art.item, art.item_ids)
    shown = next(one for one in items if "landscapes" in one.attributes["tags"])
    with Image.open(art.folder / shown.images[0]) as painting:
        rotated = painting.convert("RGB").transpose(Image.Transpose.ROTATE_90)
        exif = Image.Exif()
        exif[0x0112] = 6  # turn it clockwise to see it upright
        rotated.save(tmp_path / "photo.jpg", exif=exif)
    arguments = ["chat", "--catalog", "art", "--json", "--image", str(tmp_path / "photo.jpg")]
    for message in ("something like this", "another one", "which of the first two looks brighter?"):
        arguments += ["--say", message]
    done = subprocess.run(
        [sys.executable, "-c", "from tastemaker.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        timeout=850,
    )
    assert done.returncode == 0, done.stderr
    like, another, brighter = (json.loads(line) for line in done.stdout.splitlines())
    for turn in (like, another, brighter):
        type(judge)(art).contract(turn)
        assert not turn["degraded"], turn["reply"]
        assert turn["request"]["picture"] == like["request"]["picture"]
    assert "cannot see" not in like["reply"] and "did not look" not in like["reply"]
    assert 3 <= like["usage"]["llm_calls"] <= 4
    assert like["items"][0]["item_id"] == shown.item_id
    assert "number 1 of 174 in likeness" in like["items"][0]["facts"][0]["text"]
    assert {"describe", "reason"} <= like["prompts"].keys()
    before = {one["item_id"] for one in like["items"]}
    assert another["items"] and not before & {one["item_id"] for one in another["items"]}
    assert "pick" in brighter["prompts"]
    assert any(call["name"] == "compare_looks" and call["ok"] for call in brighter["tool_calls"])
