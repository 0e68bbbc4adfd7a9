from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tastemaker.recommender.collaborative import (
    NEIGHBOURS,
    SHRINKAGE,
    ItemSimilarity,
    liked_matrix,
)

# Six items, five people; nothing is rated, so that everyone likes what they met.
MET = {"p": "ABC", "q": "AB", "r": "AB", "s": "BD", "t": "E"}
EVENTS = [(user, item, None) for user, items in MET.items() for item in items]


@pytest.fixture
def people(small) -> ItemSimilarity:
    return ItemSimilarity.build(liked_matrix(small("ABCDEF", EVENTS)))


def cosine(both: int, one: int, other: int) -> float:
    return both / (np.sqrt(one * other) + SHRINKAGE)


def search(people: ItemSimilarity, rows: list[int], k: int = 10, without: tuple[int, ...] = ()):
    allowed = np.ones(6, dtype=bool)
    allowed[list(without)] = False
    found, scores = people.search(rows, k, allowed)
    return dict(zip(found.tolist(), scores.tolist(), strict=True))


def test_popularity_counts_people(people: ItemSimilarity):
    assert people.popularity.tolist() == [3, 4, 1, 1, 1, 0]


def test_similarity_is_the_shrunk_cosine(people: ItemSimilarity):
    found = search(people, [0])
    assert list(found) == [1, 2]
    assert found[1] == pytest.approx(cosine(3, 3, 4))
    assert found[2] == pytest.approx(cosine(1, 3, 1))


def test_several_items_add_up(people: ItemSimilarity):
    found = search(people, [0, 3])
    assert list(found) == [1, 2]
    assert found[1] == pytest.approx(cosine(3, 3, 4) + cosine(1, 1, 4))


def test_only_allowed_items_come_back(people: ItemSimilarity):
    assert list(search(people, [1], without=(0,))) == [2, 3]
    assert search(people, [1], without=(0, 1, 2, 3, 4, 5)) == {}


def test_an_item_that_nobody_else_met_has_no_neighbours(people: ItemSimilarity):
    assert search(people, [4]) == {} and search(people, [5]) == {} and search(people, []) == {}


def test_most_popular_first_ties_in_row_order(people: ItemSimilarity):
    found, scores = people.most_popular(4, np.ones(6, dtype=bool))
    assert found.tolist() == [1, 0, 2, 3] and scores.tolist() == [4, 3, 1, 1]
    found, _ = people.most_popular(10, np.array([False, False, True, False, False, True]))
    assert found.tolist() == [2, 5]


def test_who_liked_both(people: ItemSimilarity):
    assert people.liked_both(0, 1) == (3, 3)
    assert people.liked_both(1, 0) == (4, 3)
    assert people.liked_both(0, 4) == (3, 0)
    assert people.liked_both(5, 0) == (0, 0)


def test_it_reads_what_it_wrote(people: ItemSimilarity, tmp_path: Path):
    people.save(tmp_path)
    again = ItemSimilarity.load(tmp_path)
    assert search(again, [0, 1]) == search(people, [0, 1])
    assert again.liked_both(1, 0) == (4, 3)
    assert again.popularity.tolist() == people.popularity.tolist()


def test_the_nearest_hundred_equal_brute_force(films):
    liked = liked_matrix(films)
    dense = liked.toarray()
    both = dense.T @ dense
    norm = np.sqrt(both.diagonal())
    full = both / (np.outer(norm, norm) + SHRINKAGE)
    np.fill_diagonal(full, 0)
    assert films.items.height < NEIGHBOURS
    people = ItemSimilarity.build(liked)
    everything = np.ones(films.items.height, dtype=bool)
    for row in range(films.items.height):
        found, scores = people.search([row], 100, everything)
        expected = {n: s for n, s in enumerate(full[row]) if s > 0}
        assert dict(zip(found.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected)


def test_no_interactions(small):
    people = ItemSimilarity.build(liked_matrix(small("AB")))
    allowed = np.ones(2, dtype=bool)
    assert people.search([0], 5, allowed)[0].tolist() == []
    assert people.most_popular(5, allowed)[0].tolist() == [0, 1]
    assert people.liked_both(0, 1) == (0, 0)


def liked_pairs(catalog) -> set[tuple[str, str]]:
    """Who liked what, by name: users sort as the matrix's rows do."""
    matrix = liked_matrix(catalog).tocoo()
    histories = catalog.interactions().collect()
    users = histories.select(pl.col("user_id").unique().sort())["user_id"].to_list()
    rows, columns = matrix.coords
    return {(users[r], catalog.item_ids[c]) for r, c in zip(rows, columns, strict=True)}


def test_liked_is_at_least_the_persons_own_mean(small):
    events = [
        ("p", "A", 5.0), ("p", "B", 3.0), ("p", "C", 1.0),
        ("q", "A", 0.0), ("q", "B", 10.0),
        ("r", "A", None), ("r", "B", None),
    ]  # fmt: skip
    expected = {("p", "A"), ("p", "B"), ("q", "B"), ("r", "A"), ("r", "B")}
    assert liked_pairs(small("ABC", events)) == expected


def test_equal_ratings_are_all_liked_whatever_the_rounding(small):
    events = [("p", item, 0.1) for item in "ABC"]
    assert sum([0.1] * 3) / 3 > 0.1
    assert liked_pairs(small("ABC", events)) == {("p", item) for item in "ABC"}


def test_the_same_pair_twice_counts_once(small):
    catalog = small("AB", [("p", "A", None), ("p", "A", None), ("p", "B", None)])
    assert ItemSimilarity.build(liked_matrix(catalog)).popularity.tolist() == [1, 1]
