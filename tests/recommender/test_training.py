from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from tastemaker.recommender.encoders.features import ItemFeatures
from tastemaker.recommender.encoders.item_encoder import ItemEncoder
from tastemaker.recommender.encoders.sequence_model import SequenceModel
from tastemaker.recommender.encoders.user_encoder import UserEncoderConfig
from tastemaker.recommender.histories import Histories, leave_one_out
from tastemaker.recommender.pretraining import autoregressive
from tastemaker.recommender.training import TrainingConfig, train
from tastemaker.recommender.validation import next_item_ndcg

ITEMS = 30
FEW = TrainingConfig(epochs=5, batch=8, length=5, learning_rate=1e-2)


class Interrupted(Exception):
    """Someone pressed Ctrl-C."""


def walks(users: int) -> Histories:
    """Item i is always followed by item i + 1."""
    rng = np.random.default_rng(0)
    starts, lengths = rng.integers(ITEMS, size=users), rng.integers(3, 9, size=users)
    made = [
        [int(start + step) % ITEMS for step in range(length)]
        for start, length in zip(starts, lengths, strict=True)
    ]
    return Histories.of_items(made, ITEMS)


def model_of(seed: int = 0) -> SequenceModel:
    torch.manual_seed(seed)
    config = UserEncoderConfig(hidden=16, layers=1, heads=2, dropout=0.1)
    return SequenceModel(ItemEncoder(ItemFeatures(ITEMS), 16), config)


def weights(model: SequenceModel) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[n], other[n]) for n in one)


def figures(*given: float) -> Callable[[], float]:
    """A validation that gives these figures, epoch by epoch."""
    left = iter(given)
    return lambda: next(left)


def test_what_always_follows_is_learned():
    split = leave_one_out(walks(150))
    model = model_of()

    def validate() -> float:
        return next_item_ndcg(model, split.valid, split.valid_targets, 20)

    before = validate()
    config = TrainingConfig(epochs=25, batch=16, length=20, learning_rate=1e-2)
    done = train(model, autoregressive.loss, split.train, config, validate)
    assert before < 0.5
    assert done.best > 0.95
    assert done.losses[-1] < done.losses[0]
    assert validate() == done.best == done.validations[done.best_epoch - 1]
    assert not model.training
    assert next_item_ndcg(model, split.test, split.test_targets, 20) > 0.9


def test_the_same_seed_gives_the_same_weights():
    found = []
    for seed in (3, 3, 4):
        model = model_of()
        train(model, autoregressive.loss, walks(20), FEW.model_copy(update={"seed": seed}))
        found.append(weights(model))
    assert same(found[0], found[1])
    assert not same(found[0], found[2])


def test_the_average_of_the_weights_is_validated_and_kept():
    model, seen = model_of(), []
    average = {name: weight.clone() for name, weight in weights(model).items()}

    def after_a_step(_what: str, done: int, total: int | None) -> None:
        if done == len(seen) + 1 and done != total:  # the last word is said twice
            seen.append(done)
            kept = min(0.5, done / (done + 9))
            for name, weight in weights(model).items():
                average[name] = kept * average[name] + (1 - kept) * weight

    def validate() -> float:
        return float(all(torch.allclose(average[n], w) for n, w in weights(model).items()))

    config = FEW.model_copy(update={"average": 0.5, "epochs": 4})
    done = train(model, autoregressive.loss, walks(20), config, validate, None, after_a_step)
    assert done.validations[:3] == [1.0, 1.0, 1.0]
    assert not same(weights(model), weights(model_of()))


