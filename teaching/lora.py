"""Teaching a chat model by examples, with trl and peft: LoRA (Hu et al. 2021) on the answers.

A run keeps checkpoints beside its target and goes on from the last whole one when it is started
again with the same examples and settings.
"""

import errno
import hashlib
import json
import logging
import random
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..errors import MissingError
from ..files import building_folder
from ..packages import Progress, silent

_TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_WHOLE = ("adapter_model.safetensors", "optimizer.pt", "scheduler.pt", "trainer_state.json")
"""What a checkpoint holds once it is complete."""


class Example(BaseModel):
    """One thing to learn: what is asked, and the right answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str
    """Which task it is of."""
    messages: tuple[dict[str, str], ...]
    """The prompt in the chat format."""
    answer: str
    """What the model should say."""


class LoraSettings(BaseModel):
    """How the adapter learns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rank: int = Field(default=16, ge=1)
    """Rank of each weight's update."""
    alpha: int = Field(default=32, ge=1)
    """Scale of the update, divided by the rank."""
    first_layer: int = Field(default=4, ge=0)
    """Layers below learn nothing, which saves time; they read words, not tasks."""
    learning_rate: float = Field(default=6e-4, gt=0)
    """Peak of the cosine schedule."""
    batch: int = Field(default=16, ge=4, multiple_of=4)
    """Examples a step, read in quarters from the shortest to the longest."""
    checkpoint_steps: int = Field(default=100, ge=1)
    """Steps between checkpoints."""
    seed: int = 0
    """Order of the examples and first weights of the adapter."""


class Learned(BaseModel):
    """What a run did."""

    model_config = ConfigDict(extra="forbid")

    examples: int
    """Examples that were learnt from, each once."""
    tokens: int
    """Tokens read, the prompts' included."""
    loss: float
    """Mean loss of the answers' tokens over the last steps."""
    seconds: float
    """Time of this run; what came before an interruption is not in it."""


def learn(
    base: Path,
    examples: Sequence[Example],
    target: Path,
    settings: LoraSettings | None = None,
    progress: Progress = silent,
    start: Path | None = None,
) -> Learned:
    """Train an adapter for the model in `base` and put it into `target`, a PEFT folder.

    Args:
        start: an adapter of the same shape to go on from; none: from nothing.

    Raises:
        MissingError: trl is not installed, or the disk is full; a later run goes on.
    """
    try:
        import trl  # noqa: F401
    except ImportError as error:
        raise MissingError(
            'Teaching needs trl, which is not installed: run `pip install "tastemaker[train]"`.'
        ) from error
    settings = settings or LoraSettings()
    work = target.parent / f".{target.name}.training"
    _forget_other_runs(work, _digest(base, examples, settings, start))
    try:
        return _learn(base, examples, target, settings, work, progress, start)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _drop_torn_checkpoints(work)
        raise MissingError(
            f"No space is left for {target.parent}; free some and start the same command again:"
            " it goes on from its last checkpoint."
        ) from error


