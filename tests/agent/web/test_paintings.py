"""Paintings are named by their addresses; where they lie is told to nobody."""

import pytest
from tastemaker.agent.web.paintings import (
    address_of,
    painting_file,
    with_addresses,
    without_places,
)
from tastemaker.errors import NotFoundError

NAME = "0123456789abcdef0123.png"


@pytest.mark.parametrize("folder", ["/home/ann/my data/paintings/", "C:\\data\\", "/"])
def test_a_text_tells_no_path(folder: str) -> None:
    said = f"I painted Alien: a ship.\nIt is in {folder}{NAME}\nAnother?"
    assert (
        with_addresses(said) == f"I painted Alien: a ship.\nIt is in /v1/paintings/{NAME}\nAnother?"
    )
    assert without_places(said) == "I painted Alien: a ship.\nAnother?"
    assert address_of(folder + NAME) == f"/v1/paintings/{NAME}"


def test_what_only_looks_like_it_stays() -> None:
    for said in ("It is in black and white.", "It is in colour.png", f"\nIt is in {NAME[1:]}"):
        assert with_addresses(said) == without_places(said) == said


def test_a_name_is_no_path(tmp_path) -> None:
    (tmp_path / "paintings").mkdir()
    (tmp_path / "paintings" / NAME).write_bytes(b"x")
    (tmp_path / "secret.png").write_bytes(b"x")
    assert painting_file(tmp_path / "paintings", NAME).read_bytes() == b"x"
    for name in ("../secret.png", "", ".", f"x{NAME}", f"{NAME}\n", NAME.upper()):
        with pytest.raises(NotFoundError):
            painting_file(tmp_path / "paintings", name)
