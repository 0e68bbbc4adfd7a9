"""A language model, a CLIP image tower and a projector become one LLaVA folder (Liu et al. 2023).

The tensors are renamed and copied, nothing is computed; vLLM serves the result as a
`LlavaForConditionalGeneration` (its configuration: `vllm_plugin`). Each image is one token: CLIP's
class token, which says what the image is of. Its 196 patches would make a turn with five pictures a
thousand tokens longer, seconds on a CPU.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from ..packages import Progress

IMAGE_TOKEN = "<image>"
"""Stands for an image in the text; the server puts the image's own vectors there."""
PROJECTOR = "projector.safetensors"
_TEXT_FILES = ("chat_template.jinja", "generation_config.json")


def assemble_llava(
    language: Path, tower: Path, projector: Path, folder: Path, progress: Progress
) -> None:
    """Write the model that sees into an existing, empty folder.

    Args:
        language: a Llama-like model folder whose tokenizer has no `<image>` yet.
        tower: a `CLIPVisionModelWithProjection` folder.
        projector: safetensors of `linear_1` and `linear_2`: tower width -> model width -> the same.
    """
    import torch
    from safetensors.torch import load_file, save_file
    from transformers import AutoConfig, AutoTokenizer, CLIPVisionConfig

    from .vllm_plugin import ClassTokenLlavaConfig

    what = "joining language model and eyes"
    progress(what, 0, 3)
    text = AutoConfig.from_pretrained(language)
    vision = CLIPVisionConfig.from_pretrained(tower)
    tokenizer = AutoTokenizer.from_pretrained(language)
    tokenizer.add_special_tokens({"additional_special_tokens": [IMAGE_TOKEN]})
    image_token = tokenizer.convert_tokens_to_ids(IMAGE_TOKEN)

    tensors: dict[str, torch.Tensor] = {}
    for name, value in _tensors(language).items():
        tensors[f"language_model.{name}"] = value
    for name, value in _tensors(tower).items():
        # The projection to CLIP's shared space is not part of the language model's view.
        if name.startswith("vision_model."):
            tensors[f"vision_tower.{name}"] = value.to(torch.bfloat16)
    for name, value in load_file(projector).items():
        tensors[f"multi_modal_projector.{name}"] = value.to(torch.bfloat16)
    embedding, output = "language_model.model.embed_tokens.weight", "language_model.lm_head.weight"
    # The new token's own vector is never read: images stand in its place.
    rows = max(image_token + 1 - tensors[embedding].shape[0], 0)
    for name in (embedding, output):  # there is no second one where both are the same
        if name in tensors:
            tensors[name] = torch.nn.functional.pad(tensors[name], (0, 0, 0, rows))
    progress(what, 1, 3)
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    progress(what, 2, 3)

    text.vocab_size = tensors[embedding].shape[0]
    config = ClassTokenLlavaConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=image_token,
        image_seq_length=1,
        vision_feature_layer=-1,
        projector_hidden_act="gelu",
    )
    config.architectures = ["LlavaForConditionalGeneration"]
    config.tie_word_embeddings = text.tie_word_embeddings
    config.dtype = torch.bfloat16
    config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for name in _TEXT_FILES:
        if (language / name).is_file():
            shutil.copyfile(language / name, folder / name)
    image_processor = json.loads((tower / "preprocessor_config.json").read_text(encoding="utf-8"))
    _write_json(folder / "preprocessor_config.json", image_processor)
    _write_json(
        folder / "processor_config.json",
        {
            "processor_class": "LlavaProcessor",
            "image_processor": image_processor,
            "patch_size": vision.image_size,  # counts one token an image
            "num_additional_image_tokens": 0,
            "vision_feature_select_strategy": "full",
            "image_token": IMAGE_TOKEN,
        },
    )
    progress(what, 3, 3)


def _tensors(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return {
        name: value
        for path in sorted(folder.glob("*.safetensors"))
        for name, value in load_file(path).items()
    }


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