@pytest.mark.parametrize("step", [4, 6, 8, 14])
def test_a_resumed_training_ends_where_an_uninterrupted_one_does(tmp_path: Path, step: int):
    histories = walks(20)  # three steps an epoch
    ratings = (0.1, 0.5, 0.2, 0.4, 0.3)
    straight = model_of()
    wanted = train(straight, autoregressive.loss, histories, FEW, figures(*ratings))

    def interrupt(_what: str, done: int, _total: int | None) -> None:
        if done == step:
            raise Interrupted

    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(Interrupted):
        train(
            model_of(), autoregressive.loss, histories, FEW, figures(*ratings), checkpoint,
            interrupt,
        )  # fmt: skip
    torch.manual_seed(99)
    resumed = model_of(seed=7)  # the checkpoint has the weights
    left = ratings[(step - 1) // 3 :]
    found = train(resumed, autoregressive.loss, histories, FEW, figures(*left), checkpoint)
    assert found == wanted
    assert same(weights(resumed), weights(straight))


def test_interrupted_in_validation_the_epoch_is_done_again(tmp_path: Path):
    histories, checkpoint = walks(20), tmp_path / "checkpoint.pt"
    straight, broken, resumed = model_of(), model_of(), model_of()
    train(straight, autoregressive.loss, histories, FEW, figures(1, 2, 3, 4, 5))

    given = figures(1, 2)

    def validate() -> float:
        try:
            return given()
        except StopIteration:
            raise Interrupted from None

    with pytest.raises(Interrupted):
        train(broken, autoregressive.loss, histories, FEW, validate, checkpoint)
    done = train(resumed, autoregressive.loss, histories, FEW, figures(3, 4, 5), checkpoint)
    assert done.validations == [1, 2, 3, 4, 5]
    assert same(weights(resumed), weights(straight))


def test_a_finished_training_is_not_done_again(tmp_path: Path):
    checkpoint = tmp_path / "checkpoint.pt"
    model, again = model_of(), model_of(seed=1)
    done = train(model, autoregressive.loss, walks(20), FEW, checkpoint=checkpoint)
    assert train(again, autoregressive.loss, walks(20), FEW, figures(), checkpoint) == done
    assert same(weights(again), weights(model))


def test_training_stops_when_it_gets_no_better(tmp_path: Path):
    config = FEW.model_copy(update={"epochs": 50, "patience": 3})
    given = figures(0.1, 0.4, 0.3, 0.4, 0.2)
    model, checkpoint = model_of(), tmp_path / "checkpoint.pt"
    done = train(model, autoregressive.loss, walks(20), config, given, checkpoint)
    assert (done.best, done.best_epoch, done.epochs) == (0.4, 2, 5)
    assert len(done.losses) == 5
    assert train(model, autoregressive.loss, walks(20), config, figures(), checkpoint) == done


def test_the_best_epoch_is_kept():
    model, after = model_of(), []

    def validate() -> float:
        after.append(weights(model))
        return [0.2, 0.9, 0.5, 0.1, 0.3][len(after) - 1]

    done = train(model, autoregressive.loss, walks(20), FEW, validate)
    assert done.best_epoch == 2
    assert same(weights(model), after[1])
    assert not same(weights(model), after[4])


def test_without_validation_the_last_epoch_is_kept():
    last = model_of()
    done = train(last, autoregressive.loss, walks(20), FEW)
    assert done.best_epoch == done.epochs == 5
    validated = model_of()
    train(validated, autoregressive.loss, walks(20), FEW, figures(1, 2, 3, 4, 5))
    assert same(weights(last), weights(validated))


def test_what_has_no_gradient_stays():
    model = model_of()
    model.users.requires_grad_(False)
    before = weights(model)
    train(model, autoregressive.loss, walks(20), FEW)
    moved = {name for name, value in weights(model).items() if not torch.equal(value, before[name])}
    assert moved == {"items.identity.weight", "items.gate.weight"} & moved
    assert "items.identity.weight" in moved


def test_every_step_is_told():
    told: list[tuple[str, int, int | None]] = []
    train(
        model_of(), autoregressive.loss, walks(20), FEW, figures(1, 2, 3, 4, 5),
        progress=lambda *now: told.append(now), name="pretraining",
    )  # fmt: skip
    # The last call says that the training is over, also when it stopped early.
    assert told == [("pretraining", done, 15) for done in [*range(1, 16), 15]]


def test_people_of_one_item_are_no_training():
    lonely = Histories.of_items([[1], [], [2]], ITEMS)
    model = model_of()
    before = weights(model)
    done = train(model, autoregressive.loss, lonely, FEW)
    assert done.losses == [0] * 5
    assert same(weights(model), before)
