"""A LoRA adapter is merged with the base model that it was trained for, once, into the cache.

Merged, because vLLM's own adapter support costs speed on a CPU and breaks some requests. Where the
adapter has learnt to see, the merged model is joined with its image tower (`llava`).
"""

import hashlib
import tempfile
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import BadInputError
from ..files import building_folder, cache_dir, replacing_file, sha256_file
from ..packages import Progress, silent
from .llava import PROJECTOR, assemble_llava

CARD = "card.json"
_WEIGHTS = "adapter_model.safetensors"
_RECIPE = "1"
"""Changes whenever merging would write something else."""


class AdapterCard(BaseModel):
    """What an adapter was trained for, and with what."""

    model_config = ConfigDict(extra="allow")

    base: str
    """Name of the base model."""
    base_sha256: str
    """`weights_digest` of its folder."""
    prompts: dict[str, str]
    """Prompt name -> hash of its file, for the tasks that were taught."""
    tower: str | None = None
    """Name of the image tower that it sees with; none: it reads only."""
    llm_weight: float = 0.0
    """The LLM's share in the order of items, calibrated on held-out histories."""


def is_adapter(folder: Path) -> bool:
    """Whether a folder holds an adapter."""
    return (folder / "adapter_config.json").is_file() and (folder / _WEIGHTS).is_file()


def card_of(folder: Path) -> AdapterCard:
    """The card of an adapter, or of a model that one was merged into.

    Raises:
        BadInputError: it is missing or damaged.
    """
    try:
        return AdapterCard.model_validate_json((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValidationError, ValueError) as error:
        raise BadInputError(
            f"{folder / CARD} is missing or damaged; train the adapter again with"
            " `tastemaker train llm`."
        ) from error


def taught(folder: Path) -> AdapterCard | None:
    """The card of a model folder that was taught our tasks; none for any other model."""
    return card_of(folder) if (folder / CARD).is_file() else None


def base_of(adapter: Path) -> str:
    """The name of the base model that an adapter needs.

    Raises:
        BadInputError: its card is missing or damaged.
    """
    return card_of(adapter).base


def tower_of(adapter: Path) -> str | None:
    """The name of the image tower that an adapter sees with; none where it only reads.

    Raises:
        BadInputError: its card is missing or damaged.
    """
    return card_of(adapter).tower


def merged(
    adapter: Path, base: Path, progress: Progress = silent, tower: Path | None = None
) -> Path:
    """The folder of the base model with the adapter merged in; made on the first call.

    Args:
        tower: the image tower's folder, for an adapter that sees.

    Raises:
        BadInputError: the adapter was trained for other weights, or lacks its projector.
    """
    parts = [sha256_file(adapter / _WEIGHTS), base.name, _RECIPE]
    if tower is not None:
        if not (adapter / PROJECTOR).is_file():
            raise BadInputError(f"{adapter} has learnt to see but lacks its {PROJECTOR}.")
        parts += [sha256_file(adapter / PROJECTOR), tower.name]
    identity = hashlib.sha256(" ".join(parts).encode()).hexdigest()
    folder = cache_dir() / "models" / f"taught-{base.name.rsplit('-', 1)[0]}-{identity[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f"{folder.name}.lock"):
        if not folder.exists():
            _check(adapter, base)
            with building_folder(folder) as target:
                if tower is None:
                    _merge(adapter, base, target, progress)
                else:
                    _merge_and_join(adapter, base, tower, target, progress)
        _copy_card(adapter, folder)
    return folder.resolve()


def _copy_card(adapter: Path, folder: Path) -> None:
    """The card beside the merged weights is the adapter's, also after a calibration."""
    card = (adapter / CARD).read_bytes()
    if not (folder / CARD).is_file() or (folder / CARD).read_bytes() != card:
        with replacing_file(folder / CARD) as temporary:
            temporary.write_bytes(card)


def weights_digest(folder: Path) -> str:
    """SHA-256 of a model's weights, tensor by tensor, whatever files they lie in."""
    import torch
    from safetensors import safe_open

    digests: dict[str, str] = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, framework="pt") as weights:
            for name in weights.keys():  # noqa: SIM118 - it is no dict
                tensor = weights.get_tensor(name).contiguous()
                digests[name] = hashlib.sha256(tensor.view(torch.uint8).numpy().data).hexdigest()
    return hashlib.sha256("".join(f"{n}{digests[n]}" for n in sorted(digests)).encode()).hexdigest()


def _check(adapter: Path, base: Path) -> None:
    card = card_of(adapter)
    found = weights_digest(base)
    if found != card.base_sha256:
        raise BadInputError(
            f"The adapter in {adapter} was trained for a {card.base} with weights"
            f" {card.base_sha256[:12]}…, but {base} has {found[:12]}…; train it again with"
            " `tastemaker train llm`."
        )


def _merge_and_join(
    adapter: Path, base: Path, tower: Path, target: Path, progress: Progress
) -> None:
    with tempfile.TemporaryDirectory(prefix=".merged.", dir=target.parent) as between:
        _merge(adapter, base, Path(between), progress)
        assemble_llava(Path(between), tower, adapter / PROJECTOR, target, progress)


def _merge(adapter: Path, base: Path, target: Path, progress: Progress) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    what = "merging what the language model was taught"
    progress(what, 0, 2)
    with redirect_stderr(StringIO()):  # transformers draws bars of its own over ours
        # Added in full precision: in bfloat16 small updates would round away.
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        whole = PeftModel.from_pretrained(model, adapter).merge_and_unload()
        progress(what, 1, 2)
        whole.to(torch.bfloat16).save_pretrained(target)
        AutoTokenizer.from_pretrained(base).save_pretrained(target)
    progress(what, 2, 2)
