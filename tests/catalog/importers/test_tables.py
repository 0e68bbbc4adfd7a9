import json
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tastemaker.catalog.importers.dispatch import import_catalog
from tastemaker.catalog.store import resolve_catalog
from tastemaker.errors import BadInputError, TastemakerError

WINES = (
    "WineID,WineName,Grapes,ABV,Website\n"
    "10,Moscatel,\"['Muscat', 'Riesling']\",7.5,http://a.example\n"
    '11,"Blend, Red",[],NaN,\n'
)
RATINGS = "RatingID,UserID,WineID,Rating,Date\n1,5,10,4.5,2001-09-09 01:46:40\n2,5,12,4,1\n"


@pytest.fixture
def wines(tmp_path: Path) -> Path:
    folder = tmp_path / "wines"
    (folder / "images").mkdir(parents=True)
    (folder / "wines.csv").write_text(WINES)
    (folder / "ratings.csv").write_text(RATINGS)
    Image.new("RGB", (8, 8), "red").save(folder / "images" / "10.jpeg")
    (folder / "images" / "11.png").write_text("broken")
    return folder


def test_a_folder_is_read_by_guesses_that_are_said(wines: Path):
    report = import_catalog(wines, name="wines", item_noun="wine", licence="CC0")
    assert (report.format, report.items, report.interactions, report.images) == ("tables", 2, 1, 1)
    assert report.notes == [
        "wines.csv: id = WineID, title = WineName.",
        "ratings.csv: user = UserID, item = WineID, value = Rating, timestamp = Date.",
        "images: files of images/ that are named by an item's id.",
    ]
    assert report.rejected == 1
    assert report.first_rejects[0].startswith("wines.csv:3 has an image that cannot be decoded")
    assert report.first_rejects[1].startswith("ratings.csv:3 names an item")
    catalog = resolve_catalog("wines")
    assert catalog.item("10").attributes == {
        "grapes": ["Muscat", "Riesling"],
        "abv": 7.5,
        "website": "http://a.example",
        "votes": 1.0,
    }
    assert catalog.item("11").attributes == {}
    assert catalog.history("5").rows() == [("5", "10", 4.5, 1_000_000_000)]
    assert (catalog.manifest.item_noun, catalog.manifest.licence) == ("wine", "CC0")


def test_a_mapping_names_the_columns(tmp_path: Path):
    (tmp_path / "t.csv").write_text(
        "key,label,prose,pic\nk1,One,Words,sub/a.png\nk2,Two,,../x.png\n"
    )
    (tmp_path / "e.csv").write_text("who,what\nu,k1\n")
    (tmp_path / "pics" / "sub").mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(tmp_path / "pics" / "sub" / "a.png")
    mapping = {"id": "key", "title": "label", "text": "prose", "image": "pic"}
    report = import_catalog(
        tmp_path / "t.csv",
        name="t",
        interactions=tmp_path / "e.csv",
        images=tmp_path / "pics",
        mapping=mapping | {"user": "who", "item": "what"},
    )
    item = resolve_catalog("t").item("k1")
    assert (item.title, item.text, len(item.images)) == ("One", "Words", 1)
    assert report.interactions == 1 and report.rejected == 0
    assert len(report.first_rejects) == 1 and "x.png" in report.first_rejects[0]


def test_image_cells_cannot_reach_outside_and_nothing_is_downloaded(tmp_path: Path):
    Image.new("RGB", (8, 8)).save(tmp_path / "secret.png")
    inner = tmp_path / "inner"
    inner.mkdir()
    cells = ["../../secret.png", str(tmp_path / "secret.png"), "https://example.org/a.png", "\x00"]
    rows = [{"id": n, "title": "t", "image": cell} for n, cell in enumerate(cells)]
    (inner / "t.jsonl").write_text("\n".join(map(json.dumps, rows)))
    report = import_catalog(inner / "t.jsonl", name="t")
    assert (report.items, report.images, report.rejected) == (4, 0, 0)
    assert "outside inner" in report.first_rejects[0] and "outside inner" in report.first_rejects[1]
    assert "nothing is downloaded" in report.first_rejects[2]


