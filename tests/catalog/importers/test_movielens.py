import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tastemaker.catalog.importers.dispatch import import_catalog
from tastemaker.catalog.store import Catalog, resolve_catalog
from tastemaker.errors import BadInputError, MissingError, TastemakerError

MOVIES = """movieId,title,genres
1,Toy Story (1995),Animation|Comedy
2,"Matrix, The (1999)",Action|Sci-Fi
3,Unknown (2000),(no genres listed)
"""
RATINGS = """userId,movieId,rating,timestamp
7,1,4.5,100
7,2,3.0,50
8,1,5.0,10
8,9,5.0,10
8,2,many,10
8,2
"""
TAGS = """userId,movieId,tag,timestamp
7,1,Pixar,1
8,1,pixar ,2
8,1,Fun,3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "ml"
    folder.mkdir()
    (folder / "movies.csv").write_text(MOVIES)
    (folder / "ratings.csv").write_text(RATINGS)
    (folder / "tags.csv").write_text(TAGS)
    return folder


def test_csv_layout(folder: Path):
    report = import_catalog(folder, name="ml")
    assert (report.format, report.items, report.interactions, report.users) == (
        "movielens",
        3,
        3,
        2,
    )
    assert report.rejected == 3 and report.rejects_file is not None
    assert sorted(report.first_rejects) == [
        "ratings.csv:5 names an item that is not in the catalogue",
        "ratings.csv:6 has a value that is not a number",
        "ratings.csv:7 has 2 columns instead of 4",
    ]
    catalog = Catalog.open(report.catalog_folder)
    assert catalog.titles == ["Toy Story", "The Matrix", "Unknown"]
    assert catalog.item("1").attributes == {
        "year": 1995.0,
        "genres": ["Animation", "Comedy"],
        "tags": ["pixar", "fun"],
        "votes": 2.0,
    }
    assert "genres" not in catalog.item("3").attributes
    assert catalog.history("7")["item_id"].to_list() == ["2", "1"]
    assert catalog.manifest.item_noun == "film"
    assert catalog.manifest.synonyms["funny"] == {"genres": ["Comedy"]}


def test_dat_layout_in_latin1(tmp_path: Path):
    (tmp_path / "movies.dat").write_bytes("1::Misérables, Les (1998)::Drama\n".encode("latin-1"))
    (tmp_path / "ratings.dat").write_text("1::1::5::978300760\r\n2::1::4\n")
    (tmp_path / "users.dat").write_text("1::F::1::10::48067\n")
    report = import_catalog(tmp_path, name="ml")
    catalog = resolve_catalog("ml")
    assert catalog.titles == ["Les Misérables"]
    assert catalog.history("1").rows() == [("1", "1", 5.0, 978300760)]
    assert report.first_rejects == ["ratings.dat:2 has 3 columns instead of 4"]


def test_a_wrong_header_is_one_sentence(folder: Path):
    (folder / "ratings.csv").write_text("user,movie\n1,2\n")
    with pytest.raises(BadInputError, match="no column userId, movieId, rating, timestamp"):
        import_catalog(folder, name="ml")


def test_a_missing_file_is_named(folder: Path):
    (folder / "ratings.csv").unlink()
    with pytest.raises(MissingError, match=r"no ratings\.csv"):
        import_catalog(folder, name="ml", format="movielens")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["movies.csv", "ratings.csv", "tags.csv"]),
    body=st.binary(max_size=200),
    keep=st.booleans(),
)
def test_any_bytes_import_or_are_refused(folder: Path, name: str, body: bytes, keep: bool):
    whole = {"movies.csv": MOVIES, "ratings.csv": RATINGS, "tags.csv": TAGS}[name]
    (folder / name).write_bytes(whole.encode() * keep + body)
    try:
        report = import_catalog(folder, name="any", replace=True)
        assert Catalog.open(report.catalog_folder).manifest.items == report.items > 0
    except TastemakerError as error:
        assert str(error).endswith(".")
    finally:
        (folder / name).write_text(whole)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_million_ratings_in_bounded_memory(tmp_path: Path, data_dir: Path):
    rows = 1_000_000
    (tmp_path / "movies.csv").write_text(
        "movieId,title,genres\n" + "".join(f"{n},Film {n} (1990),Drama\n" for n in range(500))
    )
    index = pl.int_range(rows, eager=True)
    pl.DataFrame(
        {
            "userId": index // 100,
            "movieId": (index * 7) % 501,
            "rating": 1 + index % 5,
            "timestamp": 10**9 + index,
        }
    ).write_csv(tmp_path / "ratings.csv")
    script = (
        "import sys; from pathlib import Path;"
        "from tastemaker.catalog.importers.dispatch import import_catalog;"
        "r = import_catalog(Path(sys.argv[1]), name='big');"
        # VmHWM is of this program alone; ru_maxrss also counts what was forked from
        "status = Path('/proc/self/status').read_text();"
        "print(r.interactions, r.rejected, status.split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    interactions, rejected, peak = map(int, done.stdout.split())
    assert rejected == rows // 501
    assert interactions == rows - rejected
    assert peak < 600 * 1024  # KiB; about 340 MiB is used, of which 100 by the libraries
    assert len(json.loads((data_dir / "catalogs/big/manifest.json").read_text())["hashes"]) == 4
    lines = (data_dir / "catalogs/big/rejects.jsonl").read_text().splitlines()
    assert len(lines) == rejected
