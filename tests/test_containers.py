"""The container files against what they name: files, extras, settings, ports, the command line."""

import fnmatch
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from pydantic import BaseModel
from tastemaker.cli import app as command_line
from tastemaker.settings import Settings

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
NOT_SETTINGS = {"TASTEMAKER_DATA_DIR", "TASTEMAKER_CACHE_DIR"}
"""Of `files.py`."""


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order: `("RUN", "pip install …")`."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def of(word: str) -> list[str]:
    """What an instruction is given, each time that it stands."""
    return [rest for name, rest in instructions() if name == word]


def names_of(model: type[BaseModel], prefix: str = "TASTEMAKER_") -> set[str]:
    """The environment variables of the settings."""
    names = set()
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names |= names_of(kind, f"{prefix}{name.upper()}__")
        else:
            names.add(f"{prefix}{name.upper()}")
    return names


def in_the_image(path: Path) -> bool:
    """Whether `.dockerignore` lets a path of the repository in; its last rule that fits counts."""
    name, let_in = path.as_posix(), True
    for rule in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = rule.removeprefix("!")
        if not rule or rule.startswith("#"):
            continue
        parts = [name, *(parent.as_posix() for parent in path.parents)][:-1]
        deep = pattern.removeprefix("**/")
        if any(
            ("/" not in part and fnmatch.fnmatchcase(part, pattern))
            or (deep != pattern and fnmatch.fnmatchcase(Path(part).name, deep))
            for part in parts
        ):
            let_in = rule.startswith("!")
    return let_in


def test_what_the_image_copies_is_there() -> None:
    for given in of("COPY"):
        *sources, _ = [one for one in shlex.split(given) if not one.startswith("--")]
        if "--from=" not in given:
            assert all((ROOT / one).exists() for one in sources), given


def test_the_package_goes_into_the_image_and_nothing_secret_does() -> None:
    setuptools = PROJECT["tool"]["setuptools"]
    for package in setuptools["packages"]:
        folder = Path(*package.split(".")[1:])
        for file in (ROOT / folder).glob("*.py"):
            assert in_the_image(file.relative_to(ROOT)), file
    for package, patterns in setuptools["package-data"].items():
        folder = ROOT / Path(*package.split(".")[1:])
        for file in (one for pattern in patterns for one in folder.glob(pattern)):
            assert in_the_image(file.relative_to(ROOT)), file
    for name in (PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]):
        assert in_the_image(Path(name))
    for name in (".env", "agent/.env", ".git/config", "tests/conftest.py", "campaigns/x/plan.json"):
        assert not in_the_image(Path(name)), name


def test_extras_are_those_of_the_project_and_enough_for_the_command() -> None:
    [extras] = [one for one in of("ARG") if one.startswith("EXTRAS=")]
    named = set(shlex.split(extras.partition("=")[2])[0].split())
    assert named <= PROJECT["project"]["optional-dependencies"].keys()
    assert {"serve", "postgres"} <= named and not named & {"cpu", "gpu"}


def test_python_is_one_that_the_project_takes() -> None:
    for image in of("FROM"):
        found = re.match(r"python:(\d+)\.(\d+)-", image)
        assert found and (3, 11) <= (int(found[1]), int(found[2])) < (3, 13)


def test_nobody_is_root_and_data_outlives_the_container() -> None:
    words = [word for word, _ in instructions()]
    [user] = of("USER")
    assert user.isdigit() and int(user) > 0 and words.index("USER") < words.index("ENTRYPOINT")
    [volume] = of("VOLUME")
    assert f"TASTEMAKER_DATA_DIR={volume}" in " ".join(of("ENV"))
    assert any(one.endswith(f":{volume}") for one in SERVICES["app"]["volumes"])


def test_the_command_is_one_of_the_command_line() -> None:
    [entry], [arguments] = of("ENTRYPOINT"), of("CMD")
    assert json.loads(entry) == [next(iter(PROJECT["project"]["scripts"]))]
    name, *options = json.loads(arguments)
    commands: Any = typer.main.get_command(command_line)
    context = commands.commands[name].make_context(name, options)
    assert context.params["host"] == "0.0.0.0"
    port = str(context.params["port"])
    assert of("EXPOSE") == [port] and f":{port}/healthz" in of("HEALTHCHECK")[0]
    [published] = SERVICES["app"]["ports"]
    assert published.startswith("127.0.0.1:") and published.endswith(f":{port}")


def test_settings_are_called_as_they_are_called() -> None:
    given = SERVICES["app"]["environment"]
    assert given.keys() <= names_of(Settings)
    in_image = set(re.findall(r"(TASTEMAKER_\w+)=", " ".join(of("ENV"))))
    assert in_image <= names_of(Settings) | NOT_SETTINGS


def test_settings_are_taken_as_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES["app"]["environment"].items():
        if value is not None:
            monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value))
    settings = Settings()
    assert settings.tracing.log_format == "json" and settings.catalog == "movies"
    assert settings.llm.base_url == f"http://vllm:{SERVICES['vllm']['expose'][0]}/v1"
    assert settings.llm.model in re.sub(r"\$\{\w+:-(.*?)\}", r"\1", SERVICES["vllm"]["command"][1])
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    postgres = SERVICES["postgres"]["environment"]
    assert url.startswith(f"postgresql://{postgres['POSTGRES_USER']}:")
    assert url.endswith(f"@postgres:5432/{postgres['POSTGRES_DB']}")


def test_no_secret_is_written_down() -> None:
    secret = re.compile("PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL")
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert not secret.search(name) or value is None or "${" in value, name
    assert not secret.search(" ".join([*of("ENV"), *of("ARG")]))
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def test_services_wait_for_what_they_need() -> None:
    for name, service in SERVICES.items():
        checked = "healthcheck" in service or ("build" in service and of("HEALTHCHECK"))
        assert checked, f"{name} has no health check"
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES
            assert how["condition"] != "service_healthy" or "healthcheck" in SERVICES[other]
            # What only a profile starts must not be needed.
            assert how.get("required", True) != bool(SERVICES[other].get("profiles"))
    used = {
        one.split(":")[0] for service in SERVICES.values() for one in service.get("volumes", [])
    }
    assert used == COMPOSE["volumes"].keys()
