import numpy as np
import pytest
import torch
from tastemaker.recommender.channels.sequence import Sequence
from tastemaker.recommender.encoders.batch import collate
from tastemaker.recommender.encoders.features import ItemFeatures, Modality
from tastemaker.recommender.encoders.item_encoder import Fusion, ItemEncoder
from tastemaker.recommender.encoders.sequence_model import SequenceModel
from tastemaker.recommender.encoders.user_encoder import UserEncoderConfig
from tastemaker.recommender.histories import Histories

ITEMS = 50


def model(fusion: Fusion, layers: int, heads: int, prompts: int, extra_heads: int) -> SequenceModel:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    text = Modality(rng.normal(size=(ITEMS, 5)).astype(np.float32), rng.random(ITEMS) < 0.8)
    items = ItemEncoder(ItemFeatures(ITEMS, {"text": text}), 16, fusion=fusion)
    made = SequenceModel(items, UserEncoderConfig(hidden=16, layers=layers, heads=heads))
    made.users.prompts = torch.nn.Parameter(torch.zeros(prompts, 16))
    for _ in range(extra_heads):
        made.users.add_head()
    for weight in made.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    return made.eval()


@pytest.mark.parametrize(
    ("fusion", "layers", "heads", "prompts", "extra_heads"),
    [("gated", 2, 2, 0, 0), ("late", 1, 4, 0, 1), ("early", 3, 1, 3, 2), ("attention", 1, 2, 1, 0)],
)
def test_numpy_gives_what_pytorch_gives(
    fusion: Fusion, layers: int, heads: int, prompts: int, extra_heads: int
):
    made = model(fusion, layers, heads, prompts, extra_heads)
    rng = np.random.default_rng(1)
    plain = Histories.of_items([rng.permutation(ITEMS)[:n].tolist() for n in (1, 2, 9, 30)], ITEMS)
    count = len(plain.items)
    values = np.where(rng.random(count) < 0.8, rng.integers(1, 6, count), np.nan)
    times = np.where(rng.random(count) < 0.8, rng.integers(0, 10**7, count), np.nan)
    histories = Histories(
        plain.user_ids, plain.starts, plain.items, values.astype(np.float32), times, ITEMS
    )
    inputs, outputs = made.item_vectors()
    with torch.no_grad():
        users = made.user_vectors(collate(histories, np.arange(4), 20), inputs)
    expected = (users @ outputs.T).numpy()
    everything = np.arange(ITEMS)
    found = np.array([one.at(everything) for one in Sequence.of(made, 20).scores(histories)])
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-4)
