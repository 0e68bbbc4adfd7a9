"""The parsers on archives made here; the real packages only under the marker `packs`."""

import io
import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tastemaker.errors import MissingError
from tastemaker.files import sha256_file
from tastemaker.packages import silent
from tastemaker.teaching.seeing.drawings import (
    EDGE,
    SETS,
    DrawingSet,
    _clipart,
    _pictures_of,
    _title,
    emoji_of,
    fetched_set,
)

RED = '<rect width="16" height="16" fill="#f00"/>'
needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb here")
needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm here")


def iconify(path: Path, icons: dict[str, Any], about: object) -> Path:
    """A package of an icon set as npm has it, with code that must not be run."""
    files = {
        "package/package.json": {"name": "icons", "version": "1.0.0"},
        "package/icons.json": icons,
        "package/metadata.json": about,
        "package/index.js": "throw new Error('run')",
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            body = json.dumps(content).encode()
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return path


def svg(title: str = "", more: str = "") -> str:
    """A drawing as the Open Clip Art Library has it."""
    return (
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">'
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://web.resource.org/cc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<Work rdf:about=""><dc:title>{title}</dc:title></Work></rdf:RDF></metadata>'
        f"{RED}{more}</svg>"
    )


def deb(folder: Path, files: dict[str, str]) -> Path:
    """A Debian package with these files under `/usr/share/openclipart/svg`."""
    tree = folder / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(
        "Package: clipart\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b>\nDescription: a\n"
    )
    for name, body in files.items():
        path = tree / "usr/share/openclipart/svg" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body)
    built = folder / "clipart.deb"
    subprocess.run(["dpkg-deb", "-b", tree, built], check=True, capture_output=True)
    return built


def test_an_emoji_is_named_once_whatever_its_skin_tone(tmp_path):
    icons = {
        "height": 128,
        "width": 64,
        "icons": {
            "red-apple": {"body": RED},
            "waving-hand": {"body": RED, "width": 32, "height": 48},
            "waving-hand-light": {"body": RED},
            "waving-hand-medium-dark": {"body": RED},
            "person-skin-tone-3": {"body": RED},
            "old-apple": {"body": RED, "hidden": True},
        },
    }
    kinds = {"categories": {"Food & Drink": ["red-apple"], "People": ["waving-hand-light"]}}
    found = list(emoji_of(iconify(tmp_path / "a.tgz", icons, kinds)))
    assert [one[:3] for one in found] == [
        ("red-apple", "red apple", "food & drink"),
        ("waving-hand", "waving hand", ""),
    ]
    assert 'viewBox="0 0 64 128"' in found[0][3] and RED in found[0][3]
    assert 'viewBox="0 0 32 48"' in found[1][3]


@pytest.mark.parametrize("about", [{}, {"categories": None}, {"categories": ["Food"]}])
def test_an_icon_set_without_categories_or_sizes_has_no_kinds(tmp_path, about):
    package = iconify(tmp_path / "a.tgz", {"icons": {"a-b": {"body": ""}}}, about)
    ((key, caption, kind, drawn),) = emoji_of(package)
    assert (key, caption, kind) == ("a-b", "a b", "")
    assert 'viewBox="0 0 16 16"' in drawn


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Red Apple", "red apple"),
        ("  red_apple-01  \nby somebody", "red apple"),
        ("Apple (fruit), 3!", "apple fruit"),
        ("ab", ""),  # too short to say anything
        ("12 34", ""),
        ("x" * 60, "x" * 60),
        ("x" * 61, ""),
        ("Église", ""),
        ("яблоко", ""),
        ("", ""),
    ],
)
def test_a_title_is_its_words_in_lower_case(title, read):
    assert _title(svg(title)) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no drawing",
        "<svg",
        "<svg></svg>",
        "<svg><Work><title>plain apple</title></Work></svg>",  # of no vocabulary
        svg("red apple")[:-6],
        svg("red & apple"),
        svg("<b>red apple</b>"),
        "\x00",
        "<?xml version='1.0' encoding='nonsense'?><svg/>",
    ],
)
def test_a_damaged_drawing_has_no_title(text):
    assert _title(text) == ""


@given(st.text(max_size=200))
def test_any_text_has_a_title_or_none(text):
    title = _title(svg(text))
    assert title == "" or (title.isascii() and title == title.lower() and 3 <= len(title) <= 60)
    assert _title(text) == ""


