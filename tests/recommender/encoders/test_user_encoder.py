import pytest
import torch
from pydantic import ValidationError
from tastemaker.recommender.encoders.batch import Batch
from tastemaker.recommender.encoders.features import ItemFeatures
from tastemaker.recommender.encoders.item_encoder import ItemEncoder
from tastemaker.recommender.encoders.levels import GAP_LEVELS, VALUE_LEVELS
from tastemaker.recommender.encoders.sequence_model import SequenceModel
from tastemaker.recommender.encoders.user_encoder import UserEncoder, UserEncoderConfig
from torch import nn

HIDDEN, OUTPUT = 8, 12
CLOSE = {"atol": 1e-6, "rtol": 1e-5}


@pytest.fixture
def encoder() -> UserEncoder:
    torch.manual_seed(0)
    made = UserEncoder(UserEncoderConfig(hidden=HIDDEN, layers=2, heads=2, output=OUTPUT))
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(torch.randn_like(weight) * 0.3)
    return made.eval()


def batch_of(items: list[list[int]]) -> Batch:
    rows = torch.tensor(items)
    levels = torch.arange(rows.shape[1]).expand(rows.shape)
    return Batch(rows, levels % VALUE_LEVELS, levels % GAP_LEVELS)


def inputs_of(users: int, length: int) -> torch.Tensor:
    return torch.randn(users, length, HIDDEN, generator=torch.Generator().manual_seed(1))


def test_shapes(encoder: UserEncoder):
    inputs = inputs_of(3, 5)
    assert encoder.causal(inputs).shape == (3, 5, OUTPUT)
    assert encoder.both_ways(inputs, torch.ones(3, 5, dtype=torch.bool)).shape == (3, 5, OUTPUT)


@pytest.mark.parametrize("prompts", [0, 4])
@pytest.mark.parametrize("cut", [1, 3, 5])
def test_later_items_change_no_earlier_state(encoder: UserEncoder, cut: int, prompts: int):
    encoder.prompts = nn.Parameter(torch.randn(prompts, HIDDEN), requires_grad=False)
    inputs = inputs_of(2, 6)
    states = encoder.causal(inputs)
    torch.testing.assert_close(encoder.causal(inputs[:, :cut]), states[:, :cut], **CLOSE)
    changed = inputs.clone()
    changed[:, cut:] = inputs_of(2, 12)[:, 6 + cut :]
    moved = (encoder.causal(changed) - states).detach().abs().amax((0, 2))
    assert float(moved[:cut].max()) < 1e-5
    assert float(moved[cut:].min()) > 1e-3


def test_order_matters(encoder: UserEncoder):
    inputs = inputs_of(1, 4)
    swapped = inputs[:, [1, 0, 2, 3]]
    assert not torch.allclose(encoder.causal(inputs)[:, -1], encoder.causal(swapped)[:, -1])


def test_padding_changes_no_position_that_is_present(encoder: UserEncoder):
    inputs = inputs_of(2, 6)
    present = torch.tensor([[True] * 4 + [False] * 2, [True] * 6])
    states = encoder.both_ways(inputs, present)
    changed = inputs.clone()
    changed[0, 4:] = 100 * inputs[1, 4:]
    torch.testing.assert_close(
        encoder.both_ways(changed, present)[present], states[present], **CLOSE
    )
    alone = encoder.both_ways(inputs[:1, :4], present[:1, :4])
    torch.testing.assert_close(alone[0], states[0, :4], **CLOSE)
    assert states.isfinite().all()


def test_both_ways_sees_what_comes_after(encoder: UserEncoder):
    inputs = inputs_of(1, 4)
    present = torch.ones(1, 4, dtype=torch.bool)
    changed = inputs.clone()
    changed[0, 3] = inputs[0, 0]
    before, after = encoder.both_ways(inputs, present), encoder.both_ways(changed, present)
    assert not torch.allclose(before[0, 0], after[0, 0], atol=1e-4)


def test_prompts_are_read_before_every_history(encoder: UserEncoder):
    inputs = inputs_of(2, 5)
    plain = encoder.causal(inputs)
    prompts = inputs_of(1, 8)[0, 5:]
    encoder.prompts = nn.Parameter(prompts, requires_grad=False)
    prompted = encoder.causal(inputs)
    assert prompted.shape == plain.shape
    assert not torch.allclose(prompted, plain, atol=1e-3)
    encoder.prompts = nn.Parameter(prompts[:0], requires_grad=False)
    written_out = encoder.causal(torch.cat([prompts.expand(2, -1, -1), inputs], 1))[:, 3:]
    torch.testing.assert_close(prompted, written_out, **CLOSE)


def test_inputs_add_the_levels(encoder: UserEncoder):
    vectors = torch.randn(4, HIDDEN)
    batch = batch_of([[3, 1, -1]])
    found = encoder.inputs(batch, vectors, batch.items)
    for position, row in enumerate([3, 1]):
        wanted = (
            vectors[row] + encoder.value_levels.weight[position]
            + encoder.gap_levels.weight[position]
        )  # fmt: skip
        torch.testing.assert_close(found[0, position], wanted)


def test_last_is_the_state_at_the_last_item(encoder: UserEncoder):
    batch = batch_of([[3, 1, -1, -1], [2, 0, 1, 3]])
    inputs = inputs_of(2, 4)
    states = encoder.causal(inputs)
    found = encoder.last(batch, inputs)
    torch.testing.assert_close(found, torch.stack([states[0, 1], states[1, 3]]))


def test_an_added_head_changes_nothing_at_first(encoder: UserEncoder):
    inputs = inputs_of(2, 3)
    before = encoder.causal(inputs)
    encoder.add_head()
    torch.testing.assert_close(encoder.causal(inputs), before, **CLOSE)
    assert len(encoder.head) == 2


def test_users_and_items_meet_in_the_same_dimensions():
    torch.manual_seed(0)
    items = ItemEncoder(ItemFeatures(5), HIDDEN)
    model = SequenceModel(items, UserEncoderConfig(hidden=HIDDEN, output=OUTPUT)).eval()
    assert len(model.users.head) == 0
    inputs, outputs = model.item_vectors()
    vectors = model.user_vectors(batch_of([[0, 1], [2, -1]]), inputs)
    assert (vectors @ outputs.T).shape == (2, 5)


def test_how_long_others_are_changes_no_user():
    torch.manual_seed(0)
    items = ItemEncoder(ItemFeatures(5), HIDDEN)
    model = SequenceModel(items, UserEncoderConfig(hidden=HIDDEN)).eval()
    inputs, _ = model.item_vectors()
    together = model.user_vectors(batch_of([[1, 2, -1, -1], [0, 1, 2, 3]]), inputs)
    alone = model.user_vectors(batch_of([[1, 2]]), inputs)
    torch.testing.assert_close(together[:1], alone, **CLOSE)


def test_an_unknown_setting_is_refused():
    with pytest.raises(ValidationError):
        UserEncoderConfig.model_validate({"depth": 3})
