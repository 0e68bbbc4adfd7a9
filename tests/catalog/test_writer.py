import json
from pathlib import Path

import pytest
from filelock import FileLock
from tastemaker.catalog.records import About, AttributeHint
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.errors import BadInputError, BusyError


def item(number: int, **attributes) -> RawItem:
    return RawItem(f"i.csv:{number}", f"i{number}", f"Item {number}", attributes=attributes)


def source(*items: RawItem) -> Source:
    return Source(About(title="T", source="a test"), iter(items), iter(()))


def test_items_are_cleaned_and_bounded(build):
    raw = RawItem("i.csv:2", " 1 ", "A\x00  title\n" + "x" * 400, "t" * 6000)
    catalog, _ = build([raw])
    stored = catalog.item("1")
    assert stored.title.startswith("A title x") and len(stored.title) == 300
    assert len(stored.text) == 5000


def test_unusable_items_are_rejected(build):
    raws = [
        item(1),
        RawItem("i.csv:2", "i1", "again"),
        RawItem("i.csv:3", "", "no id"),
        RawItem("i.csv:4", "a\x00b", "odd id"),
        RawItem("i.csv:5", "i5", " \x07 "),
    ]
    catalog, rejects = build(raws)
    assert catalog.item_ids == ["i1"] and catalog.titles == ["Item 1"]
    assert catalog.manifest.rejected == 4
    assert rejects.first == [
        "i.csv:2 repeats an earlier id",
        "i.csv:3 has no usable id",
        "i.csv:4 has no usable id",
        "i.csv:5 has no title",
    ]
    lines = (catalog.folder / "rejects.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["where"] == "i.csv:2"


def test_names_that_collide_with_columns_are_numbered(build):
    catalog, _ = build([item(1, Title="Sir", title="Dr", price=3.0)])
    assert catalog.item("i1").attributes == {"title_2": "Sir", "title_3": "Dr", "price": 3.0}


def test_hints_and_usable_synonyms(build):
    about = About(
        title="T",
        source="a test",
        attributes={"year": AttributeHint(kind="categorical", cues=["vintage"])},
        synonyms={"ruby": {"colour": ["Red", "Crimson"]}, "gone": {"colour": ["Mauve"]}},
    )
    catalog, _ = build([item(1, year=1990.0, colour="Red"), item(2, colour="White")], about=about)
    assert catalog.spec("year").vocabulary == {"1990": 1}
    assert catalog.spec("year").cues == ["vintage"]
    assert catalog.manifest.synonyms == {"ruby": {"colour": ["Red"]}}


def test_ratings_of_the_items(build):
    events = [(f"u{n}", "i1", str(n), "1") for n in range(1, 6)] + [("u1", "i2", "5", "1")]
    catalog, _ = build([item(1), item(2), item(3)], events, rated=True)
    assert catalog.item("i1").attributes == {"votes": 5.0, "rating": 3.0}
    assert catalog.item("i2").attributes == {"votes": 1.0}
    assert catalog.item("i3").attributes == {}


def test_an_existing_catalogue_is_kept_unless_replaced(tmp_path: Path):
    folder = tmp_path / "c"
    write_catalog(folder, source(item(1)), Rejects())
    with pytest.raises(BadInputError, match="already exists"):
        write_catalog(folder, source(item(2)), Rejects())
    assert Catalog.open(folder).item_ids == ["i1"]
    write_catalog(folder, source(item(2)), Rejects(), replace=True)
    assert Catalog.open(folder).item_ids == ["i2"]


def test_a_failed_import_leaves_nothing_and_keeps_the_old(tmp_path: Path):
    folder = tmp_path / "c"
    with pytest.raises(BadInputError, match=r"no usable item\. The first problem: i.csv:9"):
        write_catalog(folder, source(RawItem("i.csv:9", "", "x")), Rejects())
    assert not folder.exists()
    write_catalog(folder, source(item(1)), Rejects())
    with pytest.raises(BadInputError):
        write_catalog(folder, source(), Rejects(), replace=True)
    assert Catalog.open(folder).item_ids == ["i1"]
    assert not [p for p in tmp_path.iterdir() if p.is_dir() and p.name.startswith(".c.")]


def test_one_writer_at_a_time(tmp_path: Path):
    with FileLock(tmp_path / ".c.lock"), pytest.raises(BusyError):
        write_catalog(tmp_path / "c", source(item(1)), Rejects())


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError, match="cannot be written"):
        write_catalog(tmp_path / "file" / "c", source(item(1)), Rejects())


def test_the_same_data_has_the_same_fingerprint(build):
    events = [("u", "i1", "3", "7")]
    first, _ = build([item(1, a="x")], events, name="one")
    second, _ = build([item(1, a="x")], events, name="two")
    other, _ = build([item(1, a="y")], events, name="three")
    assert first.fingerprint == second.fingerprint != other.fingerprint
    assert first.manifest.hashes == second.manifest.hashes
