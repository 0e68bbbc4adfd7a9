import pytest
from tastemaker.serving.command import vllm_spec
from tastemaker.settings import LLMSettings, ServerSettings, Settings

pytest.importorskip("vllm")


def spec(tmp_path, **server):
    settings = Settings(
        llm=LLMSettings(model="some-model"), server=ServerSettings.model_validate(server)
    )
    return vllm_spec(settings, tmp_path)


def test_settings_become_options_and_environment(tmp_path):
    made = spec(tmp_path, context_tokens=2048, kv_cache_gib=3, idle_minutes=2, max_restarts=1)
    command = " ".join(made.command)
    assert f"--model {tmp_path} --served-model-name some-model" in command
    assert "--host 127.0.0.1 --port {port}" in command
    assert "--max-model-len 2048" in command
    assert made.environment["HF_HUB_OFFLINE"] == "1"
    assert (made.idle_seconds, made.max_restarts) == (120, 1)


def test_identity_follows_what_the_server_is_started_with(tmp_path):
    first = spec(tmp_path)
    assert spec(tmp_path).identity == first.identity
    assert spec(tmp_path, idle_minutes=1, max_restarts=0).identity == first.identity
    assert spec(tmp_path, context_tokens=1024).identity != first.identity
    assert spec(tmp_path / "other").identity != first.identity
