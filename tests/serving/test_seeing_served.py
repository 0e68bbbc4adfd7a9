"""Pictures through the real vLLM: any model that takes them is served by its folder's name alone,
and one that only reads refuses them.

The weights are random: what comes back must be of the schema, not true.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from PIL import Image
from tastemaker.agent.looking import messages_of, pick_schema
from tastemaker.packages import silent
from tastemaker.prompts import render, with_pictures
from tastemaker.recommender.image_encoder import read_image
from tastemaker.serving.calls import LLMUnusable, complete_json
from tastemaker.serving.chat_model import chat_model
from tastemaker.serving.llava import PROJECTOR, assemble_llava
from tastemaker.serving.models import sees
from tastemaker.serving.server import ensure_server, server_status, stop_server
from tastemaker.settings import LLMSettings, ServerSettings, Settings

from ..recommender.test_image_encoder import tiny_clip
from ..teaching.conftest import save_tiny_model

pytest.importorskip("vllm")
pytestmark = [pytest.mark.embedded, pytest.mark.timeout(600)]

QWEN_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}"
    "{% for part in message.content %}{% if part.type == 'text' %}{{ part.text }}{% else %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% endif %}{% endfor %}{% endif %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
QWEN_TOKENS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
    "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip


def save_tiny_qwen2_vl(folder: Path) -> Path:
    """A Qwen2-VL of two layers over bytes, with its image processor: a model that we never join."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import (
        PreTrainedTokenizerFast,
        Qwen2VLConfig,
        Qwen2VLForConditionalGeneration,
        Qwen2VLImageProcessor,
        Qwen2VLProcessor,
        Qwen2VLVideoProcessor,
    )

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={t: n for n, t in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=list(QWEN_TOKENS),
    )
    fast.chat_template = QWEN_TEMPLATE
    number = {token: fast.convert_tokens_to_ids(token) for token in QWEN_TOKENS}
    config = Qwen2VLConfig(
        text_config={
            "vocab_size": len(fast),
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "max_position_embeddings": 4096,
            "rope_parameters": {"rope_type": "default", "mrope_section": [4, 6, 6]},
            "bos_token_id": None,
            "eos_token_id": number["<|im_end|>"],
            "pad_token_id": number["<|endoftext|>"],
        },
        vision_config={"depth": 2, "embed_dim": 64, "hidden_size": 64, "num_heads": 2},
        image_token_id=number["<|image_pad|>"],
        video_token_id=number["<|video_pad|>"],
        vision_start_token_id=number["<|vision_start|>"],
        vision_end_token_id=number["<|vision_end|>"],
    )
    torch.manual_seed(0)
    Qwen2VLForConditionalGeneration(config).save_pretrained(folder)
    pixels = {"min_pixels": 56 * 56, "max_pixels": 112 * 112}
    Qwen2VLProcessor(
        Qwen2VLImageProcessor(**pixels), fast, Qwen2VLVideoProcessor(**pixels)
    ).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


def save_tiny_llava(folder: Path) -> Path:
    """What `train vision` makes, of a tiny model, a tiny tower and a random projector."""
    import torch
    from safetensors.torch import save_file

    between = folder.parent / "parts"
    language = save_tiny_model(between / "language", width=64)
    template = (Path(__file__).parents[2] / "serving" / "smollm2.jinja").read_text()
    (language / "chat_template.jinja").write_text(template)
    tower = tiny_clip(between / "tower")
    torch.manual_seed(0)
    shapes = {
        "linear_1.weight": (64, 32),
        "linear_1.bias": (64,),
        "linear_2.weight": (64, 64),
        "linear_2.bias": (64,),
    }
    projector = between / PROJECTOR
    save_file({name: torch.randn(shape) for name, shape in shapes.items()}, projector)
    folder.mkdir()
    assemble_llava(language, tower, projector, folder, silent)
    return folder


@contextmanager
def served(folder: Path) -> Iterator[BaseChatModel]:
    """The managed server over a folder; its own folders are those of the fixture `dirs`."""
    settings = Settings(
        llm=LLMSettings(model=str(folder), timeout_seconds=120.0),
        server=ServerSettings(context_tokens=2048, start_seconds=400.0, max_restarts=0),
    )
    try:
        yield chat_model(settings, ensure_server(settings))
    finally:
        stop_server()


PICK = render("pick", taught=False, labels=["A", "B"], wish="something blue", shown=False)


def pick(model: BaseChatModel, pictures: list[Path]) -> tuple[dict[str, Any], int]:
    """The model's pick among pictures, and the tokens that asking took."""
    messages = messages_of(PICK, pictures)
    answer, used = complete_json(model, messages, pick_schema(2), max_tokens=40)
    return answer, used.prompt_tokens


def tokens_with_one_for_a_picture(folder: Path) -> int:
    """Tokens of the prompt, counted without a server."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    parts = with_pictures(PICK.messages, [{"type": "image"}] * 2)
    text = tokenizer.apply_chat_template(parts, tokenize=False, add_generation_prompt=True)
    return len(tokenizer(text, add_special_tokens=False).input_ids)


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """A red and a blue one."""
    paths = [tmp_path / "red.png", tmp_path / "blue.jpg"]
    for path, colour in zip(paths, ("red", "blue"), strict=True):
        Image.new("RGB", (96, 64), colour).save(path)
        assert read_image(path) is not None
    return paths


@pytest.mark.parametrize("save", [save_tiny_llava, save_tiny_qwen2_vl])
def test_a_model_that_sees_is_served_by_its_folder_and_answers_about_two_pictures(
    dirs, tmp_path, pictures, save
):
    folder = save(tmp_path / "model")
    assert sees(folder)
    with served(folder) as model:
        answer, tokens = pick(model, pictures)
        assert answer["picture"] in ("A", "B")
        again, more = pick(model, pictures)
        assert (again, more) == (answer, tokens)
        if save is save_tiny_llava:
            assert tokens == tokens_with_one_for_a_picture(folder)
        asked = [{"role": "user", "content": "Which one?"}]
        said, _ = complete_json(model, asked, pick_schema(2), max_tokens=40)
        assert said["picture"] in ("A", "B")
        assert server_status().restarts == 0


def test_a_model_that_only_reads_refuses_pictures_and_goes_on(dirs, tmp_path, pictures):
    folder = save_tiny_model(tmp_path / "model", width=64)
    assert not sees(folder)
    with served(folder) as model:
        with pytest.raises(LLMUnusable, match="refused the request"):
            pick(model, pictures)
        asked = [{"role": "user", "content": "Which one?"}]
        said, _ = complete_json(model, asked, pick_schema(2), max_tokens=40)
        assert said["picture"] in ("A", "B")
        status = server_status()
        assert (status.phase, status.restarts) == ("running", 0)
