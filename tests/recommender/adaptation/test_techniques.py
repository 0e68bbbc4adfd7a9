import numpy as np
import pytest
import torch
from peft import PeftModel
from tastemaker.errors import BadInputError
from tastemaker.recommender.adaptation.prompt_tuning import PROMPTS
from tastemaker.recommender.adaptation.techniques import MERGES, TECHNIQUES, technique
from tastemaker.recommender.encoders.batch import Batch, collate
from tastemaker.recommender.encoders.features import ItemFeatures, Modality
from tastemaker.recommender.encoders.item_encoder import ItemEncoder
from tastemaker.recommender.encoders.sequence_model import SequenceModel
from tastemaker.recommender.encoders.user_encoder import UserEncoderConfig
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.pretraining import autoregressive

ITEMS = 12
HEAD = {"users.head.0.weight", "users.head.0.bias"}


def model_of() -> SequenceModel:
    torch.manual_seed(0)
    vectors = np.random.default_rng(0).normal(size=(ITEMS, 4)).astype(np.float32)
    features = ItemFeatures(ITEMS, {"text": Modality(vectors, np.ones(ITEMS, dtype=bool))})
    config = UserEncoderConfig(hidden=8, layers=2, heads=2, dropout=0.0)
    return SequenceModel(ItemEncoder(features, 8), config)


def batch_of() -> Batch:
    walks = [[(user + step) % ITEMS for step in range(3 + user % 4)] for user in range(ITEMS)]
    return collate(Histories.of_items(walks, ITEMS), np.arange(ITEMS), 6)


def few_steps(model: SequenceModel) -> list[float]:
    """Losses of a few steps on what has a gradient."""
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-2)
    losses = []
    model.train()
    for _ in range(8):
        optimizer.zero_grad()
        loss = autoregressive.loss(model, batch_of())
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    model.eval()
    return losses


def scores(model: SequenceModel) -> torch.Tensor:
    inputs, outputs = model.item_vectors()
    return model.user_vectors(batch_of(), inputs) @ outputs.T


def trained_names(model: SequenceModel) -> set[str]:
    return {name for name, weight in model.named_parameters() if weight.requires_grad}


def weights(model: SequenceModel) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def test_representation_transfer_trains_the_head():
    model = model_of()
    technique("representation-transfer")(model)
    assert trained_names(model) == HEAD


def test_full_finetuning_trains_everything():
    model = model_of().requires_grad_(False)
    everything = {name for name, _ in model.named_parameters()}
    technique("full-finetuning")(model)
    assert trained_names(model) == everything


def test_adapter_tuning_trains_adapters_and_the_head():
    model = model_of()
    technique("adapter-tuning")(model)
    adapters = trained_names(model) - HEAD
    assert trained_names(model) >= HEAD
    assert len(adapters) == 2 * 4 * 2  # layers, linear maps a layer, matrices an adapter
    assert all("lora_" in name for name in adapters)


def test_prompt_tuning_trains_prompts_and_the_head():
    model = model_of()
    technique("prompt-tuning")(model)
    prompts = trained_names(model) - HEAD
    assert trained_names(model) >= HEAD
    assert len(prompts) == 1
    assert dict(model.named_parameters())[prompts.pop()].shape == (PROMPTS, 8)


@pytest.mark.parametrize("name", TECHNIQUES)
def test_training_lowers_the_loss_and_moves_only_what_is_trained(name: str):
    model = model_of()
    TECHNIQUES[name](model)
    before, trained = weights(model), trained_names(model)
    losses = few_steps(model)
    assert losses[-1] < losses[0]
    moved = {n for n, value in weights(model).items() if not torch.equal(value, before[n])}
    assert moved <= trained
    if name != "full-finetuning":
        assert moved == trained


@pytest.mark.parametrize("name", sorted(set(TECHNIQUES) - {"prompt-tuning"}))
def test_scores_are_the_same_before_training(name: str):
    model = model_of().eval()
    before = scores(model)
    TECHNIQUES[name](model)
    torch.testing.assert_close(scores(model.eval()), before, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("name", MERGES)
def test_a_merged_model_scores_as_the_wrapped_one(name: str):
    model, plain = model_of(), model_of().eval()
    TECHNIQUES[name](model)
    few_steps(model)
    wrapped = scores(model)
    assert not torch.allclose(wrapped, scores(plain), atol=1e-5)
    MERGES[name](model)
    torch.testing.assert_close(scores(model), wrapped, atol=1e-5, rtol=0)
    assert not isinstance(model.users.transformer, PeftModel)
    assert set(model.state_dict()) == set(plain.state_dict()) | HEAD


@pytest.mark.parametrize("name", TECHNIQUES)
def test_a_merged_model_is_saved_and_loaded_as_a_plain_one(name: str):
    model = model_of()
    TECHNIQUES[name](model)
    few_steps(model)
    if name in MERGES:
        MERGES[name](model)
    saved = weights(model)
    again = model_of()
    if name != "full-finetuning":
        again.users.add_head()
    again.users.prompts = torch.nn.Parameter(torch.zeros_like(model.users.prompts))
    again.load_state_dict(saved)
    torch.testing.assert_close(scores(again.eval()), scores(model), atol=1e-6, rtol=0)


def test_prompts_stay_in_the_model():
    model = model_of()
    TECHNIQUES["prompt-tuning"](model)
    few_steps(model)
    MERGES["prompt-tuning"](model)
    assert model.users.prompts.shape == (PROMPTS, 8)
    before = scores(model)
    model.users.prompts = torch.nn.Parameter(model.users.prompts[:0])
    assert not torch.allclose(scores(model), before, atol=1e-5)


def test_an_unknown_technique_is_refused():
    with pytest.raises(BadInputError, match="prompt-tuning"):
        technique("distillation")
