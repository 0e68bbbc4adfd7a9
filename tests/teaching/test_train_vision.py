"""Wrong input is refused before anything slow: nothing is fetched, nothing looked at."""

import json
import shutil
from pathlib import Path

import pytest
from tastemaker.errors import BadInputError
from tastemaker.recommender.cross_modal import CARD as MAP_CARD
from tastemaker.recommender.cross_modal import WEIGHTS
from tastemaker.serving.adapters import CARD
from tastemaker.serving.models import SHIPPED_ADAPTERS
from tastemaker.teaching.seeing.learning import SeeingSettings
from tastemaker.teaching.seeing.text_map import MapSettings
from tastemaker.teaching.train_vision import VisionCard, train_text_map, train_vision

SHIPPED = SHIPPED_ADAPTERS["tastemaker-135m"]


def slow(what: str, done: int, total: int | None) -> None:
    """A `Progress` that nothing may tell anything."""
    pytest.fail(f"it began {what}")


@pytest.fixture
def data(tmp_path, monkeypatch, dirs) -> Path:
    """Data and cache folders of the test's own; no drawing is there."""
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def start(tmp_path) -> Path:
    """An adapter with its card."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "start"))


def teach(start: Path, catalogs: list[str], name: str = "mine") -> VisionCard:
    return train_vision(
        name=name, start=start, catalogs=catalogs, tower="clip-vit-b-16",
        settings=SeeingSettings(), command="a test", progress=slow,
    )  # fmt: skip


def learn_map(folder: Path, catalogs: list[str]) -> None:
    train_text_map(
        folder=folder, catalogs=catalogs, text_encoder="all-minilm-l6-v2",
        image_encoder="clip-vit-b-16", settings=MapSettings(), command="a test", progress=slow,
    )  # fmt: skip


def one_sentence(error: pytest.ExceptionInfo[BadInputError]) -> bool:
    text = str(error.value)
    return text.endswith(".") and ". " not in text and "\n" not in text


def test_a_taken_name_is_refused(data, start, films):
    taken = data / "adapters" / "mine" / CARD
    taken.parent.mkdir(parents=True)
    taken.write_text("{}")
    with pytest.raises(BadInputError, match=r"mine exists; give another --name") as error:
        teach(start, [str(films.folder)])
    assert one_sentence(error) and taken.read_text() == "{}"


@pytest.mark.parametrize("name", ["", "../mine", "a b", "mine/sees"])
def test_what_cannot_name_an_adapter_is_refused(data, start, films, name):
    with pytest.raises(BadInputError, match="cannot name an adapter") as error:
        teach(start, [str(films.folder)], name)
    assert one_sentence(error)


def test_a_start_that_is_no_adapter_is_refused(data, tmp_path, films):
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(BadInputError, match="holds no adapter to go on from") as error:
            teach(folder, [str(films.folder)])
        assert one_sentence(error)


@pytest.mark.parametrize("body", [None, "", "{", "[]", '{"base": "tiny"}', "\xff"])
def test_a_start_without_a_whole_card_is_refused(data, start, films, body):
    (start / CARD).unlink()
    if body is not None:
        (start / CARD).write_text(body, encoding="latin-1")
    with pytest.raises(BadInputError, match=r"card\.json is missing or damaged") as error:
        teach(start, [str(films.folder)])
    assert one_sentence(error)


def test_a_start_that_sees_already_is_taken(data, start, films):
    """It comes as far as the catalogue."""
    card = json.loads((start / CARD).read_text()) | {"tower": "clip", "seeing": {"steps": 1}}
    (start / CARD).write_text(json.dumps(card))
    with pytest.raises(BadInputError, match="has no pictures; leave it out"):
        teach(start, [str(films.folder)])


def test_a_catalogue_without_pictures_is_refused_by_name(data, start, films, tmp_path):
    for run in (
        lambda: teach(start, [str(films.folder)]),
        lambda: learn_map(tmp_path / "map", [str(films.folder)]),
    ):
        with pytest.raises(BadInputError, match="films has no pictures; leave it out") as error:
            run()
        assert one_sentence(error)
    assert not (tmp_path / "map").exists() and not (data / "adapters").exists()


def test_a_catalogue_that_does_not_exist_is_refused(data, start, tmp_path):
    for run in (
        lambda: teach(start, ["nothing"]),
        lambda: learn_map(tmp_path / "map", ["nothing"]),
    ):
        with pytest.raises(BadInputError, match="no catalogue nothing"):
            run()


def test_a_map_is_never_put_in_place_of_other_things(data, start, films, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "notes", tmp_path / "file", start):  # an adapter has a card, too
        with pytest.raises(BadInputError, match="other things than a map; give another") as error:
            learn_map(folder, [str(films.folder)])
        assert one_sentence(error)
    assert (tmp_path / "notes" / "a.txt").read_text() == "mine" and (start / CARD).is_file()


def test_a_map_may_go_into_an_empty_folder_or_in_place_of_an_older_map(data, films, tmp_path):
    """They come as far as the catalogue."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "map").mkdir()
    for name in (WEIGHTS, MAP_CARD, "README.md"):
        (tmp_path / "map" / name).touch()
    for folder in (tmp_path / "empty", tmp_path / "map"):
        with pytest.raises(BadInputError, match="has no pictures"):
            learn_map(folder, [str(films.folder)])
