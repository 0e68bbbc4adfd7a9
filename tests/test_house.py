"""The house rules: which folder may import which, and what the wheel holds."""

import ast
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# The floors, lowest first; a folder imports only from lower floors. The modules at the root that
# every folder may use are the ground; the command line and the terminal stand on top.
GROUND = {"errors", "files", "packages", "settings", "toml_files"}
MAY_IMPORT = {
    "catalog": set(),
    "prompts": set(),
    "serving": set(),
    "recommender": {"catalog", "serving"},
    "generation": {"catalog", "prompts", "serving", "recommender"},
    "tools": {"catalog", "prompts", "serving", "recommender", "generation"},
    "agent": {"catalog", "prompts", "serving", "recommender", "generation", "tools", "terminal"},
    "teaching": {
        "catalog", "prompts", "serving", "recommender", "generation", "tools", "agent",
    },
    "evals": {
        "catalog", "prompts", "serving", "recommender", "generation", "tools", "agent", "teaching",
        "terminal",
    },
}  # fmt: skip


def imported_rooms(path: Path) -> set[str]:
    """The top-level folders and root modules of ours that a file imports."""
    inside = path.relative_to(ROOT).with_suffix("").parts[:-1]
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = inside[: len(inside) - node.level + 1]
            parts = (*base, *(node.module.split(".") if node.module else ()))
            rooms |= {parts[0]} if parts else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names = (
                [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            )
            assert not any((name or "").split(".")[0] == "tastemaker" for name in names), (
                f"{path}: imports inside the package are relative"
            )
    return rooms


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_run_one_way(room: str) -> None:
    allowed = MAY_IMPORT[room] | GROUND | {room}
    for path in sorted((ROOT / room).rglob("*.py")):
        wrong = imported_rooms(path) - allowed
        assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


def test_the_ground_stands_on_nothing() -> None:
    for name in GROUND:
        assert imported_rooms(ROOT / f"{name}.py") <= GROUND


def test_the_check_sees_a_wrong_import(tmp_path: Path) -> None:
    assert "agent" in imported_rooms(ROOT / "evals" / "bench_turn.py")


def packages_in_tree() -> set[str]:
    found = {"tastemaker"}
    for folder in MAY_IMPORT:
        for path in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join(("tastemaker", *path.parent.relative_to(ROOT).parts)))
    return found


def test_every_package_is_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(project["tool"]["setuptools"]["packages"]) == packages_in_tree()


def test_every_folder_of_code_is_a_package() -> None:
    for folder in MAY_IMPORT:
        for path in (ROOT / folder).rglob("*.py"):
            assert (path.parent / "__init__.py").exists(), path


def test_the_wheel_installs_one_name(tmp_path: Path) -> None:
    """The built wheel holds `tastemaker` and its metadata, with every module and data file."""
    source = tmp_path / "source"  # a build leaves files beside what it builds
    ignored = shutil.ignore_patterns(".*", "*.egg-info", "build", "dist", "__pycache__")
    shutil.copytree(ROOT, source, ignore=ignored)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, source],
        check=True,
        capture_output=True,
        timeout=300,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tastemaker"}
    for folder in MAY_IMPORT:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".jinja", ".toml", ".css", ".js", ".svg", ".woff2"}:
                assert f"tastemaker/{path.relative_to(ROOT)}" in names
    assert not any(name.startswith(("tastemaker/tests", "tastemaker/.venv")) for name in names)
