"""A tiny model learns to see made-up states: each thing has a direction of its own."""

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tastemaker.packages import silent
from tastemaker.prompts import PICTURE, with_pictures
from tastemaker.serving.adapters import is_adapter
from tastemaker.serving.llava import IMAGE_TOKEN, PROJECTOR, assemble_llava
from tastemaker.teaching.lora import Example
from tastemaker.teaching.seeing.learning import (
    SeeingLearned,
    SeeingSettings,
    Views,
    _hidden_states,
    learn_to_see,
    sight_row,
)
from tastemaker.teaching.seeing.pictures import Picture
from tastemaker.teaching.seeing.projector import Projector, load_projector
from tastemaker.teaching.seeing.tasks import Sights

from ...recommender.test_image_encoder import tiny_clip
from ..conftest import save_tiny_model

TOWER = 16
THINGS = ["k", "m", "r", "t"]
PICTURES = [
    Picture(set="made", key=f"{thing} {n}", image=Path("x"), caption=thing, drawn=True)
    for thing in THINGS
    for n in range(4)
]
KNOWN = [
    Example(task="t", messages=({"role": "user", "content": f"say a {PICTURE}"},), answer="aa"),
    Example(task="t", messages=({"role": "user", "content": "say b"},), answer="bb"),
]
FEW = SeeingSettings(steps=6, batch=4, repeated=1, checkpoint_steps=2)
LONG = SeeingSettings(
    steps=160, batch=8, repeated=1, learning_rate=0.01, projector_rate=0.005, noise=0.05
)


def made_views(pictures: list[Picture], seed: int = 0, noise: float = 0.0) -> Views:
    """The direction of each picture's thing, and a little of its own."""
    centres = 3 * np.random.default_rng(7).normal(size=(len(THINGS), TOWER))
    own = 0.2 * np.random.default_rng(seed).normal(size=(len(pictures), TOWER))
    states = centres[[THINGS.index(one.caption) for one in pictures]] + own
    return Views([(one, 0) for one in pictures], states.astype(np.float32), noise)


class Stopper:
    """A `Progress` that breaks off at one step of teaching."""

    def __init__(self, at: int = -1) -> None:
        self.at, self.steps = at, []

    def __call__(self, what: str, done: int, total: int | None) -> None:
        if what == "teaching to see":
            self.steps.append(done)
            if done == self.at:
                raise KeyboardInterrupt


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """The folder of the tiny model, whose attention is soft: else none would find the picture."""
    from transformers import AutoModelForCausalLM

    folder = save_tiny_model(tmp_path_factory.mktemp("model") / "tiny")
    model = AutoModelForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.q_proj.weight.mul_(0.1)
            layer.self_attn.k_proj.weight.mul_(0.1)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def blind(base, tmp_path_factory) -> Path:
    """An adapter that knows nothing yet."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    torch.manual_seed(0)
    shape = LoraConfig(r=16, lora_alpha=32, target_modules=targets, task_type="CAUSAL_LM")
    folder = tmp_path_factory.mktemp("adapter") / "blind"
    get_peft_model(AutoModelForCausalLM.from_pretrained(base), shape).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def start(blind, tmp_path_factory) -> Path:
    """One that has eyes, too."""
    folder = tmp_path_factory.mktemp("adapter") / "start"
    shutil.copytree(blind, folder)
    torch.manual_seed(1)
    save_file(Projector(TOWER, 32).state_dict(), folder / PROJECTOR)
    return folder


def learnt(base, start, target, settings=FEW, progress=silent) -> SeeingLearned:
    views = made_views(PICTURES, noise=settings.noise)
    return learn_to_see(base, start, views, PICTURES, KNOWN, target, settings, progress)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "adapter_model.safetensors") | load_file(folder / PROJECTOR)


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(
        torch.allclose(one[name].float(), other[name].float(), atol=1e-3) for name in one
    )


def named(base: Path, target: Path, pictures: list[Picture], views: Views) -> list[str]:
    """Of four titles the one that each picture makes likelier than other pictures do."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    language = AutoModelForCausalLM.from_pretrained(base)
    model = PeftModel.from_pretrained(language, target)
    projector = load_projector(target / PROJECTOR)
    embed = language.get_input_embeddings()
    asked = Sights(PICTURES).title(PICTURES[0], random.Random(0), "Which title fits?")
    table = np.zeros((len(pictures), len(asked.options)))
    for n, picture in enumerate(pictures):
        for m, option in enumerate(asked.options):
            sight = asked.model_copy(update={"pictures": (picture,), "right": option})
            row = sight_row(sight, tokenizer, views, random.Random(0))
            with torch.inference_mode():
                hidden = _hidden_states(model, embed, projector, [row])[0, :-1]
                logs = torch.log_softmax(language.lm_head(hidden), dim=-1)
            labels = torch.tensor(row.labels[1:])
            answer = labels >= 0
            table[n, m] = logs[answer, labels[answer]].sum()
    table -= table.mean(axis=0)  # what it would say of any picture
    return [asked.options[n] for n in table.argmax(axis=1)]


def test_it_learns_to_choose_what_pictures_show_that_it_never_saw(base, blind, tmp_path):
    target = tmp_path / "sees"
    done = learnt(base, blind, target, LONG)
    assert (done.pictures, done.sights, done.repeated) == (16, 1280, 160)
    new = [one.model_copy(update={"key": f"{one.key} new"}) for one in PICTURES]
    said = named(base, target, new, made_views(new, seed=1))
    right = np.mean([a == one.caption for a, one in zip(said, new, strict=True)])
    assert right > 0.6, right  # by lot: a quarter


