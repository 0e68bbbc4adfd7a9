"""A model of two tiny layers that learns in seconds, and the films of the readers' tests."""

from pathlib import Path

import pytest
import torch
from tastemaker.catalog.packs import film_about
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

TEMPLATE = (
    "{% for message in messages %}<s>{{ message.role }}\n{{ message.content }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant\n{% endif %}"
)


def save_tiny_model(folder: Path, seed: int = 0, width: int = 32) -> Path:
    """A Llama of two layers over bytes."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {text: place for place, text in enumerate(["<s>", "</s>", *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="</s>"
    )
    fast.chat_template = TEMPLATE
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=width,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        initializer_range=0.5,  # else no output could be learnt: its last layer is frozen
        bos_token_id=0,
        eos_token_id=1,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


@pytest.fixture
def dirs(tmp_path, monkeypatch) -> None:
    """A cache of the test's own."""
    monkeypatch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def tiny_model(tmp_path) -> Path:
    """The folder of the tiny model."""
    return save_tiny_model(tmp_path / "tiny")


@pytest.fixture
def other_model(tmp_path) -> Path:
    """The tiny model with other weights."""
    return save_tiny_model(tmp_path / "other", seed=1)


@pytest.fixture(scope="session")
def films(tmp_path_factory) -> Catalog:
    """Two films."""
    folder = tmp_path_factory.mktemp("teaching") / "films"
    items = [
        RawItem("x:1", "1", "Stripes", attributes={"genres": ["Comedy"]}),
        RawItem("x:2", "2", "Alien", attributes={"genres": ["Horror"]}),
    ]
    about = film_about("Films", "a test", "none")
    write_catalog(folder, Source(about, iter(items), iter(())), Rejects())
    return Catalog.open(folder)
