"""Search by picture over a few plain colours, where the nearest is known without looking."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tastemaker.catalog.constraints import Constraint
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.errors import BadInputError
from tastemaker.recommender.colour_encoder import COLOURS, ColourEncoder, colour_map
from tastemaker.recommender.eyes import Eyes, open_eyes
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.image_encoder import ImageEncoder
from tastemaker.recommender.query import Query
from tastemaker.recommender.recommender import Recommender
from tastemaker.settings import Settings

RED, BLUE, BOTH, NONE, DAMAGED, YELLOW = range(6)
ITEMS = {"r": ["red"], "b": ["blue"], "rb": ["red", "blue"], "none": [], "bad": ["green"],
         "y": ["yellow"]}  # fmt: skip

pytestmark = pytest.mark.usefixtures("cache")


def painted(path: Path, colour: str) -> Path:
    Image.new("RGB", (16, 16), COLOURS[colour]).save(path)
    return path


@pytest.fixture
def shown(tmp_path: Path) -> dict[str, Path]:
    """A person's picture of each colour."""
    return {colour: painted(tmp_path / f"my-{colour}.png", colour) for colour in COLOURS}


@pytest.fixture
def squares(tmp_path: Path) -> Catalog:
    """Six items; the picture of `bad` can no longer be read, `none` has none."""
    items = [
        RawItem(
            f"t:{one}",
            one,
            f"Square {one}",
            attributes={"price": float(row)},
            images=[painted(tmp_path / f"{one}-{colour}.png", colour) for colour in colours],
        )
        for row, (one, colours) in enumerate(ITEMS.items())
    ]
    source = Source(About(title="Squares", source="a test"), iter(items), iter(()))
    write_catalog(tmp_path / "squares", source, Rejects())
    catalog = Catalog.open(tmp_path / "squares")
    (catalog.folder / catalog.item("bad").images[0]).write_bytes(b"damaged")
    return catalog


@pytest.fixture
def eyes(squares: Catalog) -> Eyes:
    return Eyes(squares, ColourEncoder, colour_map())


def blind() -> ImageEncoder:
    raise AssertionError("nobody needs the image encoder here")


def everything(eyes_over: Catalog) -> np.ndarray:
    return np.ones(len(eyes_over.item_ids), dtype=bool)


def words(text: str) -> np.ndarray:
    return HashingEncoder().encode([text])[0]


def test_the_nearest_come_first(eyes: Eyes, squares: Catalog, shown: dict[str, Path]):
    for colour, row in (("red", RED), ("blue", BLUE), ("yellow", YELLOW)):
        rows, scores = eyes.search(eyes.of_picture(shown[colour]), 9, everything(squares))
        assert rows[0] == row and scores[0] == pytest.approx(1.0, abs=1e-4)
        assert set(rows.tolist()) == {RED, BLUE, BOTH, YELLOW}
        assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    rows, _ = eyes.search(eyes.of_picture(shown["red"]), 1, everything(squares))
    assert rows.tolist() == [RED]
    assert eyes.pictured == 4 and eyes.has_pictures and eyes.reads_words


def test_only_allowed_items_are_found(eyes: Eyes, squares: Catalog, shown: dict[str, Path]):
    red = eyes.of_picture(shown["red"])
    allowed = ~everything(squares)
    assert eyes.search(red, 5, allowed)[0].tolist() == []
    allowed[[NONE, DAMAGED]] = True
    assert eyes.search(red, 5, allowed)[0].tolist() == []
    allowed[[BLUE, YELLOW]] = True
    assert set(eyes.search(red, 5, allowed)[0].tolist()) == {BLUE, YELLOW}


def test_words_find_pictures(eyes: Eyes, squares: Catalog):
    for colour, row in (("red", RED), ("blue", BLUE), ("yellow", YELLOW)):
        rows, _ = eyes.search(eyes.of_words(words(colour)), 1, everything(squares))
        assert rows.tolist() == [row]


def test_words_pull_a_picture(eyes: Eyes, squares: Catalog, shown: dict[str, Path]):
    red, blue = eyes.of_picture(shown["red"]), words("blue")
    assert eyes.like(red, None) == pytest.approx(red)
    assert eyes.like(None, blue) == pytest.approx(eyes.of_words(blue))
    between = eyes.like(red, blue)
    assert np.linalg.norm(between) == pytest.approx(1.0, abs=1e-5) and between.dtype == np.float32
    assert between @ red == pytest.approx(between @ eyes.of_words(blue), abs=1e-4)
    assert eyes.search(between, 1, everything(squares))[0].tolist() == [BOTH]


