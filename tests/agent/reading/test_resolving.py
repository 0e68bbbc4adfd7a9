import pytest

CASES = [
    ("the second one", [1]),
    ("#3", [2]),
    ("1 and 4", [0, 3]),
    ("the last two", [3, 4]),
    ("the middle one", [2]),
    ("middle two", [1, 2]),
    ("the top one", [0]),
    ("it", [0]),
    ("these", [0, 1, 2, 3, 4]),
    ("both", [0, 1]),
    ("the one by Michael Mann", [0]),
    ("Heat", [0]),
    ("twelve angry men", []),
]


@pytest.mark.parametrize(("phrase", "places"), CASES)
def test_a_phrase_means_shown_items(film_reader, shown, phrase, places):
    found = film_reader.resolver.items(phrase, shown, shown[0])
    if places:
        assert found == [shown[n] for n in places]


def test_a_pronoun_is_no_title_while_a_list_is_shown(film_reader, films, shown, id_of):
    assert film_reader.resolver.items("it", shown, shown[1]) == [shown[1]]
    assert film_reader.resolver.items("It", [], None) == [id_of("It")]


def test_a_misspelt_title_is_found_anywhere(film_reader, films):
    title = max(films.titles, key=len)
    slip = title[:4] + title[5:]
    (found,) = film_reader.resolver.items(slip, [], None)
    assert films.item(found).title == title


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("the ridge", "Ridge Jacket"),
        ("that summit jackett", "Summit Jacket"),
        ("Daybird lantern", "Camp Lantern"),
        ("the alpine gogles", "Alpine Goggles"),
    ],
)
def test_the_words_that_tell_a_title_are_enough(product_reader, products, phrase, title):
    (found,) = product_reader.resolver.items(phrase, [], None)
    assert products.item(found).title == title


@pytest.mark.parametrize("phrase", ["a jacket for my aunt", "the blue bicycle", "all three"])
def test_words_that_tell_no_title_mean_none(product_reader, phrase):
    assert product_reader.resolver.items(phrase, [], None) == []


def test_what_means_nothing_means_nothing(film_reader, shown):
    assert film_reader.resolver.items("qwertyuiop", shown, None) == []
