import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.recommender.encoders.batch import Batch, collate
from tastemaker.recommender.encoders.features import ItemFeatures
from tastemaker.recommender.encoders.item_encoder import ItemEncoder
from tastemaker.recommender.encoders.sequence_model import SequenceModel
from tastemaker.recommender.encoders.user_encoder import UserEncoderConfig
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.pretraining.step import (
    ALL_ITEMS_UP_TO,
    CHUNK,
    SAMPLED_NEGATIVES,
    Step,
    candidates,
    cross_entropy,
)
from torch.nn import functional

HISTORIES = [[3, 1, 4], [20_000, 0], [9_999]]


def model_of(item_count: int) -> SequenceModel:
    torch.manual_seed(0)
    items = ItemEncoder(ItemFeatures(item_count), 8)
    return SequenceModel(items, UserEncoderConfig(hidden=8, layers=1, heads=1))


def batch_of(item_count: int) -> Batch:
    histories = Histories.of_items(HISTORIES, item_count)
    return collate(histories, np.arange(len(HISTORIES)), 5)


def problem(states: int, items: int = 7) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(states)
    made = [
        torch.randn(count, 5, generator=generator, dtype=torch.double).requires_grad_()
        for count in (states, items)
    ]
    return made[0], made[1], torch.randint(items, (states,), generator=generator)


@pytest.mark.parametrize("count", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])
def test_cross_entropy_and_its_gradients_are_those_of_torch(count: int):
    states, outputs, targets = problem(count)
    ours = cross_entropy(states, outputs, targets)
    theirs = functional.cross_entropy(states @ outputs.T, targets)
    torch.testing.assert_close(ours, theirs)
    found = torch.autograd.grad(3 * ours, [states, outputs])
    wanted = torch.autograd.grad(3 * theirs, [states, outputs])
    torch.testing.assert_close(found, wanted)


def test_cross_entropy_has_the_gradients_of_its_values():
    states, outputs, targets = problem(CHUNK + 3, 4)
    assert torch.autograd.gradcheck(lambda s, o: cross_entropy(s, o, targets), (states, outputs))


def test_cross_entropy_of_large_scores_is_finite():
    states = torch.full((2, 1), 100.0, requires_grad=True)
    outputs = torch.tensor([[10.0], [-10.0]])
    loss = cross_entropy(states, outputs, torch.tensor([0, 1]))
    assert float(loss.detach()) == pytest.approx(1000)
    loss.backward()
    assert states.grad is not None and states.grad.isfinite().all()


def test_cross_entropy_of_nothing_is_zero():
    _, outputs, _ = problem(1)
    none = torch.zeros(0, 5, dtype=torch.double, requires_grad=True)
    loss = cross_entropy(none, outputs, torch.zeros(0, dtype=torch.long))
    loss.backward()
    assert float(loss.detach()) == 0
    assert outputs.grad is not None and not outputs.grad.any()


def test_a_small_catalogue_is_scored_whole():
    rows = torch.tensor([[3, 1, -1]])
    step = candidates(model_of(ALL_ITEMS_UP_TO), Batch(rows, rows + 1, rows + 1))
    assert torch.equal(step.rows, torch.arange(ALL_ITEMS_UP_TO))
    assert torch.equal(step.index(rows), rows)


def test_a_large_catalogue_is_sampled():
    count = ALL_ITEMS_UP_TO + 1
    model, batch = model_of(count), batch_of(count)
    step = candidates(model, batch)
    assert len(step.rows) <= SAMPLED_NEGATIVES + 6
    assert len(step.rows) > SAMPLED_NEGATIVES * 0.8
    assert (step.rows.diff() > 0).all()
    index = step.index(batch.items)
    assert torch.equal(step.rows[index[batch.present]], batch.items[batch.present])
    assert (index[~batch.present] < 0).all()
    torch.testing.assert_close(step.inputs, model.items(step.rows)[0])
    torch.testing.assert_close(step.outputs, model.items(step.rows)[1])


@given(st.sets(st.integers(0, 30), min_size=1), st.data())
def test_index_finds_each_row(rows: set[int], data: st.DataObject):
    some = data.draw(st.lists(st.sampled_from([-1, *rows]), min_size=1))
    step = Step(torch.tensor(sorted(rows)), torch.zeros(len(rows), 1), torch.zeros(len(rows), 1))
    index = step.index(torch.tensor(some))
    assert [sorted(rows)[i] if i >= 0 else -1 for i in index.tolist()] == some
