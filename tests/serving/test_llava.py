"""The model that sees, put together from tiny parts; and the template that places images."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from tastemaker.errors import BadInputError
from tastemaker.packages import silent
from tastemaker.serving.adapters import CARD, AdapterCard, card_of, merged, weights_digest
from tastemaker.serving.gguf import CHAT_TEMPLATE
from tastemaker.serving.llava import IMAGE_TOKEN, PROJECTOR, assemble_llava
from tastemaker.serving.models import sees
from tastemaker.serving.vllm_plugin import MODEL_TYPE, ClassTokenLlavaConfig, register
from transformers.utils.chat_template_utils import render_jinja_template

from ..recommender.test_image_encoder import tiny_clip
from ..teaching.conftest import save_tiny_model

MODEL, TOWER = 48, 32
"""Widths of the tiny parts."""
IMAGE = {"type": "image"}


def save_projector(path: Path) -> Path:
    torch.manual_seed(0)
    weights = {
        "linear_1.weight": torch.randn(MODEL, TOWER),
        "linear_1.bias": torch.randn(MODEL),
        "linear_2.weight": torch.randn(MODEL, MODEL),
        "linear_2.bias": torch.randn(MODEL),
    }
    save_file(weights, path)
    return path


class Parts:
    """A language model, a tower and a projector; and what they become."""

    def __init__(self, folder: Path) -> None:
        self.language = save_tiny_model(folder / "language", width=MODEL)
        self.tower = tiny_clip(folder / "tower")
        self.projector = save_projector(folder / "projector.safetensors")
        self.whole = folder / "whole"
        self.whole.mkdir()
        assemble_llava(self.language, self.tower, self.projector, self.whole, silent)
        self.words = len(load_file(self.language / "model.safetensors")["lm_head.weight"])


@pytest.fixture(scope="module")
def parts(tmp_path_factory) -> Parts:
    return Parts(tmp_path_factory.mktemp("parts"))


def test_every_tensor_is_there_under_llavas_name_and_unchanged(parts):
    found = load_file(parts.whole / "model.safetensors")
    expected = {
        f"language_model.{name}": value
        for name, value in load_file(parts.language / "model.safetensors").items()
    }
    expected |= {
        f"vision_tower.{name}": value
        for name, value in load_file(parts.tower / "model.safetensors").items()
        if not name.startswith("visual_projection")
    }
    expected |= {
        f"multi_modal_projector.{name}": value for name, value in load_file(parts.projector).items()
    }
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        rows = len(value) if value.ndim else 1
        assert torch.equal(found[name][:rows].to(torch.bfloat16), value.to(torch.bfloat16)), name
    grown = {name for name in found if found[name].shape != expected[name].shape}
    assert grown == {"language_model.model.embed_tokens.weight", "language_model.lm_head.weight"}
    assert all(found[name].shape == (parts.words + 1, MODEL) for name in grown)


def test_a_model_whose_output_is_its_input_stays_so(tmp_path, parts):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(parts.language)
    model.config.tie_word_embeddings = True
    model.tie_weights()
    model.save_pretrained(tmp_path / "tied")
    AutoTokenizer.from_pretrained(parts.language).save_pretrained(tmp_path / "tied")
    (tmp_path / "whole").mkdir()
    assemble_llava(tmp_path / "tied", parts.tower, parts.projector, tmp_path / "whole", silent)
    found = load_file(tmp_path / "whole" / "model.safetensors")
    assert "language_model.lm_head.weight" not in found
    assert json.loads((tmp_path / "whole" / "config.json").read_text())["tie_word_embeddings"]


def test_vllms_processes_read_the_configuration_back(parts):
    from transformers import AutoConfig

    register()
    register()  # every process of vLLM's calls it, some twice
    config = AutoConfig.from_pretrained(parts.whole)
    assert isinstance(config, ClassTokenLlavaConfig) and config.model_type == MODEL_TYPE
    assert config.architectures == ["LlavaForConditionalGeneration"]
    assert config.vision_feature_select_strategy == "class"
    assert (config.vision_feature_layer, config.image_seq_length) == (-1, 1)
    assert config.projector_hidden_act == "gelu"
    assert config.image_token_index == parts.words
    assert config.text_config.vocab_size == parts.words + 1
    assert (config.text_config.hidden_size, config.vision_config.hidden_size) == (MODEL, TOWER)
    assert config.vision_config.image_size == 32
    assert json.loads((parts.whole / "config.json").read_text())["model_type"] == MODEL_TYPE


def test_an_image_is_one_token_of_the_tokenizer_and_the_words_keep_theirs(parts):
    from transformers import AutoTokenizer

    before = AutoTokenizer.from_pretrained(parts.language)
    after = AutoTokenizer.from_pretrained(parts.whole)
    assert after.convert_tokens_to_ids(IMAGE_TOKEN) == parts.words
    ids = after("A: <image>\nB:<image>").input_ids
    assert ids.count(parts.words) == 2
    assert [*before("A: ").input_ids, parts.words] == ids[: ids.index(parts.words) + 1]
    assert after("Some wörds.").input_ids == before("Some wörds.").input_ids
    assert after.chat_template == before.chat_template


def test_the_processor_counts_one_token_an_image_and_sees_as_the_tower_does(parts):
    about = json.loads((parts.whole / "processor_config.json").read_text())
    eyes = json.loads((parts.tower / "preprocessor_config.json").read_text())
    assert about["image_processor"] == eyes
    assert json.loads((parts.whole / "preprocessor_config.json").read_text()) == eyes
    patches = (eyes["crop_size"]["height"] // about["patch_size"]) ** 2
    assert patches + about["num_additional_image_tokens"] == 1
    assert about["image_token"] == IMAGE_TOKEN


def test_who_sees_is_known_by_the_configuration(parts, tmp_path):
    assert sees(parts.whole)
    assert not sees(parts.language)
    assert not sees(tmp_path)


@pytest.fixture(scope="module")
def adapter(parts, tmp_path_factory) -> Path:
    """One for the tiny model, which says so of itself, with a projector."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    folder = tmp_path_factory.mktemp("adapters") / "mine"
    torch.manual_seed(0)
    shape = LoraConfig(
        r=4, target_modules=["q_proj"], task_type="CAUSAL_LM", init_lora_weights=False
    )
    language = AutoModelForCausalLM.from_pretrained(parts.language)
    get_peft_model(language, shape).save_pretrained(folder)
    digest = weights_digest(parts.language)
    card = AdapterCard(base="language", base_sha256=digest, prompts={}, tower="tiny")
    (folder / CARD).write_text(card.model_dump_json())
    save_projector(folder / PROJECTOR)
    return folder


