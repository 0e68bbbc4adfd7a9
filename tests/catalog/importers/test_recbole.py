from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tastemaker.catalog.importers.dispatch import import_catalog
from tastemaker.catalog.store import resolve_catalog
from tastemaker.errors import BadInputError, MissingError, TastemakerError

ITEMS = (
    "item_id:token\tmovie_title:token_seq\tyear:token\tclass:token_seq\tprice:float\tv:float_seq\n"
    "1\tToy Story\t1995\tAnimation Comedy\t2.5\t1 2\n"
    "2\tGoldenEye\t\tAction\t\t\n"
)
INTER = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t1\t3\t881250949\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "rb"
    folder.mkdir()
    (folder / "x.item").write_text(ITEMS)
    (folder / "x.inter").write_text(INTER)
    return folder


def test_atomic_files(folder: Path):
    report = import_catalog(folder, name="rb")
    assert (report.format, report.items, report.interactions) == ("recbole", 2, 1)
    assert report.notes == ["id = item_id, title = movie_title."]
    catalog = resolve_catalog("rb")
    assert catalog.item("1").attributes == {
        "year": "1995",
        "class": ["Animation", "Comedy"],
        "price": 2.5,
    }
    assert catalog.item("2").attributes == {"class": ["Action"]}
    assert catalog.history("196").rows() == [("196", "1", 3.0, 881250949)]


def test_implicit_feedback_has_no_value(folder: Path):
    (folder / "x.inter").write_text("user_id:token\titem_id:token\n196\t1\n")
    import_catalog(folder / "x.inter", name="rb")
    assert resolve_catalog("rb").history("196").rows() == [("196", "1", None, None)]


def test_untyped_headers_are_refused(folder: Path):
    (folder / "x.item").write_text("item_id,title\n1,a\n")
    with pytest.raises(BadInputError, match="does not begin with a header of name:type"):
        import_catalog(folder, name="rb")


def test_without_items_there_is_no_catalogue(folder: Path):
    (folder / "x.item").unlink()
    with pytest.raises(MissingError, match=r"no \.item file"):
        import_catalog(folder, name="rb")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["x.item", "x.inter"]), body=st.binary(max_size=200), keep=st.booleans()
)
def test_any_bytes_import_or_are_refused(folder: Path, name: str, body: bytes, keep: bool):
    whole = {"x.item": ITEMS, "x.inter": INTER}[name]
    (folder / name).write_bytes(whole.encode() * keep + body)
    try:
        assert import_catalog(folder, name="any", replace=True).items > 0
    except TastemakerError as error:
        assert str(error).endswith(".")
    finally:
        (folder / name).write_text(whole)
