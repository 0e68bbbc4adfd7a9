import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tastemaker.catalog.source import RawItem
from tastemaker.catalog.store import Catalog, catalog_folder, list_catalogs, resolve_catalog
from tastemaker.errors import BadInputError, MissingError, TastemakerError


@pytest.fixture
def catalog(build, tmp_path: Path) -> Catalog:
    Image.new("RGB", (4, 4)).save(tmp_path / "pic.png")
    items = [
        RawItem(
            "i:1", "a", "Alpha", "first", {"n": 2.0, "tags": ["x", "y"], "day": date(2020, 1, 2)}
        ),
        RawItem("i:2", "b", "Beta", images=[tmp_path / "pic.png"]),
    ]
    events = [("u2", "a", "1", "30"), ("u1", "b", "2", "20"), ("u2", "b", "3", "10")]
    return build(items, events)[0]


def test_items_round_trip(catalog: Catalog):
    item = catalog.item("a")
    assert (item.title, item.text, item.images) == ("Alpha", "first", [])
    assert item.attributes == {"n": 2.0, "tags": ["x", "y"], "day": date(2020, 1, 2)}
    assert catalog.item("b").attributes == {}
    assert catalog.row_of("b") == 1 and catalog.row_of("c") is None
    assert [path.is_file() for path in catalog.image_path(catalog.item("b"))] == [True]
    assert catalog.manifest.images == 1


def test_unknown_names_are_named(catalog: Catalog):
    with pytest.raises(BadInputError, match="no item 'zzz'"):
        catalog.item("zzz")
    with pytest.raises(BadInputError, match="no attribute 'zzz'; it has n, tags, day"):
        catalog.spec("zzz")


def test_histories(catalog: Catalog):
    assert catalog.history("u2").rows() == [("u2", "b", 3.0, 10), ("u2", "a", 1.0, 30)]
    assert catalog.history("nobody").height == 0
    assert [catalog.has_user(user) for user in ("u1", "u2", "u", "u3")] == [
        True,
        True,
        False,
        False,
    ]
    assert catalog.interactions().collect().height == 3
    assert (catalog.manifest.interactions, catalog.manifest.users) == (3, 2)


def test_verify_names_what_was_changed(catalog: Catalog):
    catalog.verify()
    catalog.image_path(catalog.item("b"))[0].write_bytes(b"other")
    with pytest.raises(BadInputError, match="images differ"):
        catalog.verify()


def test_a_folder_that_is_no_catalogue(tmp_path: Path):
    with pytest.raises(MissingError, match="no manifest"):
        Catalog.open(tmp_path)


@pytest.mark.parametrize("name", ["items.parquet", "interactions.parquet", "users.parquet"])
def test_a_missing_table_is_named(catalog: Catalog, name: str):
    (catalog.folder / name).unlink()
    with pytest.raises(MissingError, match=name):
        Catalog.open(catalog.folder)


def test_other_formats_and_sizes_are_refused(catalog: Catalog):
    path = catalog.folder / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"format": 99}))
    with pytest.raises(BadInputError, match="format 99"):
        Catalog.open(catalog.folder)
    path.write_text(json.dumps(manifest | {"items": 5}))
    with pytest.raises(BadInputError, match="holds 2 items"):
        Catalog.open(catalog.folder)
    path.write_text(json.dumps(manifest | {"surprise": 5}))
    with pytest.raises(BadInputError, match="surprise"):
        Catalog.open(catalog.folder)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), name=st.sampled_from(["manifest.json", "items.parquet"]))
def test_any_bytes_are_refused_in_a_sentence(catalog: Catalog, body: bytes, name: str):
    path = catalog.folder / name
    whole = path.read_bytes()
    path.write_bytes(body)
    try:
        with pytest.raises(TastemakerError):
            Catalog.open(catalog.folder)
    finally:
        path.write_bytes(whole)


def test_resolve_by_folder_and_by_name(catalog: Catalog, data_dir: Path):
    assert resolve_catalog(str(catalog.folder)).fingerprint == catalog.fingerprint
    target = data_dir / "catalogs" / "mine"
    target.parent.mkdir(parents=True)
    catalog.folder.rename(target)
    assert resolve_catalog("mine").titles == ["Alpha", "Beta"]
    assert list_catalogs() == ["mine"]
    with pytest.raises(
        BadInputError, match="here are mine; demo packs that can be fetched: movies"
    ):
        resolve_catalog("other")


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a b", "\x00", "ä"])
def test_names_cannot_leave_the_folder(name: str):
    with pytest.raises(BadInputError):
        catalog_folder(name)
    with pytest.raises((BadInputError, MissingError)):
        resolve_catalog(name)


def test_items_frame_is_in_row_order(catalog: Catalog):
    assert catalog.items.select("item_id", "n").rows() == [("a", 2.0), ("b", None)]
    assert catalog.items.schema["tags"] == pl.List(pl.String)