def test_json_arrays_and_parquet(tmp_path: Path):
    rows = [{"Id": 1, "Name": "Boots", "Price": 9.5, "Tags": ["a", "b"], "Deep": {"x": 1}}]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    import_catalog(tmp_path / "a.json", name="j")
    assert resolve_catalog("j").item("1").attributes == {"price": 9.5, "tags": ["a", "b"]}
    day = datetime(2001, 9, 9, 1, 46, 40)
    pl.DataFrame(
        {"id": [1, None], "title": ["A", "B"], "day": [day, None], "on": [True, False]}
    ).write_parquet(tmp_path / "p.parquet")
    pl.DataFrame(
        {"user": [7, 7], "id": [1, 1], "rating": [3, None], "time": [day, day]}
    ).write_parquet(tmp_path / "e.parquet")
    report = import_catalog(tmp_path / "p.parquet", name="p", interactions=tmp_path / "e.parquet")
    zoned = pl.Series("time", [day]).dt.replace_time_zone("UTC")
    zoned = zoned.dt.convert_time_zone("Asia/Tokyo")
    assert report.first_rejects == [
        "p.parquet:2 has no usable id",
        "e.parquet:2 has a value that is not a number",
    ]
    catalog = resolve_catalog("p")
    assert catalog.item("1").attributes == {"day": day.date(), "on": "yes", "votes": 1.0}
    assert catalog.history("7").rows() == [("7", "1", 3.0, 1_000_000_000)]
    pl.DataFrame({"user": [8], "id": [1], "time": zoned}).write_parquet(tmp_path / "z.parquet")
    import_catalog(tmp_path / "a.json", name="z", interactions=tmp_path / "z.parquet")
    assert resolve_catalog("z").history("8").rows() == [("8", "1", None, 1_000_000_000)]


def test_codes_stay_names(tmp_path: Path):
    (tmp_path / "t.csv").write_text("id,title,RegionID,size\n1,a,2058,2\n2,b,7,3\n")
    import_catalog(tmp_path / "t.csv", name="t")
    catalog = resolve_catalog("t")
    assert catalog.spec("region_id").kind == "categorical"
    assert catalog.item("1").attributes == {"region_id": "2058", "size": 2.0}


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"title": "nope"}, "t.csv has no column 'nope'; it has a, b"),
        ({"titel": "b"}, "cannot name 'titel'"),
        ({}, "No column of t.csv looks like the id; map id to one of a, b"),
    ],
)
def test_wrong_mappings(tmp_path: Path, mapping: dict, sentence: str):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadInputError, match=sentence):
        import_catalog(tmp_path / "t.csv", name="t", mapping=mapping)


def test_a_folder_with_several_item_tables(wines: Path):
    (wines / "more.csv").write_text("id,title\n1,a\n")
    with pytest.raises(BadInputError, match=r"found more\.csv, wines\.csv"):
        import_catalog(wines, name="t")


BODY = st.binary(max_size=300) | st.text(max_size=200).map(str.encode)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ending=st.sampled_from(["csv", "tsv", "jsonl", "json", "parquet", "csv.gz"]),
    start=st.sampled_from(
        [b"", b"id,title,x\n1,a,2\n", b'{"id": 1, "title": "a"}\n', b"[", b"PAR1"]
    ),
    body=BODY,
)
def test_any_bytes_import_or_are_refused(tmp_path: Path, ending: str, start: bytes, body: bytes):
    path = tmp_path / f"any.{ending}"
    path.write_bytes(start + body)
    try:
        assert import_catalog(path, name="any", replace=True).items > 0
    except TastemakerError as error:
        assert str(error).endswith(".")
    finally:
        path.unlink()


CELLS = st.text(st.characters(blacklist_categories=["Cc", "Cs", "Cf"]), min_size=1, max_size=8)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CELLS.map(lambda text: " ".join(text.split())).filter(bool), min_size=1))
def test_titles_survive_a_round_trip(tmp_path: Path, titles: list[str]):
    rows = [{"id": f"i{n}", "title": f"T {title}"} for n, title in enumerate(titles)]
    pl.DataFrame(rows).write_csv(tmp_path / "t.csv")
    import_catalog(tmp_path / "t.csv", name="t", replace=True)
    assert resolve_catalog("t").titles == [row["title"] for row in rows]
