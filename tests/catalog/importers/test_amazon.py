import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tastemaker.catalog.importers.dispatch import import_catalog
from tastemaker.catalog.store import resolve_catalog
from tastemaker.errors import BadInputError, TastemakerError

META = {
    "main_category": "All Beauty",
    "title": "Howard Mane Spray",
    "average_rating": 4.8,
    "rating_number": 10,
    "features": ["Soft.", "Shiny."],
    "description": ["A spray.", "For hair."],
    "price": "$9.99",
    "images": [{"large": "https://example.org/a.jpg"}],
    "store": "Howard",
    "categories": ["Beauty", "Hair"],
    "details": {"Weight": "1 lb"},
    "parent_asin": "B01",
}
REVIEW = {
    "rating": 5.0,
    "title": "Nice",
    "asin": "B01-red",
    "parent_asin": "B01",
    "user_id": "AGK",
    "timestamp": 1588687728923,
}


@pytest.mark.parametrize("packed", [False, True])
def test_meta_and_reviews(tmp_path: Path, packed: bool):
    for name, rows in {"meta_All": [META, {"parent_asin": "B02"}], "All": [REVIEW, {}]}.items():
        body = "\n".join(map(json.dumps, rows)).encode()
        end = ".jsonl.gz" if packed else ".jsonl"
        (tmp_path / (name + end)).write_bytes(gzip.compress(body) if packed else body)
    report = import_catalog(tmp_path, name="am")
    assert (report.format, report.items, report.interactions) == ("amazon", 1, 1)
    assert [line.split(" ", 1)[1] for line in report.first_rejects] == [
        "has no title",
        "has no usable user",
    ]
    catalog = resolve_catalog("am")
    item = catalog.item("B01")
    assert item.text == "A spray. For hair."
    assert item.attributes == {
        "brand": "Howard",
        "department": "All Beauty",
        "categories": ["Beauty", "Hair"],
        "price": 9.99,
        "rating": 4.8,
        "votes": 10.0,
        "features": "Soft. Shiny.",
    }
    assert catalog.history("AGK").rows() == [("AGK", "B01", 5.0, 1588687728)]


def test_several_categories_are_refused(tmp_path: Path):
    for name in ("meta_a.jsonl", "meta_b.jsonl"):
        (tmp_path / name).write_text(json.dumps(META))
    with pytest.raises(BadInputError, match="several categories"):
        import_catalog(tmp_path, name="am")
    report = import_catalog(tmp_path / "meta_a.jsonl", name="am")
    assert report.notes == ["No reviews file lies beside meta_a.jsonl: no interactions."]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(st.sampled_from(sorted(META)), JSON),
    review=st.dictionaries(st.sampled_from(sorted(REVIEW)), JSON),
)
def test_any_values_import_or_are_refused(tmp_path: Path, changes: dict, review: dict):
    (tmp_path / "meta_a.jsonl").write_text(json.dumps(META) + "\n" + json.dumps(META | changes))
    (tmp_path / "a.jsonl").write_text(json.dumps(REVIEW | review))
    try:
        assert import_catalog(tmp_path, name="any", replace=True).items > 0
    except TastemakerError as error:
        assert str(error).endswith(".")
