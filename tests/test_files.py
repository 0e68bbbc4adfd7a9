"""Writes are all or nothing; names cannot leave their folder."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.files import building_folder, replacing_file, safe_name, sha256_file


def test_a_file_is_replaced_only_when_the_block_succeeds(tmp_path: Path) -> None:
    target = tmp_path / "a" / "file.txt"
    with replacing_file(target) as temporary:
        temporary.write_text("first")
    with pytest.raises(RuntimeError), replacing_file(target) as temporary:
        temporary.write_text("half of the sec")
        raise RuntimeError
    assert target.read_text() == "first"
    assert list(target.parent.iterdir()) == [target]


def test_a_folder_is_replaced_only_when_the_block_succeeds(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    for text in ("first", "second"):
        with building_folder(target) as temporary:
            (temporary / "file").write_text(text)
        assert (target / "file").read_text() == text
    with pytest.raises(RuntimeError), building_folder(target) as temporary:
        (temporary / "file").write_text("third")
        raise RuntimeError
    assert (target / "file").read_text() == "second"
    assert list(tmp_path.iterdir()) == [target]


@given(st.text())
def test_a_safe_name_stays_in_its_folder(text: str) -> None:
    name = safe_name(text)
    assert name not in {"", ".", ".."} and Path("folder", name).name == name
    assert name.isascii() and len(name) < 64


@given(st.text(max_size=60), st.text(max_size=60))
def test_different_texts_get_different_names(one: str, other: str) -> None:
    assert (safe_name(one) == safe_name(other)) == (one == other)


def test_sha256_of_a_known_text(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_file(path) == expected
