import numpy as np
import pytest
import torch
from tastemaker.errors import BadInputError
from tastemaker.recommender.encoders.batch import Batch, collate
from tastemaker.recommender.encoders.features import ItemFeatures, Modality
from tastemaker.recommender.encoders.item_encoder import ItemEncoder
from tastemaker.recommender.encoders.sequence_model import SequenceModel
from tastemaker.recommender.encoders.user_encoder import UserEncoderConfig
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.pretraining import contrastive, reconstructive
from tastemaker.recommender.pretraining.objectives import OBJECTIVES, objective

ITEMS = 24


def features() -> ItemFeatures:
    """Two views of the same hidden cause, and some items without one of them."""
    rng = np.random.default_rng(0)
    cause = rng.normal(size=(ITEMS, 4)).astype(np.float32)
    modalities = {
        name: Modality((cause @ rng.normal(size=(4, 6))).astype(np.float32), there)
        for name, there in (("text", np.arange(ITEMS) != 0), ("image", np.arange(ITEMS) != 1))
    }
    return ItemFeatures(ITEMS, modalities)


def model_of(known: ItemFeatures | None = None) -> SequenceModel:
    torch.manual_seed(0)
    items = ItemEncoder(known or features(), 16)
    return SequenceModel(items, UserEncoderConfig(hidden=16, layers=1, heads=2, dropout=0.0))


def batch_of(users: int = 16) -> Batch:
    """Each history walks on through the items from another start."""
    walks = [[(user + step) % ITEMS for step in range(6)] for user in range(users)]
    return collate(Histories.of_items(walks, ITEMS), np.arange(users), 6)


def mean_loss(name: str, model: SequenceModel, batch: Batch) -> float:
    """Over the same twenty draws of what is hidden."""
    torch.manual_seed(1)
    with torch.no_grad():
        return float(torch.stack([OBJECTIVES[name](model, batch) for _ in range(20)]).mean())


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_lowers_its_own_loss(name: str):
    model, batch = model_of(), batch_of()
    before = mean_loss(name, model, batch)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(30):
        optimizer.zero_grad()
        OBJECTIVES[name](model, batch).backward()
        optimizer.step()
    assert mean_loss(name, model, batch) < 0.7 * before


@pytest.mark.parametrize("name", OBJECTIVES)
def test_gradients_are_finite(name: str):
    model = model_of()
    OBJECTIVES[name](model, batch_of()).backward()
    found = [weight.grad for weight in model.parameters() if weight.grad is not None]
    assert any(gradient.any() for gradient in found)
    assert all(gradient.isfinite().all() for gradient in found)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_identity_alone_is_enough(name: str):
    loss = OBJECTIVES[name](model_of(ItemFeatures(ITEMS)), batch_of())
    loss.backward()
    assert float(loss.detach()) > 0


@pytest.mark.parametrize("name", OBJECTIVES)
def test_padding_is_no_target(name: str):
    model = model_of().eval()
    short = Histories.of_items([[1, 2, 3]] * 4, ITEMS)
    narrow = collate(short, np.arange(4), 6)
    wide = Batch(*(
        torch.cat([part, torch.full((4, 3), fill)], 1)
        for part, fill in ((narrow.items, -1), (narrow.values, 0), (narrow.gaps, 0))
    ))  # fmt: skip
    if name == "autoregressive":
        torch.testing.assert_close(OBJECTIVES[name](model, wide), OBJECTIVES[name](model, narrow))
    assert OBJECTIVES[name](model, wide).isfinite()


def test_mixtures_add_up():
    model, batch = model_of(), batch_of()
    torch.manual_seed(2)
    mixed = objective("autoregressive+contrastive+reconstructive")(model, batch)
    torch.manual_seed(2)
    order = ("autoregressive", "contrastive", "reconstructive")
    torch.testing.assert_close(mixed, sum(OBJECTIVES[name](model, batch) for name in order))
    torch.testing.assert_close(
        objective("autoregressive")(model, batch), OBJECTIVES["autoregressive"](model, batch)
    )


@pytest.mark.parametrize("name", ["", "masked", "autoregressive+", "autoregressive+masked"])
def test_an_unknown_objective_is_refused(name: str):
    with pytest.raises(BadInputError, match="reconstructive, contrastive, autoregressive"):
        objective(name)


def test_info_nce_by_hand():
    same = torch.eye(2)
    # Cosines 1 and 0: the partner's share is e^10 / (e^10 + 1), both ways.
    wanted = np.log1p(np.exp(-1 / contrastive.TEMPERATURE))
    assert float(contrastive.info_nce(same, same)) == pytest.approx(wanted, rel=1e-3)
    assert float(contrastive.info_nce(same, same.flip(0))) == pytest.approx(10, rel=1e-3)


def test_modalities_are_compared_only_where_both_are_there():
    known = features()
    for modality in known.modalities.values():
        modality.present[:] = False
    items = model_of(known).items
    assert float(contrastive.between_modalities(items)) == 0
    assert float(reconstructive.masked_features(items)) == 0


def test_hidden_features_are_not_read():
    items = model_of().items.eval()
    rows = torch.arange(2, ITEMS)
    before = items(rows, hide=("text",))[0]
    items.get_buffer("text_vectors").neg_()
    assert torch.equal(items(rows, hide=("text",))[0], before)
