"""How well a taught model marks messages that it never learnt from."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ..agent.reading.marks import KINDS, MAX_TOKENS, Marks, marks_of
from ..packages import Progress, silent
from .messages import Message
from .reading_task import example_of

BATCH = 12


class HeldOut(BaseModel):
    """Figures on one kind of held-out messages."""

    model_config = ConfigDict(extra="forbid")

    what: str
    """What was held out."""
    messages: int
    """How many messages."""
    valid: float
    """Share of the answers that are JSON with an intent, without any grammar to force it."""
    intent_accuracy: float
    """Share with the right intent."""
    marks_f1: float
    """F1 of marks (kind and words)."""


def measure(
    base: Path,
    adapter: Path,
    what: str,
    messages: Sequence[Message],
    progress: Progress = silent,
) -> HeldOut:
    """Answer greedily, with transformers, and compare with the written marks."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base, padding_side="left")
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model = PeftModel.from_pretrained(plain, adapter).merge_and_unload().eval()
    order = sorted(messages, key=lambda one: len(one.text))
    answers: list[str] = []
    for start in range(0, len(order), BATCH):
        prompts = [
            tokenizer.apply_chat_template(
                list(example_of(one).messages), tokenize=False, add_generation_prompt=True
            )
            for one in order[start : start + BATCH]
        ]
        inputs = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False)
        with torch.no_grad():
            said = model.generate(
                **inputs,
                max_new_tokens=MAX_TOKENS,
                do_sample=False,
                pad_token_id=tokenizer.eos_token_id,
            )
        width = inputs["input_ids"].shape[1]
        answers += tokenizer.batch_decode(said[:, width:], skip_special_tokens=True)
        progress(f"reading held-out {what}", len(answers), len(order))
    read = [_marks(text, one.text) for text, one in zip(answers, order, strict=True)]
    return _figures(what, order, read)


def _marks(text: str, message: str) -> Marks | None:
    try:
        return marks_of(json.loads(text), message)
    except (ValueError, KeyError, TypeError):
        return None


def _figures(what: str, messages: Sequence[Message], read: Sequence[Marks | None]) -> HeldOut:
    right = wrong = missed = intents = 0
    for message, marks in zip(messages, read, strict=True):
        truth = message.marks()
        found = marks or Marks(intent="help")
        said, meant = _pairs(found), _pairs(truth)
        right += len(said & meant)
        wrong += len(said - meant)
        missed += len(meant - said)
        intents += marks is not None and marks.intent == truth.intent
    count = max(len(messages), 1)
    return HeldOut(
        what=what,
        messages=len(messages),
        valid=round(sum(marks is not None for marks in read) / count, 4),
        intent_accuracy=round(intents / count, 4),
        marks_f1=round(2 * right / max(2 * right + wrong + missed, 1), 4),
    )


def _pairs(marks: Marks) -> set[tuple[str, str]]:
    return {(kind, words.lower()) for kind in KINDS for words in getattr(marks, kind)}
