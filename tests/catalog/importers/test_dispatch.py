from pathlib import Path

import pytest
from tastemaker.catalog.importers.dispatch import detect_format, import_catalog
from tastemaker.errors import BadInputError


@pytest.mark.parametrize(
    ("files", "format"),
    [
        (["movies.csv", "ratings.csv"], "movielens"),
        (["movies.dat", "ratings.dat", "users.dat"], "movielens"),
        (["a.inter", "a.item"], "recbole"),
        (["meta_Toys.jsonl", "Toys.jsonl"], "amazon"),
        (["items.csv"], "tables"),
        (["items.parquet", "readme.md"], "tables"),
    ],
)
def test_folders_are_detected(tmp_path: Path, files: list[str], format: str):
    for name in files:
        (tmp_path / name).touch()
    assert detect_format(tmp_path) == format


def test_other_files_are_refused(tmp_path: Path):
    (tmp_path / "a.zip").touch()
    with pytest.raises(BadInputError, match="Unpack archives first"):
        detect_format(tmp_path / "a.zip")
    with pytest.raises(BadInputError, match="of no known format"):
        detect_format(tmp_path)


def test_wrong_use(tmp_path: Path):
    (tmp_path / "t.csv").write_text("id,title\n1,a\n")
    source = tmp_path / "t.csv"
    with pytest.raises(BadInputError, match="does not exist"):
        import_catalog(tmp_path / "gone", name="x")
    with pytest.raises(BadInputError, match="no format 'xml'"):
        import_catalog(source, name="x", format="xml")
    with pytest.raises(BadInputError, match="cannot name a catalogue"):
        import_catalog(source, name="../x")
    with pytest.raises(BadInputError, match="fixed files and columns"):
        import_catalog(tmp_path, name="x", format="recbole", mapping={"id": "a"})
    import_catalog(source, name="x")
    with pytest.raises(BadInputError, match="already exists"):
        import_catalog(source, name="x")
    assert import_catalog(source, name="x", replace=True).items == 1