def test_an_adapter_that_sees_is_merged_and_joined_with_its_tower(dirs, parts, adapter):
    whole = merged(adapter, parts.language, tower=parts.tower)
    assert merged(adapter, parts.language, tower=parts.tower) == whole
    assert sees(whole) and card_of(whole).tower == "tiny"
    found = load_file(whole / "model.safetensors")
    untaught = load_file(parts.whole / "model.safetensors")
    assert found.keys() == untaught.keys()
    changed = {
        name
        for name in found
        if not torch.equal(found[name].to(torch.bfloat16), untaught[name].to(torch.bfloat16))
    }
    layers = [f"language_model.model.layers.{n}.self_attn.q_proj.weight" for n in range(2)]
    assert changed == set(layers)
    left = {path.name for path in whole.parent.iterdir() if path.is_dir()}
    assert left == {whole.name}
    # Without a tower it is another model, which reads only.
    blind = merged(adapter, parts.language)
    assert blind != whole and not sees(blind)


def test_another_projector_is_another_model(dirs, parts, adapter, tmp_path):
    first = merged(adapter, parts.language, tower=parts.tower)
    copy = Path(shutil.copytree(adapter, tmp_path / "copy"))
    assert merged(copy, parts.language, tower=parts.tower) == first
    weights = load_file(copy / PROJECTOR)
    save_file({name: value + 1 for name, value in weights.items()}, copy / PROJECTOR)
    assert merged(copy, parts.language, tower=parts.tower) != first


def test_an_adapter_without_its_projector_is_refused(dirs, parts, adapter, tmp_path):
    torn = Path(shutil.copytree(adapter, tmp_path / "torn"))
    (torn / PROJECTOR).unlink()
    with pytest.raises(BadInputError, match=r"lacks its projector\.safetensors\.$"):
        merged(torn, parts.language, tower=parts.tower)
    assert not (tmp_path / "cache" / "models").exists()


def render(*messages) -> str:
    """As vLLM and the trainers render it."""
    rendered, _ = render_jinja_template(
        conversations=[list(messages)],
        chat_template=CHAT_TEMPLATE.read_text(),
        add_generation_prompt=True,
    )
    return rendered[0]


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def test_parts_stand_where_they_are_said():
    said = render(
        {"role": "system", "content": [text("Be brief.")]},
        {"role": "user", "content": [text("A: "), IMAGE, text("\nB: "), IMAGE, text("\nWhich?")]},
    )
    assert said == (
        "<|im_start|>system\nBe brief.<|im_end|>\n"
        "<|im_start|>user\nA: <image>\nB: <image>\nWhich?<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_list_of_text_is_the_same_as_the_text():
    for role in ("system", "user", "assistant", "tool"):
        before = {"role": "user", "content": "Hi"}
        turns = ([], before) if role == "system" else ([before], None)
        plain, listed = (
            render(*turns[0], {"role": role, "content": content}, *filter(None, turns[1:]))
            for content in ("Some words", [text("Some "), text("words")])
        )
        assert plain == listed and "Some words" in plain


pieces = st.sampled_from(
    ["<image>", "<|im_end|>", "<|im_start|>", "<|im_", "<|", "<", "image>", "|im_end|>", "im", " ",
     "<im age>", "<<image>image>", "é", "\n"]
)  # fmt: skip
written = st.lists(pieces | st.text(max_size=3), max_size=8).map("".join)


@given(written, written, written, st.booleans())
def test_nobody_writes_an_image_or_ends_a_turn_with_words(one, other, tool, listed):
    """There are as many images as pictures, and as many turns as messages, whatever is written."""
    content = [text(one), IMAGE, text(other)] if listed else one + other
    said = render(
        {"role": "system", "content": one},
        {"role": "user", "content": content},
        {"role": "tool", "content": tool},
        {"role": "user", "content": [text(tool)]},
    )
    assert said.count(IMAGE_TOKEN) == listed
    assert said.count("<|im_end|>") == 4 and said.count("<|im_start|>") == 5
