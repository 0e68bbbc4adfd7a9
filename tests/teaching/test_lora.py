import errno

import pytest
from tastemaker.errors import BadInputError, MissingError
from tastemaker.serving.adapters import (
    CARD,
    AdapterCard,
    card_of,
    is_adapter,
    merged,
    weights_digest,
)
from tastemaker.teaching.lora import Example, LoraSettings, learn

SETTINGS = LoraSettings(rank=4, first_layer=0, batch=4, learning_rate=0.02, checkpoint_steps=2)
EXAMPLES = [
    Example(task="t", messages=({"role": "user", "content": "say a"},), answer="aaaa"),
    Example(task="t", messages=({"role": "user", "content": "say b"},), answer="bbbb"),
] * 30


class Stopper:
    """A `Progress` that breaks off at one step."""

    def __init__(self, at: int, error: BaseException) -> None:
        self.at, self.error, self.steps = at, error, []

    def __call__(self, what: str, done: int, total: int | None) -> None:
        self.steps.append(done)
        if done == self.at:
            raise self.error


def test_it_learns_and_what_it_learnt_is_merged(tiny_model, tmp_path, dirs):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    target = tmp_path / "adapters" / "mine"
    few = learn(tiny_model, EXAMPLES[:4], tmp_path / "adapters" / "few", SETTINGS)
    many = SETTINGS.model_copy(update={"checkpoint_steps": 1000, "rank": 16})
    learned = learn(tiny_model, EXAMPLES * 10, target, many)
    assert learned.loss < few.loss - 0.3 and learned.examples == 600 and learned.tokens > 6000
    assert is_adapter(target)
    assert str(tmp_path) not in (target / "adapter_config.json").read_text()
    card = AdapterCard(base="tiny", base_sha256=weights_digest(tiny_model), prompts={})
    (target / CARD).write_text(card.model_dump_json())
    whole = merged(target, tiny_model)
    assert merged(target, tiny_model) == whole and card_of(whole) == card
    calibrated = card.model_copy(update={"llm_weight": 0.25})
    (target / CARD).write_text(calibrated.model_dump_json())
    assert merged(target, tiny_model) == whole and card_of(whole) == calibrated
    asked = torch.arange(20)[None]
    plain = AutoModelForCausalLM.from_pretrained(tiny_model)
    untaught = plain(asked).logits
    with_adapter = PeftModel.from_pretrained(plain, target)(asked).logits
    taught = AutoModelForCausalLM.from_pretrained(whole, dtype=torch.float32)(asked).logits
    lost, learnt = (taught - with_adapter).abs().max(), (taught - untaught).abs().max()
    assert lost < learnt / 2  # what is lost is bfloat16's rounding


def test_an_interrupted_run_goes_on_and_another_run_does_not(tiny_model, tmp_path):
    target = tmp_path / "mine"
    with pytest.raises(KeyboardInterrupt):
        learn(tiny_model, EXAMPLES, target, SETTINGS, Stopper(5, KeyboardInterrupt()))
    assert not target.exists()
    again = Stopper(-1, KeyboardInterrupt())
    learn(tiny_model, EXAMPLES, target, SETTINGS, again)
    assert again.steps[0] == 5 and again.steps[-1] == 15  # the checkpoint of step 4 was whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "tiny"]
    with pytest.raises(KeyboardInterrupt):
        learn(tiny_model, EXAMPLES, target, SETTINGS, Stopper(5, KeyboardInterrupt()))
    fresh = Stopper(-1, KeyboardInterrupt())
    learn(tiny_model, EXAMPLES[:20], target, SETTINGS, fresh)
    assert fresh.steps[0] == 1


def test_a_full_disk_leaves_whole_checkpoints_only(tiny_model, tmp_path):
    target = tmp_path / "mine"
    full = Stopper(5, OSError(errno.ENOSPC, "no space"))
    with pytest.raises(MissingError, match="No space is left"):
        learn(tiny_model, EXAMPLES, target, SETTINGS, full)
    work = tmp_path / ".mine.training"
    assert not target.exists() and sorted(p.name for p in work.glob("checkpoint-*")) == [
        "checkpoint-2",
        "checkpoint-4",
    ]
    (work / "checkpoint-4" / "optimizer.pt").unlink()  # torn while it was written
    again = Stopper(-1, KeyboardInterrupt())
    learn(tiny_model, EXAMPLES, target, SETTINGS, again)
    assert again.steps[0] == 3


def test_an_adapter_goes_on_from_another(tiny_model, tmp_path):
    first = tmp_path / "first"
    learned = learn(tiny_model, EXAMPLES, first, SETTINGS)
    more = learn(tiny_model, EXAMPLES[:4], tmp_path / "second", SETTINGS, start=first)
    assert more.loss < learned.loss * 3


def test_an_adapter_for_other_weights_is_refused_by_name(tiny_model, tmp_path, dirs, other_model):
    target = tmp_path / "mine"
    learn(tiny_model, EXAMPLES[:4], target, SETTINGS)
    card = AdapterCard(base="tiny", base_sha256=weights_digest(tiny_model), prompts={})
    (target / CARD).write_text(card.model_dump_json())
    found = weights_digest(other_model)[:12]
    with pytest.raises(BadInputError, match=f"{card.base_sha256[:12]}.*{found}"):
        merged(target, other_model)


def test_a_damaged_card_says_what_to_do(tmp_path):
    (tmp_path / CARD).write_text("{")
    with pytest.raises(BadInputError, match="train llm"):
        card_of(tmp_path)
