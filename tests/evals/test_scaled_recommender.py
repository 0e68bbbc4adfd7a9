import numpy as np
import pytest
from tastemaker.evals.scaled_recommender import made_histories
from tastemaker.recommender.closed_form import closed_form_channels
from tastemaker.recommender.encoders.features import ItemFeatures
from tastemaker.recommender.histories import Histories


@pytest.fixture(scope="module")
def histories() -> Histories:
    return made_histories(5000, 20_000, seed=0)


def test_about_as_many_interactions_as_asked_for_none_twice(histories: Histories):
    assert 15_000 < len(histories.items) < 25_000
    assert histories.starts[-1] == len(histories.items) and len(histories) == 400
    for user in range(len(histories)):
        items = histories.items_of(user)
        assert len(np.unique(items)) == len(items)
        times = histories.times[histories.starts[user] : histories.starts[user + 1]]
        assert np.all(np.diff(times) >= 0)


def test_few_items_are_met_by_many(histories: Histories):
    counts = np.sort(np.bincount(histories.items, minlength=5000))[::-1]
    assert counts[:100].sum() > 5 * counts[2500:2600].sum()


def test_channels_are_fitted_on_them(histories: Histories):
    channels = closed_form_channels(histories, ItemFeatures(5000))
    assert [channel.name for channel in channels] == [
        "ease",
        "transition",
        "item_knn",
        "popularity",
    ]
    everything = np.ones(5000, dtype=bool)
    for channel in channels:
        rows, _ = next(iter(channel.scores(histories.of_user(0)))).top(5, everything)
        assert len(rows) == 5
