"""Settings come from the environment over the TOML file; a wrong one is one clear sentence."""

from pathlib import Path

import pytest
from tastemaker.errors import BadInputError
from tastemaker.settings import load_settings


@pytest.fixture
def toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "tastemaker.toml"
    monkeypatch.setenv("TASTEMAKER_CONFIG", str(path))
    path.write_text("")
    return path


def test_the_environment_wins_over_the_file(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml.write_text('[llm]\nmodel = "of-the-file"\n[agent]\nitems = 3\n')
    monkeypatch.setenv("TASTEMAKER_LLM__MODEL", "of-the-environment")
    settings = load_settings()
    assert (settings.llm.model, settings.agent.items) == ("of-the-environment", 3)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[agent]\nitems = 0\n", "agent.items"),
        ('[agent]\nitems = "many"\n', "agent.items"),
        ("[agent]\nitmes = 3\n", "agent.itmes"),
        ("[agent\n", "tastemaker.toml"),
    ],
)
def test_a_wrong_setting_is_named(toml: Path, content: str, named: str) -> None:
    toml.write_text(content)
    with pytest.raises(BadInputError, match=named):
        load_settings()


def test_a_named_file_must_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASTEMAKER_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(BadInputError, match=r"none\.toml"):
        load_settings()


def test_a_key_is_not_shown(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASTEMAKER_LLM__API_KEY", "very-secret")
    assert "very-secret" not in repr(load_settings())
