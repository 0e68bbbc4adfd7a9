import io
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from tastemaker.catalog.packs import PACKS, PackFile, extract, fetch_pack
from tastemaker.catalog.store import Catalog, resolve_catalog
from tastemaker.errors import BadInputError, MissingError

PIN = {"package": "p", "version": "1", "filename": "p.zip", "sha256": "0" * 64}


def test_every_pack_states_its_origin_and_terms():
    assert list(PACKS) == ["movies", "art", "ml-100k", "ml-1m"]
    for pack in PACKS.values():
        assert pack.about.licence != "not stated" and pack.about.source
        assert all(len(file.pin.sha256) == 64 for file in pack.files)


def test_unknown_packs_are_refused():
    with pytest.raises(BadInputError, match="there are movies, art"):
        fetch_pack("novels")


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_only_wanted_members_are_taken_and_none_leaves_the_folder(tmp_path: Path, kind: str):
    archive = tmp_path / f"p.{kind}"
    members = [
        "p-1/data/a.csv",
        "p-1/model.pkl",
        "../../evil.jpg",
        "p-1/x/pic.jpg",
        "notdata/a.csv",
    ]
    if kind == "zip":
        with zipfile.ZipFile(archive, "w") as zipped:
            for name in members:
                zipped.writestr(name, name)
    else:
        with tarfile.open(archive, "w:gz") as tarred:
            for name in members:
                entry = tarfile.TarInfo(name)
                entry.size = len(name)
                tarred.addfile(entry, io.BytesIO(name.encode()))
    wanted = PackFile.model_validate(
        {"pin": PIN, "members": {"data/a.csv": "items.csv"}, "suffix": ".jpg"}
    )
    target = tmp_path / "a" / "b" / "out"
    target.mkdir(parents=True)
    extract(archive, wanted, target)
    assert sorted(path.name for path in target.iterdir()) == ["evil.jpg", "items.csv", "pic.jpg"]
    assert (target / "items.csv").read_text() == "p-1/data/a.csv"
    assert not (tmp_path / "evil.jpg").exists()
    wanted.members["data/b.csv"] = "b.csv"
    with pytest.raises(MissingError, match=r"has no data/b\.csv"):
        extract(archive, wanted, target)


@pytest.fixture(scope="session")
def movies(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path_factory.mktemp("packs")))
        return resolve_catalog("movies")


@pytest.mark.packs
@pytest.mark.parametrize(
    ("title", "year", "runtime", "director", "genre", "language"),
    [
        ("Toy Story", 1995, 81, "John Lasseter", "Animation", "English"),
        ("The Matrix", 1999, 136, "Lana Wachowski", "Sci-Fi", "English"),
        ("Pulp Fiction", 1994, 154, "Quentin Tarantino", "Crime", "English"),
        ("Amelie", 2001, 122, "Jean-Pierre Jeunet", "Romance", "French"),
        ("Alien", 1979, 117, "Ridley Scott", "Horror", "English"),
    ],
)
def test_known_films(
    movies: Catalog,
    title: str,
    year: float,
    runtime: float,
    director: str,
    genre: str,
    language: str,
):
    found = movies.item(movies.item_ids[movies.titles.index(title)]).attributes
    assert (found["year"], found["runtime"], found["language"]) == (year, runtime, language)
    assert director in found["director"] and genre in found["genres"]  # pyright: ignore


@pytest.mark.packs
def test_the_whole_movies_pack(movies: Catalog):
    manifest = movies.manifest
    counts = (manifest.items, manifest.interactions, manifest.users, manifest.rejected)
    assert counts == (9125, 100004, 671, 0)
    assert round(movies.spec("runtime").coverage * manifest.items) == 3404
    names = "year genres runtime director cast keywords tags language tagline rating votes"
    for name in names.split():
        movies.spec(name)
    assert "(no genres listed)" not in movies.spec("genres").vocabulary
    assert manifest.synonyms["scary"] == {"genres": ["Horror"]}
    assert movies.history("1").height == 20
    movies.verify()
    start = time.perf_counter()
    Catalog.open(movies.folder)
    assert time.perf_counter() - start < 1.0


@pytest.mark.packs
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("art", (174, 0, 0, 174)),
        ("ml-100k", (1682, 100_000, 943, 0)),
        ("ml-1m", (3883, 1_000_209, 6040, 0)),
    ],
)
def test_the_other_packs(name: str, counts: tuple[int, int, int, int]):
    manifest = fetch_pack(name).manifest
    found = (manifest.items, manifest.interactions, manifest.users, manifest.images)
    assert found == counts and manifest.rejected == 0