def test_an_interrupted_run_goes_on_and_ends_with_the_same_adapter(base, start, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    learnt(base, start, whole)
    with pytest.raises(KeyboardInterrupt):
        learnt(base, start, broken, progress=Stopper(at=5))
    assert not broken.exists()
    again = Stopper()
    learnt(base, start, broken, progress=again)
    assert again.steps == [5, 6]  # the checkpoint of step 4 was whole
    assert same(weights(whole), weights(broken))
    assert not same(weights(whole), weights(broken) | {"linear_1.bias": torch.zeros(32)})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "whole"]


def test_a_start_that_sees_keeps_its_eyes(base, start, tmp_path):
    slow = FEW.model_copy(update={"projector_rate": 1e-9, "steps": 2})
    learnt(base, start, tmp_path / "sees", slow)
    before, after = (load_projector(folder / PROJECTOR) for folder in (start, tmp_path / "sees"))
    states = torch.randn(5, TOWER)
    assert torch.allclose(before(states), after(states), atol=0.02)  # bfloat16's rounding


def test_a_run_with_other_settings_begins_anew(base, start, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        learnt(base, start, tmp_path / "mine", progress=Stopper(at=5))
    fresh = Stopper()
    learnt(base, start, tmp_path / "mine", FEW.model_copy(update={"seed": 1}), fresh)
    assert fresh.steps[0] == 1


def test_the_adapter_is_whole_small_and_names_no_path(base, start, tmp_path):
    target = tmp_path / "sees"
    learnt(base, start, target)
    assert is_adapter(target)
    assert sorted(path.name for path in target.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
        PROJECTOR,
    ]
    config = json.loads((target / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "tiny" and "/" not in json.dumps(config)
    assert {value.dtype for value in weights(target).values()} == {torch.bfloat16}
    assert {name: tuple(value.shape) for name, value in load_file(target / PROJECTOR).items()} == {
        "linear_1.weight": (32, TOWER),
        "linear_1.bias": (32,),
        "linear_2.weight": (32, 32),
        "linear_2.bias": (32,),
    }


def test_only_the_answer_is_learnt_and_each_picture_is_one_token(base):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    sight = Sights(PICTURES).pick(PICTURES[0], random.Random(0), 3, like=True)
    views = made_views(PICTURES)
    row = sight_row(sight, tokenizer, views, random.Random(0))
    assert len(row.states) == row.ids.count(-1) == 4
    assert (row.states[-1] == views.of(sight.pictures[-1], random.Random(0))).all()
    said = [n for n in row.labels if n >= 0]
    assert tokenizer.decode(said) == f"{sight.answer}<|im_end|>"
    assert row.labels[-len(said) :] == said == row.ids[-len(said) :]


def test_what_is_learnt_is_what_the_server_reads(base, tmp_path):
    """The same token ids, with the image's token where a picture's vector stands."""
    from transformers import AutoTokenizer

    save_file({"linear_1.bias": torch.zeros(32)}, tmp_path / PROJECTOR)
    (tmp_path / "joined").mkdir()
    tower = tiny_clip(tmp_path / "clip")
    assemble_llava(base, tower, tmp_path / PROJECTOR, tmp_path / "joined", silent)
    served = AutoTokenizer.from_pretrained(tmp_path / "joined")
    template = Path(__file__).parents[3] / "serving" / "smollm2.jinja"
    plain = AutoTokenizer.from_pretrained(base)
    plain.chat_template = served.chat_template = template.read_text()
    sight = Sights(PICTURES).pick(PICTURES[0], random.Random(0), 2, like=True)
    row = sight_row(sight, plain, made_views(PICTURES), random.Random(0))
    parts = with_pictures(sight.messages, [{"type": "image"}] * 3)
    text = served.apply_chat_template(parts, tokenize=False, add_generation_prompt=True)
    image = served.convert_tokens_to_ids(IMAGE_TOKEN)
    learnt_ids = [image if one == -1 else one for one in row.ids]
    said = sum(label >= 0 for label in row.labels)
    assert learnt_ids[:-said] == served(text).input_ids


def test_a_view_is_drawn_among_a_pictures_own_and_noise_is_a_part_of_how_states_differ():
    states = np.array([[0, 0], [1, 100], [5, 5]], dtype=np.float32)
    one, other = PICTURES[0], PICTURES[1]
    exact = Views([(one, 0), (one, 1), (other, 0)], states)
    draw = random.Random(0)
    assert {tuple(exact.of(one, draw)) for _ in range(30)} == {(0.0, 0.0), (1.0, 100.0)}
    assert {tuple(exact.of(other, draw)) for _ in range(5)} == {(5.0, 5.0)}
    assert exact.shown == [one, one, other] and (exact.states == states).all()
    noisy = Views([(one, 0), (one, 1), (other, 0)], states, noise=0.5)
    seen = np.array([noisy.of(other, draw) for _ in range(2000)])
    assert seen.mean(axis=0) == pytest.approx([5, 5], abs=2)
    assert seen.std(axis=0) == pytest.approx(0.5 * states.std(axis=0), rel=0.1)
    assert seen.dtype == np.float32
