"""What vLLM's processes add (entry point `vllm.general_plugins`): LLaVA models whose images are one
token, CLIP's class token.

vLLM's own LLaVA selects it where `vision_feature_select_strategy` is `class`; the configuration in
transformers allows `default` and `full` only, hence this one. Imports nothing of vLLM.
"""

from huggingface_hub.dataclasses import strict
from transformers import AutoConfig, LlavaConfig

MODEL_TYPE = "tastemaker_llava"


@strict
class ClassTokenLlavaConfig(LlavaConfig):
    """A LLaVA configuration whose images are CLIP's class token."""

    model_type = MODEL_TYPE
    vision_feature_select_strategy: str = "class"  # pyright: ignore[reportIncompatibleVariableOverride]


def register() -> None:
    """Make `AutoConfig` read such folders."""
    AutoConfig.register(MODEL_TYPE, ClassTokenLlavaConfig, exist_ok=True)
