import pytest
from tastemaker.evals.importing.linking import linked
from tastemaker.evals.importing.records import ImportedCase

TITLES = [
    "The Matrix",
    "Amélie",
    "Spider-Man",
    "Solaris",
    "Solaris",
    "Alien: Covenant",
    "Tom & Jerry",
    "Ring",
    "The Ring",
    "Heat (1995)",
    "Ocean's Eleven",
]
YEARS = [1999, 2001, 2002, 1972, 2002, 2017, 2021, 1998, 2002, None, 2001]


def case(*targets: str, **fields) -> ImportedCase:
    return ImportedCase(source="redial", id="1", targets=list(targets), **fields)


@pytest.mark.parametrize(
    ("title", "row"),
    [
        ("Matrix, The (1999)", 0),
        ("the matrix", 0),
        ("Matrix", 0),
        ("AMELIE (2001)", 1),
        ("Spiderman (2002)", 2),
        ("Solaris (1972)", 3),
        ("Solaris (2003)", 4),
        ("Solaris", None),
        ("Solaris (1985)", None),
        ("Alien (1979)", None),
        ("Tom and Jerry", 6),
        ("Ring", 7),
        ("The Ring", 8),
        ("Heat", 9),
        ("Heat (1986)", None),
        ("Oceans Eleven", 10),
        ("!!!", None),
        ("", None),
    ],
)
def test_one_title(title: str, row: int | None) -> None:
    (link,) = linked([case(title)], TITLES, YEARS)
    assert link.targets == ([] if row is None else [row])
    assert link.share == (0.0 if row is None else 1.0)


def test_shares_and_tastes() -> None:
    known = case("Heat (1995)", "Nowhere", liked=["Amélie", "Amelie (2001)"], disliked=["Ring"])
    first, second = linked([known, case()], TITLES, YEARS)
    assert (first.targets, first.liked, first.disliked, first.share) == ([9], [1], [7], 0.5)
    assert (second.targets, second.share) == ([], 0.0)


def test_other_names_of_an_item() -> None:
    titles = ["Crouching Tiger, Hidden Dragon (Wo hu cang long) (2000)"]
    (link,) = linked([case("Wo Hu Cang Long")], titles)
    assert link.targets == [0]
