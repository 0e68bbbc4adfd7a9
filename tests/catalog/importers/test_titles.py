import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.catalog.importers.titles import article_first, read_title


@pytest.mark.parametrize(
    ("raw", "title", "year", "others"),
    [
        ("Toy Story (1995)", "Toy Story", 1995, []),
        ("Matrix, The (1999)", "The Matrix", 1999, []),
        ("Big Bang Theory, The (2007-)", "The Big Bang Theory", 2007, []),
        ("Fawlty Towers (1975-1979)", "Fawlty Towers", 1975, []),
        ("Hyena Road", "Hyena Road", None, []),
        ("Vanishing, The (Spoorloos) (1988)", "The Vanishing", 1988, ["Spoorloos"]),
        ("Misérables, Les (1998)", "Les Misérables", 1998, []),
        ("Avventura, L' (1960)", "L'Avventura", 1960, []),
        ("Seven (a.k.a. Se7en) (1995)", "Seven", 1995, ["Se7en"]),
        (
            "Holiday (Mr. Holiday) (Vacances, Les) (1953)",
            "Holiday",
            1953,
            ["Mr. Holiday", "Les Vacances"],
        ),
        ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009, []),
        ("Birdman: Or (The Virtue) (2014)", "Birdman: Or (The Virtue)", 2014, []),
        ("Three Days of the Condor (3 Days) (1975)", "Three Days of the Condor", 1975, ["3 Days"]),
        ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968, []),
        ("McFarland, USA (2015)", "McFarland, USA", 2015, []),
        ("(1999)", "(1999)", 1999, []),
        ("", "", None, []),
    ],
)
def test_titles(raw: str, title: str, year: float | None, others: list[str]):
    assert read_title(raw) == (title, year, others)


@given(st.text())
def test_any_text_is_a_title(raw: str):
    read = read_title(raw)
    assert bool(read.title) == bool(raw.strip())
    assert all(read.others)


def test_article_first_leaves_the_rest():
    assert article_first("Good, the Bad and the Ugly, The") == "The Good, the Bad and the Ugly"
    assert article_first("Girl, Interrupted") == "Girl, Interrupted"
