import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tastemaker.serving.adapters import CARD, AdapterCard
from tastemaker.serving.command import vllm_spec
from tastemaker.settings import AgentSettings, LLMSettings, ServerSettings, Settings

pytest.importorskip("vllm")
pytestmark = pytest.mark.usefixtures("dirs")


def spec(folder, pictures=5, **server):
    settings = Settings(
        llm=LLMSettings(model="some-model"),
        server=ServerSettings.model_validate(server),
        agent=AgentSettings(pictures=pictures),
    )
    return vllm_spec(settings, folder)


def option(made, name: str) -> str:
    """The value of an option of the command line."""
    return made.command[made.command.index(name) + 1]


@pytest.fixture
def reads(tmp_path) -> Path:
    """The folder of a model that reads only."""
    (tmp_path / "reads").mkdir()
    (tmp_path / "reads" / "config.json").write_text('{"model_type": "llama"}')
    return tmp_path / "reads"


@pytest.fixture
def seeing(tmp_path) -> Path:
    """The folder of a model that sees."""
    (tmp_path / "sees").mkdir()
    (tmp_path / "sees" / "config.json").write_text('{"model_type": "x", "vision_config": {}}')
    return tmp_path / "sees"


def test_settings_become_options_and_environment(tmp_path):
    made = spec(tmp_path, context_tokens=2048, kv_cache_gib=3, idle_minutes=2, max_restarts=1)
    command = " ".join(made.command)
    assert f"--model {tmp_path} --served-model-name some-model" in command
    assert "--host 127.0.0.1 --port {port}" in command
    assert "--max-model-len 2048" in command
    assert made.environment["HF_HUB_OFFLINE"] == "1"
    assert (made.idle_seconds, made.max_restarts) == (120, 1)


def test_identity_follows_what_the_server_is_started_with(tmp_path, seeing):
    first = spec(tmp_path)
    assert spec(tmp_path).identity == first.identity
    assert spec(tmp_path, idle_minutes=1, max_restarts=0).identity == first.identity
    assert spec(tmp_path, context_tokens=1024).identity != first.identity
    assert spec(tmp_path / "other").identity != first.identity
    assert spec(tmp_path, pictures=1).identity == first.identity
    assert spec(seeing, pictures=1).identity != spec(seeing, pictures=2).identity


def test_a_model_that_sees_takes_the_items_pictures_and_the_persons_own(seeing):
    made = spec(seeing, pictures=3)
    assert json.loads(option(made, "--limit-mm-per-prompt")) == {"image": 4, "video": 0}
    assert json.loads(option(spec(seeing, pictures=0), "--limit-mm-per-prompt"))["image"] == 1


def test_a_model_that_reads_only_gets_no_options_for_pictures(reads, tmp_path):
    for folder in (reads, tmp_path):
        command = spec(folder).command
        assert "--limit-mm-per-prompt" not in command
        assert "--chat-template-content-format" not in command


@pytest.mark.parametrize("which", ["reads", "seeing"])
def test_the_template_of_a_taught_model_gets_parts_in_their_order(which, request):
    folder = request.getfixturevalue(which)
    assert "--chat-template-content-format" not in spec(folder).command
    card = AdapterCard(base="tiny", base_sha256="0", prompts={})
    (folder / CARD).write_text(card.model_dump_json())
    assert option(spec(folder), "--chat-template-content-format") == "openai"


@pytest.mark.parametrize("which", ["reads", "seeing"])
def test_whatever_the_server_starts_can_import_torchvision(which, request, monkeypatch, tmp_path):
    """vLLM imports it also for models that only read."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "mine"))
    environment = spec(request.getfixturevalue(which)).environment
    site, mine = environment["PYTHONPATH"].split(os.pathsep)
    assert mine == str(tmp_path / "mine")
    assert (Path(site) / "sitecustomize.py").is_file()
    code = "import sys; print('tastemaker' in sys.modules); import torchvision"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "True"


def test_without_a_path_of_the_users_only_ours_is_given(reads, monkeypatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert os.pathsep not in spec(reads).environment["PYTHONPATH"]