@needs_dpkg
def test_clip_art_is_of_things_titled_and_not_all_alike(tmp_path):
    files = {
        "animals/bird.svg": svg("Red Bird"),
        "animals/birds/more.svg": svg("Blue Bird"),
        "recreation/music/drum.svg": svg("A drum"),
        "recreation/other/ball.svg": svg("A ball"),
        "computer/icons/disk.svg": svg("A disk"),
        "computer/hardware/mouse.svg": svg("A mouse"),
        "food/cut.svg": svg("Half an apple")[:-20],
        "food/untitled.svg": svg(),
        "food/pera.svg": svg("Una pera", "<!-- Francesco Rollandin -->"),
        "food/read.me": svg("No drawing"),
        **{f"tools/{n}.svg": svg("Tool") for n in range(4)},
        **{f"plants/{n}.svg": svg("Rose") for n in range(3)},
    }
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    found = list(_clipart(deb(tmp_path, files), unpacked))
    assert [one[:3] for one in found if one[1] != "rose"] == [
        ("animals/bird.svg", "red bird", "animals"),
        ("animals/birds/more.svg", "blue bird", "animals"),
        ("computer/hardware/mouse.svg", "a mouse", "computer"),
        ("recreation/music/drum.svg", "a drum", "music"),
    ]
    assert sum(one[1] == "rose" for one in found) == 3
    assert found[0][3] == files["animals/bird.svg"]


def local_set(folder: Path, icons: dict[str, Any], **changes: str) -> DrawingSet:
    """An icon set that npm packs from a folder of this machine."""
    source = folder / "source"
    source.mkdir()
    archive = iconify(folder / "source.tgz", {"height": 16, "icons": icons}, {})
    with tarfile.open(archive) as packed:
        packed.extractall(source, filter="data")
    first = subprocess.run(
        ["npm", "pack", "--silent", str(source / "package")],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    values = {
        "name": "local",
        "client": "npm",
        "package": str(source / "package"),
        "filename": "icons-1.0.0.tgz",
        "sha256": sha256_file(folder / first.stdout.strip()),
        "licence": "MIT",
    }
    return DrawingSet.model_validate(values | changes)


@needs_npm
def test_a_set_is_rendered_once_and_what_is_no_drawing_is_left_out(tmp_path, dirs):
    icons = {"red-square": {"body": RED}, "torn": {"body": "<rect"}, "empty": {"body": ""}}
    one = local_set(tmp_path, icons)
    found = _pictures_of(one, silent)
    assert [picture.caption for picture in found] == ["empty", "red square"]
    assert all(picture.drawn and picture.set == "local" for picture in found)
    with Image.open(found[1].image) as image:
        assert image.size == (EDGE, EDGE)
        assert image.convert("RGB").getpixel((EDGE // 2, EDGE // 2)) == (255, 0, 0)
    with Image.open(found[0].image) as image:
        assert image.convert("RGB").getextrema() == ((255, 255),) * 3  # on white
    # The second time nothing is fetched: the package is gone.
    shutil.rmtree(tmp_path / "source")
    assert _pictures_of(one, silent) == found


@needs_npm
def test_another_file_than_the_pinned_one_is_refused(tmp_path, dirs):
    one = local_set(tmp_path, {"red-square": {"body": RED}}, sha256="0" * 64)
    with pytest.raises(MissingError, match=r"icons-1\.0\.0\.tgz is not the pinned file"):
        _pictures_of(one, silent)
    kept = [path for path in (tmp_path / "cache" / "drawings").iterdir() if path.is_dir()]
    assert kept == []


@needs_npm
def test_a_package_that_is_not_there_is_named_with_what_the_client_said(tmp_path):
    one = DrawingSet(
        name="none", client="npm", package=str(tmp_path / "nowhere"), filename="none.tgz",
        sha256="0" * 64, licence="MIT",
    )  # fmt: skip
    with pytest.raises(MissingError, match=r"npm did not fetch .*nowhere: .+"):
        fetched_set(one, tmp_path, silent)


def test_a_client_that_is_not_installed_is_named(tmp_path):
    one = SETS[0].model_copy(update={"client": "no-such-client"})
    with pytest.raises(MissingError, match="no-such-client, which is not installed"):
        fetched_set(one, tmp_path, silent)


def test_no_pin_is_loose():
    assert len({one.name for one in SETS}) == len(SETS)
    for one in SETS:
        assert len(one.sha256) == 64 and one.licence and one.client in ("npm", "apt-get")
        name, _, version = one.package.rpartition("=" if one.client == "apt-get" else "@")
        assert name and version.removeprefix("1:") in one.filename


@pytest.mark.packs
@needs_npm
def test_noto_is_fetched_and_holds_what_it_says(tmp_path):
    package = fetched_set(SETS[0], tmp_path, silent)
    captions = {caption: kind for _, caption, kind, _ in emoji_of(package)}
    assert len(captions) > 1000 and captions["red apple"] == "food & drink"
    assert len(set(captions.values())) > 5