def test_words_without_looks_leave_a_picture_as_it_is(squares: Catalog, shown: dict[str, Path]):
    """As those that the map takes to nothing; they alone resemble nothing."""
    eyes = Eyes(squares, ColourEncoder, colour_map())
    nothing = np.zeros(256, dtype=np.float32)
    red = eyes.of_picture(shown["red"])
    assert eyes.like(red, nothing) == pytest.approx(red)
    assert not eyes.like(None, nothing).any()


def test_places_are_counted_among_all_pictures(eyes: Eyes, shown: dict[str, Path]):
    places = eyes.places(shown["red"], range(6))
    assert set(places) == {RED, BLUE, BOTH, YELLOW} and sorted(places.values()) == [1, 2, 3, 4]
    assert places[RED] == 1 and places[BLUE] == 4
    assert eyes.places(shown["blue"], [NONE, BLUE, DAMAGED]) == {BLUE: 1}
    assert eyes.places(shown["blue"], []) == {}


def test_a_pictures_way_into_words(eyes: Eyes, squares: Catalog, shown: dict[str, Path]):
    encoder = HashingEncoder()
    for colour in COLOURS:
        meaning = eyes.in_words(eyes.of_picture(shown[colour]))
        assert meaning is not None and np.linalg.norm(meaning) == pytest.approx(1.0, abs=1e-5)
        nearest = (encoder.encode(list(COLOURS)) @ meaning).argmax()
        assert list(COLOURS)[nearest] == colour
    assert Eyes(squares, ColourEncoder, None).in_words(np.ones(3, dtype=np.float32)) is None


def test_without_a_map_pictures_find_pictures(squares: Catalog, shown: dict[str, Path]):
    eyes = Eyes(squares, ColourEncoder, None)
    assert not eyes.reads_words and eyes.has_pictures
    red = eyes.of_picture(shown["red"])
    assert red == pytest.approx(ColourEncoder().encode([shown["red"]])[0][0])
    assert eyes.search(red, 1, everything(squares))[0].tolist() == [RED]
    assert eyes.places(shown["blue"], [BLUE]) == {BLUE: 1}


@pytest.mark.parametrize("body", [None, b"", b"no image"])
def test_a_picture_that_cannot_be_read_is_named(eyes: Eyes, tmp_path: Path, body: bytes | None):
    path = tmp_path / "mine.png"
    if body is not None:
        path.write_bytes(body)
    for look in (eyes.of_picture, lambda one: eyes.places(one, [RED])):
        with pytest.raises(BadInputError, match=r"mine\.png cannot be read as an image\."):
            look(path)


def test_the_encoder_is_had_when_it_is_needed_and_once(squares: Catalog, shown: dict[str, Path]):
    opened: list[ImageEncoder] = []

    def encoder() -> ImageEncoder:
        opened.append(ColourEncoder())
        return opened[-1]

    eyes = Eyes(squares, encoder, colour_map())
    assert eyes.has_pictures and eyes.reads_words and not opened
    eyes.prepare()
    assert len(opened) == 1
    eyes.of_picture(shown["red"])
    eyes.places(shown["blue"], [RED])
    assert len(opened) == 1


def test_a_catalogue_without_pictures_needs_no_encoder(small: Callable[..., Catalog]):
    catalog = small("ab")
    eyes = Eyes(catalog, blind, colour_map())
    eyes.prepare()
    assert not eyes.has_pictures and eyes.in_words(np.ones(3, dtype=np.float32)) is not None
    recommender = Recommender.open(catalog, HashingEncoder(), eyes=eyes)
    found = recommender.candidates(Query(text="blue"), 2)
    assert {one.item_id for one in found} == {"a", "b"}
    assert not any({"looks", "picture"} & set(one.channels) for one in found)
    with pytest.raises(BadInputError, match="no pictures"):
        recommender.by_looks(["a", "b"], "blue")


def test_a_catalogue_without_pictures_is_searched_in_words(
    small: Callable[..., Catalog], shown: dict[str, Path]
):
    items = {one: (f"The {one} one", "", {}) for one in COLOURS}
    catalog = small(items)
    for bridge in (colour_map(), None):
        eyes = Eyes(catalog, ColourEncoder, bridge)
        recommender = Recommender.open(catalog, HashingEncoder(), eyes=eyes)
        for colour in COLOURS:
            found = recommender.candidates(Query(picture=shown[colour]), 4)
            if bridge:
                assert found[0].item_id == colour and "picture" in found[0].channels
            assert len(found) == 4 and ("picture" in found[0].channels) == bool(bridge)
        rows, _ = eyes.search(np.ones(3, dtype=np.float32), 4, everything(catalog))
        assert rows.tolist() == [] and eyes.pictured == 0


