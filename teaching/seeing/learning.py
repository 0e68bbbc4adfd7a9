"""Teaching a language model to see: its adapter and the projector learn together, the tower is
frozen (Liu et al. 2023, "Visual Instruction Tuning").

What the adapter knew before is repeated at every step, or it would be forgotten.
"""

import hashlib
import math
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from torch import nn

from ...files import building_folder
from ...packages import Progress, silent
from ...prompts import PICTURE
from ...serving.llava import PROJECTOR
from ..lora import Example, without_paths
from .pictures import Picture
from .projector import Projector, aligned_projector, load_projector
from .tasks import Sight, Sights

PASS_TOKENS = 2000
"""Tokens of one pass at most, with padding: memory grows with them."""
_PICTURE, _PADDING, _UNLEARNT = -1, -2, -100


class SeeingSettings(BaseModel):
    """How seeing is learnt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(default=400, ge=1)
    """Steps in all."""
    batch: int = Field(default=24, ge=4, multiple_of=4)
    """Sights in a step."""
    repeated: int = Field(default=6, ge=0)
    """Examples of what was known before in a step."""
    learning_rate: float = Field(default=5e-4, gt=0)
    """Peak for the adapter, cosine schedule."""
    projector_rate: float = Field(default=1e-4, gt=0)
    """Peak for the projector: it was aligned before, and would soon know its pictures by heart."""
    noise: float = Field(default=0.4, ge=0)
    """What is added to a picture's state, by chance, as a part of how states differ: few pictures
    are seen often."""
    items: float = Field(default=0.3, ge=0, le=1)
    """Share of sights that are of catalogues' items; the others are of drawings."""
    checkpoint_steps: int = Field(default=50, ge=1)
    """Steps between checkpoints."""
    seed: int = 0
    """Draws everything."""


class SeeingLearned(BaseModel):
    """What a run did."""

    model_config = ConfigDict(extra="forbid")

    pictures: int
    """Pictures that were learnt from."""
    sights: int
    """Tasks about them."""
    repeated: int
    """Examples of what was known before."""
    loss: float
    """Mean loss of the answers' tokens over the last steps."""
    seconds: float
    """Time of this run; what came before an interruption is not in it."""


class Views:
    """The tower's states of the pictures that are learnt from, several views of an item."""

    def __init__(
        self,
        views: Sequence[tuple[Picture, int]],
        states: NDArray[np.float32],
        noise: float = 0.0,
    ) -> None:
        """`states` has shape (views, tower)."""
        self.states = states
        self.shown = [picture for picture, _ in views]
        self._spread = noise * states.std(axis=0)
        self._rows: dict[Picture, list[int]] = {}
        for row, (picture, _) in enumerate(views):
            self._rows.setdefault(picture, []).append(row)

    def of(self, picture: Picture, draw: random.Random) -> NDArray[np.float32]:
        """One view's state, shape (tower,)."""
        state = self.states[draw.choice(self._rows[picture])]
        added = np.random.default_rng(draw.getrandbits(32)).normal(size=len(state))
        return state + (self._spread * added).astype(np.float32)


