from typing import get_args

import numpy as np
import pytest
import torch
from tastemaker.recommender.encoders.features import ItemFeatures, Modality
from tastemaker.recommender.encoders.item_encoder import Fusion, ItemEncoder

FUSIONS = get_args(Fusion)
HIDDEN = 8
TEXT = [True, True, False, True, False, False]
IMAGE = [True, False, True, False, False, False]
MET = torch.tensor([True, True, True, False, False, True])
ROWS = torch.arange(6)
NOTHING = 4
"""The item of which nothing is known."""
ALONE = 5
"""The item of which only the identity is known."""


def features(absent: float = 0.0) -> ItemFeatures:
    """Six items with a text or an image or neither; `absent` stands where they have none."""
    rng = np.random.default_rng(0)
    modalities = {}
    for name, present, size in (("text", TEXT, 5), ("image", IMAGE, 3)):
        there = np.array(present)
        vectors = rng.normal(size=(6, size)).astype(np.float32)
        vectors[~there] = absent
        modalities[name] = Modality(vectors, there)
    return ItemFeatures(6, modalities)


def encoder(fusion: Fusion, absent: float = 0.0, **options) -> ItemEncoder:
    """An encoder whose every weight matters, the same for every `absent`."""
    torch.manual_seed(0)
    made = ItemEncoder(features(absent), HIDDEN, fusion=fusion, met=MET.clone(), **options)
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(torch.randn_like(weight) * 0.3)
    return made.eval()


def gradients(made: ItemEncoder) -> dict[str, torch.Tensor]:
    inputs, outputs = made(ROWS)
    (inputs.square().sum() + outputs.pow(3).sum()).backward()
    return {n: w.grad for n, w in made.named_parameters() if w.grad is not None}


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("absent", [1.0, -1e3, 1e6])
def test_what_stands_where_a_modality_is_missing_changes_nothing(fusion: Fusion, absent: float):
    plain, filled = encoder(fusion), encoder(fusion, absent)
    for one, other in zip(plain(ROWS), filled(ROWS), strict=True):
        assert torch.equal(one, other)
    one, other = gradients(plain), gradients(filled)
    assert one.keys() == other.keys()
    for name in one:
        torch.testing.assert_close(other[name], one[name], msg=f"the gradient of {name} differs")


@pytest.mark.parametrize("fusion", FUSIONS)
def test_a_modality_that_is_there_counts(fusion: Fusion):
    made = encoder(fusion)
    before = made(ROWS)[1]
    made.get_buffer("text_vectors").neg_()
    changed = (made(ROWS)[1] != before).any(1)
    assert changed.tolist() == TEXT


@pytest.mark.parametrize("fusion", FUSIONS)
def test_an_item_that_nobody_met_has_no_identity(fusion: Fusion):
    made = encoder(fusion)
    before = made(ROWS)
    with torch.no_grad():
        made.identity.weight.add_(torch.randn(6, HIDDEN))
    for one, other in zip(before, made(ROWS), strict=True):
        assert ((one != other).any(1) == MET).all()


@pytest.mark.parametrize("fusion", FUSIONS)
def test_vectors_and_gradients_are_finite(fusion: Fusion):
    made = encoder(fusion, 1e6)
    inputs, outputs = made(ROWS)
    assert inputs.shape == (6, HIDDEN)
    assert outputs.shape == (6, made.output_size)
    assert made.output_size == (3 * HIDDEN if fusion == "late" else HIDDEN)
    assert inputs.isfinite().all() and outputs.isfinite().all()
    found = gradients(made)
    assert all(gradient.isfinite().all() for gradient in found.values())
    met_gradients = found["identity.weight"].abs().sum(1) > 0
    assert (met_gradients == MET).all()


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("hidden", ["identity", "text", "image"])
def test_hiding_a_modality_is_not_having_it(fusion: Fusion, hidden: str):
    made = encoder(fusion)
    found = made(ROWS, hide=(hidden,))[1]
    made.get_buffer(f"{hidden}_present").fill_(False)
    assert torch.equal(found, made(ROWS)[1])


@pytest.mark.parametrize("fusion", FUSIONS)
def test_items_of_which_nothing_is_known_are_alike(fusion: Fusion):
    made = encoder(fusion)
    nothing = made(ROWS, hide=("text", "image", "identity"))[1]
    torch.testing.assert_close(nothing, nothing[:1].expand_as(nothing))
    torch.testing.assert_close(made(ROWS)[1][NOTHING], nothing[0])


@pytest.mark.parametrize("fusion", FUSIONS)
def test_some_rows_are_as_all_rows(fusion: Fusion):
    made = encoder(fusion)
    some = torch.tensor([5, 0, 4])
    torch.testing.assert_close(made(some)[1], made(ROWS)[1][some])


@pytest.mark.parametrize("fusion", FUSIONS)
def test_identity_is_hidden_at_random_in_training_only(fusion: Fusion):
    made = encoder(fusion, identity_dropout=0.5)
    rows = torch.zeros(1000, dtype=torch.long)
    assert made.parts(rows)[1][:, 0].all()
    made.train()
    shown = made.parts(rows)[1]
    assert 0.4 < float(shown[:, 0].float().mean()) < 0.6
    assert shown[:, 1:].all()


def test_without_an_identity_contents_are_all():
    made = encoder("gated", identity=False)
    assert made.names == ["text", "image"]
    assert made.item_count == 6
    assert not any(name.startswith("identity") for name, _ in made.named_parameters())
    found = made(ROWS)[0]
    assert torch.equal(found[NOTHING], found[ALONE])


def test_identity_alone():
    made = ItemEncoder(ItemFeatures(4), HIDDEN)
    found = made(torch.arange(4))[0]
    torch.testing.assert_close(found, made.identity.weight)


def test_features_are_not_saved_with_the_weights():
    assert not any(
        "_vectors" in name or "_present" in name for name in encoder("gated").state_dict()
    )
