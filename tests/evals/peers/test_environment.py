"""RecBole's environment: found when it is finished, refused in one sentence when pip cannot."""

from pathlib import Path

import pytest
from tastemaker.errors import MissingError
from tastemaker.evals.peers.environment import PINS, environment_folder, peer_python


def test_everything_is_pinned() -> None:
    assert all("==" in pin for pin in PINS)
    assert {pin.split("==")[0] for pin in PINS} >= {"torch", "numpy", "scipy", "pandas"}


def test_a_finished_environment_is_used_as_it_is(cache: Path) -> None:
    python = environment_folder() / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("finished")
    assert peer_python() == python
    assert python.read_text() == "finished"


def test_without_an_index_one_sentence_says_so_and_nothing_stays(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what an earlier, killed build left is gone."""
    folder = environment_folder()
    rest = folder.with_name(f".{folder.name}.killed")
    rest.mkdir(parents=True)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(cache))
    with pytest.raises(MissingError, match=r"RecBole cannot be installed .*\.$") as caught:
        peer_python()
    assert "\n" not in str(caught.value)
    assert not rest.exists() and not folder.exists()
    assert not [path for path in folder.parent.iterdir() if path.is_dir()]