def learn_to_see(
    base: Path,
    start: Path,
    views: Views,
    pictures: Sequence[Picture],
    known: Sequence[Example],
    target: Path,
    settings: SeeingSettings,
    progress: Progress = silent,
) -> SeeingLearned:
    """Train from the adapter `start` and put adapter and projector into `target`.

    A start that sees already goes on with its projector. Interrupted, the same call goes on from
    its last checkpoint.
    """
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    began = time.monotonic()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(base)
    # What is frozen is in bfloat16, as it will be served; what learns stays in full precision.
    language = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16)
    model = PeftModel.from_pretrained(language, start, is_trainable=True).to(device)
    embed: Any = language.get_input_embeddings()
    if (start / PROJECTOR).is_file():
        projector = load_projector(start / PROJECTOR).to(device)
    else:
        projector = aligned_projector(
            torch.from_numpy(views.states),
            [picture.caption for picture in views.shown],
            [picture.set for picture in views.shown],
            tokenizer,
            embed.weight.detach().float().cpu(),
            progress,
            settings.seed,
        ).to(device)
    adapter = [value for value in model.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": adapter, "lr": settings.learning_rate},
            {"params": projector.parameters(), "lr": settings.projector_rate},
        ],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, settings))
    work = target.parent / f".{target.name}.training"
    run = _run(base, start, pictures, settings)
    done = _resumed(work, run, model, projector, optimizer, schedule)
    sights = Sights(pictures)
    items = [one for one in pictures if not one.drawn]
    drawn = [one for one in pictures if one.drawn]
    losses: list[float] = []
    for step in range(done, settings.steps):
        draw = random.Random(f"{settings.seed}-{step}")
        shown = [
            sights.drawn(draw.choice(_pool(items, drawn, draw, settings.items)), draw)
            for _ in range(settings.batch)
        ]
        rows = [sight_row(one, tokenizer, views, draw) for one in shown]
        losses.append(_backward(model, embed, projector, rows))
        repeated = draw.sample(known, min(settings.repeated, len(known)))
        if repeated:
            before = [_known_row(one, tokenizer, views, pictures, draw) for one in repeated]
            _backward(model, embed, projector, before)
        nn.utils.clip_grad_norm_([*adapter, *projector.parameters()], 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        progress("teaching to see", step + 1, settings.steps)
        if (step + 1) % settings.checkpoint_steps == 0:
            _checkpoint(work, run, step + 1, model, projector, optimizer, schedule)
    with building_folder(target) as folder:
        _save(model, projector, folder, base.name)
    shutil.rmtree(work, ignore_errors=True)
    return SeeingLearned(
        pictures=len(pictures),
        sights=settings.steps * settings.batch,
        repeated=settings.steps * min(settings.repeated, len(known)),
        loss=round(float(np.mean(losses[-20:])) if losses else 0.0, 4),
        seconds=round(time.monotonic() - began, 1),
    )


def _save(model: Any, projector: Projector, folder: Path, base: str) -> None:
    """Adapter and projector, as safetensors of bfloat16."""
    from safetensors.torch import save_file

    model.to(torch.bfloat16).save_pretrained(folder)
    without_paths(folder, base)
    weights = {name: value.to(torch.bfloat16) for name, value in projector.state_dict().items()}
    save_file({name: value.contiguous() for name, value in weights.items()}, folder / PROJECTOR)


class Row:
    """One sequence: token ids (`_PICTURE` where a picture's vector stands) and labels."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.labels: list[int] = []
        self.states: list[NDArray[np.float32]] = []

    def text(self, ids: Sequence[int], *, learnt: bool) -> None:
        """Append words; `learnt` ones are what the model should say."""
        self.ids += ids
        self.labels += ids if learnt else [_UNLEARNT] * len(ids)

    def picture(self, state: NDArray[np.float32]) -> None:
        """Append a picture: one token, as the server gives it."""
        self.ids.append(_PICTURE)
        self.labels.append(_UNLEARNT)
        self.states.append(state)


def sight_row(sight: Sight, tokenizer: Any, views: Views, draw: random.Random) -> Row:
    """A task about pictures, as the server would see it, with its answer."""
    states = [views.of(picture, draw) for picture in sight.pictures]
    return _row(sight.messages, states, sight.answer, tokenizer)


def _known_row(
    example: Example, tokenizer: Any, views: Views, pictures: Sequence[Picture], draw: random.Random
) -> Row:
    """What was known before; where pictures stand in it, any do: they must not disturb."""
    count = sum(message["content"].count(PICTURE) for message in example.messages)
    states = [views.of(draw.choice(pictures), draw) for _ in range(count)]
    return _row(example.messages, states, example.answer, tokenizer)


def _row(
    messages: Sequence[dict[str, str]],
    states: Sequence[NDArray[np.float32]],
    answer: str,
    tokenizer: Any,
) -> Row:
    row = Row()
    prompt = tokenizer.apply_chat_template(
        list(messages), tokenize=False, add_generation_prompt=True
    )
    first, *rest = prompt.split(PICTURE)
    row.text(tokenizer(first).input_ids, learnt=False)
    for state, text in zip(states, rest, strict=True):
        row.picture(state)
        row.text(tokenizer(text).input_ids, learnt=False)
    row.text(tokenizer(f"{answer}<|im_end|>").input_ids, learnt=True)
    return row


def _hidden_states(
    model: Any, embed: nn.Embedding, projector: Projector, rows: Sequence[Row]
) -> torch.Tensor:
    """Last hidden states of rows, padded on the right. Shape (rows, longest, model)."""
    longest = max(len(row.ids) for row in rows)
    ids = torch.full((len(rows), longest), _PADDING)
    for n, row in enumerate(rows):
        ids[n, : len(row.ids)] = torch.tensor(row.ids)
    ids = ids.to(embed.weight.device)
    vectors = embed(ids.clamp(min=0))
    states = [state for row in rows for state in row.states]
    if states:
        seen = projector(torch.from_numpy(np.stack(states)).to(vectors.device))
        vectors = vectors.masked_scatter((ids == _PICTURE).unsqueeze(-1), seen.to(vectors.dtype))
    inner = model.get_base_model().model
    return inner(
        inputs_embeds=vectors, attention_mask=(ids != _PADDING).long(), use_cache=False
    ).last_hidden_state


def _backward(model: Any, embed: nn.Embedding, projector: Projector, rows: Sequence[Row]) -> float:
    """Add the gradients of the answers' mean loss per token; returns it."""
    rows = sorted(rows, key=lambda row: len(row.ids))
    count = sum(label >= 0 for row in rows for label in row.labels)
    total = 0.0
    for some in _parts(rows):
        with torch.autocast(embed.weight.device.type, torch.bfloat16):
            hidden = _hidden_states(model, embed, projector, some)[:, :-1]
            labels = torch.full(hidden.shape[:2], _UNLEARNT)
            for n, row in enumerate(some):
                labels[n, : len(row.labels) - 1] = torch.tensor(row.labels[1:])
            answers = (labels >= 0).to(hidden.device)
            scores = model.get_base_model().lm_head(hidden[answers]).float()
        right = labels[labels >= 0].to(scores.device)
        loss = nn.functional.cross_entropy(scores, right, reduction="sum")
        (loss / count).backward()
        total += loss.item()
    return total / count


def _parts(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows of similar length together, so many that a pass is worth its overhead."""
    part: list[Row] = []
    for row in rows:  # the longest comes last
        if part and (len(part) + 1) * len(row.ids) > PASS_TOKENS:
            yield part
            part = []
        part.append(row)
    yield part


def _pool(
    items: Sequence[Picture], drawn: Sequence[Picture], draw: random.Random, share: float
) -> Sequence[Picture]:
    return (items or drawn) if draw.random() < share else (drawn or items)


def _rate(step: int, settings: SeeingSettings) -> float:
    warm = min(1.0, (step + 1) / 20)
    return warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / settings.steps)))


def _run(base: Path, start: Path, pictures: Sequence[Picture], settings: SeeingSettings) -> str:
    """Tells a run from others: what it starts from, learns from, and how."""
    digest = hashlib.sha256(f"{base.name} {settings.model_dump_json()}".encode())
    for path in sorted(start.glob("*.safetensors")):
        digest.update(path.read_bytes())
    for one in pictures:
        digest.update(f"{one.set} {one.key} {one.caption} {one.kind}\n".encode())
    return digest.hexdigest()


def _checkpoint(work: Path, run: str, step: int, model: Any, *parts: Any) -> None:
    from peft import get_peft_model_state_dict

    state = {
        "run": run,
        "step": step,
        "adapter": get_peft_model_state_dict(model),
        "parts": [part.state_dict() for part in parts],
    }
    with building_folder(work) as folder:
        torch.save(state, folder / "checkpoint.pt")


def _resumed(work: Path, run: str, model: Any, *parts: Any) -> int:
    """Load the checkpoint of the same run, if there is one; the number of steps it has done."""
    from peft import set_peft_model_state_dict

    path = work / "checkpoint.pt"
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    if state["run"] != run:
        return 0
    set_peft_model_state_dict(model, state["adapter"])
    for part, kept in zip(parts, state["parts"], strict=True):
        part.load_state_dict(kept)
    return state["step"]
