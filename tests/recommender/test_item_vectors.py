"""Modality features: what is computed, kept, resumed and masked."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.recommender.documents import semantic_document
from tastemaker.recommender.hashing_encoder import DIMENSIONS, HashingEncoder
from tastemaker.recommender.image_encoder import ImageEncoder
from tastemaker.recommender.item_vectors import image_vectors, text_vectors

OnBatch = Callable[[int, int], None] | None


class CountedEncoder(HashingEncoder):
    """Counts the texts it is given, and is interrupted once it has seen `patience` of them."""

    def __init__(self, name: str = "counted", patience: int = 1_000_000) -> None:
        super().__init__(name)
        self.seen, self.patience = 0, patience

    def encode(self, texts: Sequence[str], on_batch: OnBatch = None):
        if self.seen >= self.patience:
            raise KeyboardInterrupt
        self.seen += len(texts)
        return super().encode(texts, on_batch)


class ColourEncoder(ImageEncoder):
    """The mean colour of an image as its vector; counts what it is given."""

    dimensions = 3

    def __init__(self, name: str = "colours") -> None:
        super().__init__(Path(name))
        self.seen = 0

    def encode(self, paths: Sequence[Path], on_batch: OnBatch = None):
        self.seen += len(paths)
        vectors = np.zeros((len(paths), 3), dtype=np.float32)
        for row, path in enumerate(paths):
            if path.stat().st_size:
                vectors[row] = np.asarray(Image.open(path)).mean(axis=(0, 1))
                vectors[row] /= np.linalg.norm(vectors[row])
        if on_batch:
            on_batch(len(paths), len(paths))
        return vectors, vectors.any(axis=1)


@pytest.fixture
def pictured(tmp_path: Path) -> Catalog:
    """Items with images of these colours; every file of `c` and one of `d` are emptied later."""
    colours = {"a": ["red"], "b": [], "c": ["red"], "d": ["blue", "lime"], "e": ["red", "blue"]}
    items = []
    for item_id, listed in colours.items():
        paths = [tmp_path / f"{item_id}-{colour}.png" for colour in listed]
        for colour, path in zip(listed, paths, strict=True):
            Image.new("RGB", (20, 20), colour).save(path)
        items.append(RawItem(f"t:{item_id}", item_id, f"Item {item_id}", "", {}, paths))
    folder = tmp_path / "pictured"
    source = Source(About(title="Pictured", source="a test"), iter(items), iter([]))
    write_catalog(folder, source, Rejects())
    catalog = Catalog.open(folder)
    for item_id in ("c", "d"):
        catalog.image_path(catalog.item(item_id))[0].write_bytes(b"")
    return catalog


def files(cache: Path) -> list[str]:
    return [path.name for path in (cache / "features").iterdir() if path.suffix != ".lock"]


def test_texts_are_embedded_once_as_the_encoder_would(films: Catalog, cache: Path):
    encoder, seen = CountedEncoder(), []
    vectors, mask = text_vectors(films, encoder, lambda *progress: seen.append(progress), part=16)
    documents = [semantic_document(films.item(item_id)) for item_id in films.item_ids]
    assert (vectors == HashingEncoder().encode(documents)).all() and vectors.dtype == np.float32
    assert vectors.shape == (40, DIMENSIONS) and mask.all() and encoder.seen == 40
    assert seen == [("reading items", done, 40) for done in (16, 32, 40)]
    again, _ = text_vectors(films, encoder)
    assert encoder.seen == 40 and (again == vectors).all()
    assert len(files(cache)) == 1 and films.fingerprint in files(cache)[0]


@pytest.mark.usefixtures("cache")
def test_another_encoder_has_a_file_of_its_own(films: Catalog):
    first, other = CountedEncoder("first"), CountedEncoder("other")
    text_vectors(films, first)
    text_vectors(films, other)
    assert first.seen == other.seen == 40


def test_an_interrupted_run_goes_on_where_it_ended(films: Catalog, cache: Path):
    with pytest.raises(KeyboardInterrupt):
        text_vectors(films, CountedEncoder(patience=20), part=10)
    assert [Path(name).suffix for name in files(cache)] == [".parts"]
    encoder, seen = CountedEncoder(), []
    vectors, _ = text_vectors(films, encoder, lambda _, done, __: seen.append(done), part=10)
    assert encoder.seen == 20 and seen == [30, 40]
    assert (vectors == text_vectors(films, CountedEncoder("fresh"))[0]).all()
    assert {Path(name).suffix for name in files(cache)} == {".npy"}


@pytest.mark.usefixtures("cache")
def test_an_item_that_says_nothing_is_masked(small):
    made = small("ab")
    catalog = Catalog(made.folder, made.manifest, made.items.with_columns(title=pl.lit("")))
    catalog.items = catalog.items.with_columns(text=pl.Series(["It speaks.", ""]))
    vectors, mask = text_vectors(catalog, HashingEncoder())
    assert mask.tolist() == [True, False] and not vectors[1].any()


def rated(folder: Path, ratings: list[tuple[str, str, str]]) -> Catalog:
    """Two films with the `rating` and `votes` that these ratings give them."""
    items = [
        RawItem("t:1", "a", "Dune", "Sand.", {"genre": "Sci-Fi", "year": 1984.0}),
        RawItem("t:2", "b", "Heat", "", {"genre": "Crime", "cast": ["Al Pacino", "Val Kilmer"]}),
    ]
    frame = pl.DataFrame(ratings, schema=["user_id", "item_id", "value"], orient="row")
    chunk = frame.with_row_index("line", 1).with_columns(timestamp=pl.lit("1"))
    about = About(title="Rated", source="a test")
    source = Source(about, iter(items), iter([("ratings.csv", chunk)]), rated=True)
    write_catalog(folder, source, Rejects())
    return Catalog.open(folder)


@pytest.mark.usefixtures("cache")
def test_nothing_that_is_computed_from_interactions_is_read(tmp_path: Path):
    """Same items, other ratings: `votes` and `rating` differ, documents and vectors do not."""
    few = rated(tmp_path / "few", [("u", "a", "5")])
    many = rated(
        tmp_path / "many", [(f"u{n}", item, str(n % 5)) for n in range(9) for item in "ab"]
    )
    assert few.item("a").attributes["votes"] == 1.0 and "votes" not in few.item("b").attributes
    assert many.item("a").attributes["votes"] == 9.0 and "rating" in many.item("b").attributes
    assert few.fingerprint != many.fingerprint
    for item_id in "ab":
        document = semantic_document(few.item(item_id))
        assert document == semantic_document(many.item(item_id))
        assert "votes" not in document and "rating" not in document
    one, other = text_vectors(few, HashingEncoder())[0], text_vectors(many, HashingEncoder())[0]
    assert (one == other).all()


def test_images_are_averaged_and_missing_ones_masked(pictured: Catalog, cache: Path):
    encoder, seen = ColourEncoder(), []
    vectors, mask = image_vectors(
        pictured, encoder, lambda *progress: seen.append(progress), part=2
    )
    assert mask.tolist() == [True, False, False, True, True]
    half = 2**-0.5
    expected = [[1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 0], [half, 0, half]]
    assert vectors == pytest.approx(np.array(expected), abs=1e-6) and vectors.dtype == np.float32
    assert seen == [("reading images", done, 6) for done in (1, 4, 6)]
    again, _ = image_vectors(pictured, encoder)
    assert encoder.seen == 6 and (again == vectors).all() and len(files(cache)) == 1


def test_without_images_nothing_is_loaded_or_kept(films: Catalog, cache: Path):
    encoder = ColourEncoder()
    vectors, mask = image_vectors(films, encoder)
    assert vectors.shape == (40, 3) and not vectors.any() and not mask.any()
    assert encoder.seen == 0 and not cache.exists()


@pytest.mark.usefixtures("cache")
def test_text_and_images_of_one_model_do_not_meet(pictured: Catalog):
    assert text_vectors(pictured, HashingEncoder("same"))[0].shape == (5, DIMENSIONS)
    assert image_vectors(pictured, ColourEncoder("same"))[0].shape == (5, 3)
