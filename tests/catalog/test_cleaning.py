import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.catalog.cleaning import attribute_name, clean, is_missing, label_of


def test_clean_removes_controls_and_collapses_space():
    assert clean(" a\x00b\t\r\n  c\u202e\ufeff \ud800", 100) == "ab c"


def test_clean_keeps_other_scripts_and_joiners():
    assert clean("Amélie 七人の侍 می‌خواهم 👨‍👩‍👧", 100) == "Amélie 七人の侍 می‌خواهم 👨‍👩‍👧"


def test_clean_cuts():
    assert clean("abc def", 4) == "abc"


@given(st.text(st.characters(codec=None)), st.integers(0, 50))
def test_clean_is_stable_and_encodable(text: str, limit: int):
    once = clean(text, limit)
    assert clean(once, limit) == once
    assert len(once) <= limit
    assert "\x00" not in once and "\n" not in once
    once.encode()


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("RegionName", "region_name"),
        ("ABV", "abv"),
        ("release year", "release_year"),
        ("---", "attribute"),
        ("Größe", "gr_e"),
    ],
)
def test_attribute_name(column: str, name: str):
    assert attribute_name(column) == name


def test_label_and_missing():
    assert label_of("release_year") == "Release year"
    assert [is_missing(cell) for cell in ("", " NaN ", "None", "0")] == [True, True, True, False]