def _learn(
    base: Path,
    examples: Sequence[Example],
    target: Path,
    settings: LoraSettings,
    work: Path,
    progress: Progress,
    start: Path | None,
) -> Learned:
    import torch
    from datasets import Dataset, disable_progress_bars
    from peft import LoraConfig, PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer, PrinterCallback
    from transformers.utils import logging as transformers_logging
    from trl.trainer.sft_config import SFTConfig

    disable_progress_bars()
    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    logging.getLogger("trl").setLevel(logging.ERROR)
    on_gpu = torch.cuda.is_available()
    model = AutoModelForCausalLM.from_pretrained(
        base, dtype=torch.bfloat16 if on_gpu else torch.float32
    )
    shape = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        target_modules=list(_TARGETS),
        layers_to_transform=list(range(settings.first_layer, model.config.num_hidden_layers)),
        task_type="CAUSAL_LM",
    )
    if start is not None:
        model = PeftModel.from_pretrained(model, start, is_trainable=True)
    trainer = _answer_trainer()(
        model=model,
        processing_class=AutoTokenizer.from_pretrained(base),
        train_dataset=Dataset.from_list(
            [
                {
                    "prompt": list(one.messages),
                    "completion": [{"role": "assistant", "content": one.answer}],
                }
                for one in _in_steps(examples, settings)
            ]
        ),
        peft_config=shape if start is None else None,
        args=SFTConfig(
            output_dir=str(work),
            num_train_epochs=1,
            per_device_train_batch_size=settings.batch // 4,
            gradient_accumulation_steps=4,
            train_sampling_strategy="sequential",
            learning_rate=settings.learning_rate,
            lr_scheduler_type="cosine",
            warmup_steps=min(20, len(examples) // settings.batch // 10),
            max_grad_norm=1.0,
            save_steps=settings.checkpoint_steps,
            save_total_limit=2,
            logging_steps=10,
            use_cpu=not on_gpu,
            bf16=on_gpu,
            gradient_checkpointing=False,
            max_length=None,
            report_to=[],
            disable_tqdm=True,
            seed=settings.seed,
            data_seed=settings.seed,
        ),
        callbacks=[_progress_callback(progress)],
    )
    trainer.remove_callback(PrinterCallback)  # we show progress ourselves
    _drop_torn_checkpoints(work)
    began = time.monotonic()
    trainer.train(resume_from_checkpoint=_checkpoints(work)[-1] if _checkpoints(work) else None)
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    losses = losses or [entry["train_loss"] for entry in trainer.state.log_history[-1:]]
    with building_folder(target) as folder:
        adapted = trainer.model
        assert adapted is not None
        adapted.to(torch.bfloat16).save_pretrained(folder)
        without_paths(folder, base.name)
    shutil.rmtree(work)
    return Learned(
        examples=len(examples),
        tokens=sum(len(row["input_ids"]) for row in trainer.train_dataset),
        loss=round(sum(losses[-10:]) / max(len(losses[-10:]), 1), 4),
        seconds=round(time.monotonic() - began, 1),
    )


def without_paths(folder: Path, base: str) -> None:
    """Leave no path of this machine in an adapter, nor peft's empty form of a card."""
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = base
    path.write_text(json.dumps(config, indent=1), encoding="utf-8")
    (folder / "README.md").unlink(missing_ok=True)


def _in_steps(examples: Sequence[Example], settings: LoraSettings) -> list[Example]:
    """In random order, each step's examples sorted by length, so that little is padded.

    Longer stretches may not be sorted: length tells the task, and a step must see them all.
    """
    order = random.Random(settings.seed).sample(examples, len(examples))
    steps = (order[n : n + settings.batch] for n in range(0, len(order), settings.batch))
    return [one for step in steps for one in sorted(step, key=_chars)]


def _chars(example: Example) -> int:
    return sum(len(message["content"]) for message in example.messages) + len(example.answer)


def _answer_trainer() -> Any:
    """trl's trainer with the loss of the answers' tokens alone, which on a CPU is nearly twice as
    fast: the vocabulary's scores of the prompts' tokens, and statistics of them, are not computed.
    """
    from torch.nn.functional import cross_entropy
    from trl.trainer.sft_trainer import SFTTrainer

    class AnswerTrainer(SFTTrainer):
        def compute_loss(
            self,
            model: Any,
            inputs: dict[str, Any],
            return_outputs: bool = False,
            num_items_in_batch: Any = None,
        ) -> Any:
            adapted = self.accelerator.unwrap_model(model).get_base_model()
            hidden = adapted.model(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                use_cache=False,
            ).last_hidden_state[:, :-1]
            labels = inputs["labels"][:, 1:]
            answers = labels != -100
            scores = adapted.lm_head(hidden[answers]).float()
            total = cross_entropy(scores, labels[answers], reduction="sum")
            count = answers.sum() if num_items_in_batch is None else num_items_in_batch
            return total / count

    return AnswerTrainer


def _progress_callback(progress: Progress) -> Any:
    from transformers import TrainerCallback

    class Report(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            progress("teaching the language model", state.global_step, state.max_steps)

    return Report()


def _digest(
    base: Path, examples: Sequence[Example], settings: LoraSettings, start: Path | None
) -> str:
    digest = hashlib.sha256(f"{base.name}\n{settings.model_dump_json()}\n{start}".encode())
    for one in examples:
        digest.update(one.model_dump_json().encode())
    return digest.hexdigest()


def _forget_other_runs(work: Path, digest: str) -> None:
    """Keep the checkpoints of the same run only."""
    mark = work / "run.json"
    if mark.is_file() and json.loads(mark.read_text()) == digest:
        return
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    mark.write_text(json.dumps(digest))


def _checkpoints(work: Path) -> list[str]:
    """Whole checkpoints, oldest first."""
    step: Callable[[Path], int] = lambda path: int(path.name.rpartition("-")[2])  # noqa: E731
    found = sorted(work.glob("checkpoint-*"), key=step)
    return [str(path) for path in found if all((path / name).is_file() for name in _WHOLE)]


def _drop_torn_checkpoints(work: Path) -> None:
    whole = set(_checkpoints(work))
    for path in work.glob("checkpoint-*"):
        if str(path) not in whole:
            shutil.rmtree(path, ignore_errors=True)