def test_eyes_are_opened_by_the_names_of_the_encoders(squares: Catalog):
    """Without a model on the disk: nothing is loaded yet."""
    standard = Settings()
    assert open_eyes(squares, standard.text_encoder, standard.image_encoder).reads_words
    assert not open_eyes(squares, standard.text_encoder, "another").reads_words
    assert not open_eyes(squares, "another", standard.image_encoder).reads_words


@pytest.fixture
def recommender(squares: Catalog, eyes: Eyes) -> Recommender:
    return Recommender.open(squares, HashingEncoder(), eyes=eyes)


def test_by_looks_orders_the_given_items(recommender: Recommender, shown: dict[str, Path]):
    ids = ["b", "none", "r", "bad", "y"]

    def order(text: str = "", picture: Path | None = None) -> list[str]:
        found = recommender.by_looks(ids, text, picture)
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True) and set(map(type, scores)) == {float}
        return [one for one, _ in found]

    assert order("red")[0] == order(picture=shown["red"])[0] == "r"
    assert order("blue")[0] == order(picture=shown["blue"])[0] == "b"
    assert set(order("yellow")) == {"b", "r", "y"}
    assert order("blue", shown["red"])[2] == "y"
    assert recommender.by_looks([], "red") == recommender.by_looks(["none"], "red") == []
    assert [one for one, _ in recommender.by_looks(["r", "unknown"], "red")] == ["r"]


def test_by_looks_wants_something_to_go_by(
    recommender: Recommender, squares: Catalog, shown: dict[str, Path], tmp_path: Path
):
    for text in ("", "  \n"):
        with pytest.raises(BadInputError, match="in words or by a picture"):
            recommender.by_looks(["r", "b"], text)
    with pytest.raises(BadInputError, match="cannot be read"):
        recommender.by_looks(["r", "b"], picture=tmp_path / "gone.png")
    wordless = Recommender.open(squares, HashingEncoder(), eyes=Eyes(squares, ColourEncoder, None))
    with pytest.raises(BadInputError, match="in words or by a picture"):
        wordless.by_looks(["r", "b"], "red")
    assert wordless.by_looks(["b", "r"], "blue", shown["red"])[0][0] == "r"
    eyeless = Recommender.open(squares, HashingEncoder())
    with pytest.raises(BadInputError, match="no pictures"):
        eyeless.by_looks(["r", "b"], "red")


def test_what_a_picture_shows(recommender: Recommender, shown: dict[str, Path], tmp_path: Path):
    for colour in COLOURS:
        said = {name: recommender.shows(shown[colour], name) for name in COLOURS}
        assert max(said, key=lambda name: said[name]) == colour
        assert said[colour] == pytest.approx(1.0, abs=1e-3)
    assert recommender.shows(shown["red"], "blue") < 0
    with pytest.raises(BadInputError, match="cannot be read"):
        recommender.shows(tmp_path / "gone.png", "red")


def test_candidates_look_like_the_picture_and_satisfy_the_rest(
    recommender: Recommender, shown: dict[str, Path]
):
    found = recommender.candidates(Query(picture=shown["red"]), 6)
    assert found[0].item_id == "r" and len(found) == 6
    assert {one.item_id for one in found if "picture" in one.channels} == {"r", "b", "rb", "y"}
    found = recommender.candidates(Query(picture=shown["red"], text="blue"), 6)
    assert found[0].item_id == "rb" and "looks" not in found[0].channels
    found = recommender.candidates(Query(text="blue"), 6)
    looks = {one.item_id: one.channels["looks"] for one in found if "looks" in one.channels}
    assert set(looks) == {"r", "b", "rb", "y"} and max(looks, key=lambda one: looks[one]) == "b"
    dear = Constraint(attribute="price", operator="above", bound=0)
    query = Query(picture=shown["red"], constraints=(dear,), exclude=("rb",))
    assert {one.item_id for one in recommender.candidates(query, 6)} == {"b", "none", "bad", "y"}
    with pytest.raises(BadInputError, match="cannot be read"):
        recommender.candidates(Query(picture=shown["red"].with_name("gone.png")), 6)


def test_without_eyes_a_picture_changes_nothing(squares: Catalog, shown: dict[str, Path]):
    eyeless = Recommender.open(squares, HashingEncoder())
    query = Query(text="square", picture=shown["red"])
    without = query.model_copy(update={"picture": None})
    assert eyeless.candidates(query, 6) == eyeless.candidates(without, 6)
