"""The command line and environment that start vLLM for a model folder."""

import hashlib
import json
import os
import sys
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

import psutil

from ..errors import MissingError
from ..files import cache_dir, replacing_file
from ..settings import Settings
from .adapters import taught
from .models import sees
from .state import ServerSpec

_SITE_CUSTOMIZE = "import tastemaker  # makes torchvision importable beside a torch for CPUs\n"
AT_ONCE = 64
"""Sequences that a server on a CPU computes together; a conversation needs few, a batch many."""
_STRUCTURED = {"backend": "xgrammar", "disable_any_whitespace": True}


def vllm_spec(settings: Settings, folder: Path) -> ServerSpec:
    """How the supervisor starts vLLM for the model in `folder` under these settings.

    Raises:
        MissingError: vLLM is not installed.
    """
    if find_spec("vllm") is None:
        raise MissingError(
            "The embedded language model needs vLLM, which is not installed: run"
            ' `pip install "tastemaker[cpu]"` (on a GPU `pip install "tastemaker[gpu]"`), or set'
            " TASTEMAKER_LLM__BASE_URL to an OpenAI-compatible endpoint."
        )
    # The `vllm` command wants metadata that the CPU build does not have; the module runs in both.
    command = [sys.executable, "-P", "-m", "vllm.entrypoints.openai.api_server"]
    options = [
        *("--model", str(folder), "--served-model-name", settings.llm.model),
        *("--host", "127.0.0.1", "--port", "{port}"),
        *("--dtype", "bfloat16", "--max-model-len", str(settings.server.context_tokens)),
        "--enable-prefix-caching",
        *("--structured-outputs-config", json.dumps(_STRUCTURED)),
        *("--enable-auto-tool-choice", "--tool-call-parser", "hermes"),
        *("--tool-strict-level", "parameter"),
        *("--shutdown-timeout", "30", "--disable-uvicorn-access-log"),
    ]
    paths = [str(_site_folder()), os.environ.get("PYTHONPATH", "")]
    environment = {
        "VLLM_NO_USAGE_STATS": "1",
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    if taught(folder) is not None:
        options += ["--chat-template-content-format", "openai"]  # pictures stand where they are
    if sees(folder):
        limits = {"image": settings.agent.pictures + 1, "video": 0}
        options += ["--limit-mm-per-prompt", json.dumps(limits)]
    if _cpu_build():
        # One engine process that also runs the model starts some 5 s sooner than the default two.
        options += [
            "--enforce-eager",
            "--max-num-seqs",
            str(AT_ONCE),
            "--distributed-executor-backend",
            "uni",
        ]
        environment |= {
            "VLLM_CPU_KVCACHE_SPACE": str(settings.server.kv_cache_gib),
            "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
            "OMP_NUM_THREADS": str(_cores()),
            # Threads that spin while they wait made answers 2 to 5 times slower on a busy machine.
            "OMP_WAIT_POLICY": "PASSIVE",
        }
    identity = hashlib.sha256(json.dumps([options, environment]).encode()).hexdigest()
    return ServerSpec(
        command=command + options,
        environment=environment,
        model=settings.llm.model,
        identity=identity,
        idle_seconds=settings.server.idle_minutes * 60,
        start_seconds=settings.server.start_seconds,
        max_restarts=settings.server.max_restarts,
    )


def _site_folder() -> Path:
    """A folder whose `sitecustomize` runs in the server and in all that the server starts."""
    folder = cache_dir() / "site"
    with replacing_file(folder / "sitecustomize.py") as temporary:
        temporary.write_text(_SITE_CUSTOMIZE, encoding="utf-8")
    return folder


def _cpu_build() -> bool:
    try:
        distribution("vllm-cpu")
    except PackageNotFoundError:
        return False
    return True


def _cores() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, psutil.cpu_count(logical=False) or 1)
