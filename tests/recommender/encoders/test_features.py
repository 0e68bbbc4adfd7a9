import numpy as np
import pytest
from tastemaker.catalog.store import Catalog
from tastemaker.recommender.encoders.features import (
    BUCKETS,
    MIN_ITEMS,
    ItemFeatures,
    Modality,
    attribute_features,
)


def catalog_of(small, attributes: list[dict]) -> Catalog:
    items = {f"i{row}": (f"Item {row}", "", one) for row, one in enumerate(attributes)}
    return small(items)


def columns(features: Modality) -> set[tuple[bool, ...]]:
    """The features, each as the items that have it."""
    return {tuple(column) for column in (features.vectors > 0).T.tolist()}


def has(rows: range | list[int], count: int) -> tuple[bool, ...]:
    return tuple(row in rows for row in range(count))


def test_frequent_values_are_features(small):
    each = [{"colour": "red"}] * 6 + [{"colour": "blue"}] * 5 + [{"colour": "rare"}] * 4
    features = attribute_features(catalog_of(small, each))
    assert columns(features) == {has(range(6), 15), has(range(6, 11), 15)}
    assert features.present.tolist() == [True] * 11 + [False] * 4
    assert MIN_ITEMS == 5


def test_rows_have_length_one(small):
    each = [{"genres": ["a", "b"]}] * 6 + [{"genres": ["a"]}] * 6
    features = attribute_features(catalog_of(small, each))
    assert np.linalg.norm(features.vectors, axis=1) == pytest.approx(np.ones(12))
    assert sorted(features.vectors[0].tolist()) == pytest.approx([2**-0.5] * 2)
    assert features.vectors.dtype == np.float32


@pytest.mark.parametrize("name", ["rating", "votes", "tags"])
def test_what_people_said_is_no_feature(small, name: str):
    values = {"rating": [float(n) for n in range(16)], "votes": [float(n) for n in range(16)]}
    tags = [["good"], ["bad"]] * 8
    each = [{"colour": "red", name: values.get(name, tags)[row]} for row in range(16)]
    catalog = catalog_of(small, each)
    assert name in {spec.name for spec in catalog.manifest.attributes}
    assert columns(attribute_features(catalog)) == {has(range(16), 16)}


def test_numbers_fall_into_buckets_of_equal_size(small):
    each = [{"year": 1900.0 + row} for row in range(4 * BUCKETS)]
    features = attribute_features(catalog_of(small, each))
    assert features.vectors.shape == (4 * BUCKETS, BUCKETS)
    assert features.vectors.sum(0).tolist() == [4] * BUCKETS
    assert features.vectors.argmax(1).tolist() == [row // 4 for row in range(4 * BUCKETS)]


def test_a_missing_value_has_no_feature(small):
    each = [{"year": 1900.0 + row, "colour": "red"} for row in range(16)]
    features = attribute_features(catalog_of(small, [*each, {"colour": "red"}, {}]))
    assert (features.vectors[:16] > 0).sum(1).tolist() == [2] * 16
    assert (features.vectors[16:] > 0).sum(1).tolist() == [1, 0]
    assert features.present.tolist() == [True] * 17 + [False]


def test_a_catalogue_without_attributes(small):
    features = attribute_features(small("ABC"))
    assert features.vectors.shape == (3, 0)
    assert not features.present.any()


def test_films(films: Catalog):
    features = attribute_features(films)
    assert np.isfinite(features.vectors).all()
    assert features.present.tolist() == [True] * 39 + [False]  # the last film is a title alone


def test_without_some_modalities():
    modality = Modality(np.zeros((2, 3), dtype=np.float32), np.zeros(2, dtype=bool))
    features = ItemFeatures(2, {"text": modality, "image": modality})
    assert list(features.without("image").modalities) == ["text"]
    assert list(features.modalities) == ["text", "image"]
