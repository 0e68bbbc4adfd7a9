import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.catalog.constraints import Constraint, satisfies
from tastemaker.catalog.store import Catalog
from tastemaker.errors import BadInputError
from tastemaker.recommender.channels.ease import Ease
from tastemaker.recommender.channels.popularity import Popularity
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.learned_fusion import LearnedFusion
from tastemaker.recommender.profile import profile_of
from tastemaker.recommender.query import Preference, Query
from tastemaker.recommender.recommender import WEIGHTS, Recommender
from tastemaker.recommender.trained import Card, TrainedRecommender

IDS = [str(n) for n in range(1, 41)]
GENRES = ["Comedy", "Horror", "Sci-Fi", "Family", "Drama", "Western"]

ids = st.lists(st.sampled_from([*IDS, "nothing"]), max_size=12).map(tuple)
constraints = st.lists(
    st.one_of(
        st.builds(
            Constraint,
            attribute=st.sampled_from(["year", "runtime", "rating", "votes"]),
            operator=st.sampled_from(["at_least", "at_most", "above", "below"]),
            bound=st.sampled_from([2.0, 4.5, 90.0, 110.0, 1978.0, 1990.0]),
        ),
        st.builds(
            Constraint,
            attribute=st.just("genres"),
            operator=st.sampled_from(["in", "not_in"]),
            values=st.lists(st.sampled_from(GENRES), min_size=1, max_size=3).map(tuple),
        ),
    ),
    max_size=3,
).map(tuple)
preferences = st.lists(
    st.builds(
        Preference,
        attribute=st.just("genres"),
        values=st.lists(st.sampled_from(GENRES), min_size=1, max_size=2).map(tuple),
    ),
    max_size=4,
).map(tuple)
queries = st.builds(
    Query,
    text=st.sampled_from(["", "  ", "a robot in space", "murder", "zebra", "🎬", "comedy " * 50]),
    constraints=constraints,
    preferences=preferences,
    similar_to=ids,
    liked=ids,
    exclude=ids,
)


@settings(max_examples=120, deadline=None)
@given(query=queries, k=st.integers(1, 50))
def test_every_answer_keeps_to_the_query(film_recommender: Recommender, query: Query, k: int):
    catalog = film_recommender.catalog
    fits = satisfies(catalog, query.constraints)
    may = [
        one for row, one in enumerate(catalog.item_ids) if fits[row] and one not in query.exclude
    ]
    found = film_recommender.candidates(query, k)
    assert len(found) == min(k, len(may)) == len({one.item_id for one in found})
    assert {one.item_id for one in found} <= set(may)
    for one in found:
        assert one.channels and set(one.channels) <= set(WEIGHTS) and one.score > 0
        genres = catalog.item(one.item_id).attributes.get("genres", [])
        assert isinstance(genres, list)
        assert one.granted == sum(
            bool(set(wish.values) & set(genres)) for wish in query.preferences
        )
    order = [(one.granted, one.score) for one in found]
    assert order == sorted(order, reverse=True)
    granted = {one.item_id: one.granted for one in found}
    if found and len(found) < len(may):
        everything = film_recommender.candidates(query, 50)
        left = [one.granted for one in everything if one.item_id not in granted]
        assert min(granted.values()) >= max(left)


def titles(recommender: Recommender, query: Query, k: int = 5) -> list[str]:
    found = recommender.candidates(query, k)
    return [recommender.catalog.item(one.item_id).title for one in found]


def test_words_find_what_has_them(film_recommender: Recommender):
    found = film_recommender.candidates(Query(text="robot spaceship"), 40)
    lexical = sorted(found, key=lambda one: -one.channels.get("lexical", 0))
    assert {one.item_id for one in lexical[:2]} == {"22", "27"}
    found = film_recommender.candidates(Query(text="hotel in winter"), 1)[0]
    assert found.item_id == "12" and {"semantic", "lexical", "popular"} == set(found.channels)


def test_nothing_asked_is_answered_by_popularity(film_recommender: Recommender):
    found = film_recommender.candidates(Query(), 40)
    assert [set(one.channels) for one in found] == [{"popular"}] * 40
    liked = [one.channels["popular"] for one in found]
    assert liked == sorted(liked, reverse=True) and found[-1].item_id == "40"


def test_a_taste_is_followed(film_recommender: Recommender):
    user = profile_of(film_recommender.catalog, "u1")  # likes comedies, films 1 to 10
    query = Query(liked=tuple(user.liked), exclude=tuple(user.known))
    left = {str(n) for n in range(1, 11)} - set(user.known)
    found = film_recommender.candidates(query, len(left))
    assert left and {one.item_id for one in found} == left
    assert all("taste_liked" in one.channels for one in found)


def test_similar_items_share_people_and_content(film_recommender: Recommender):
    found = film_recommender.candidates(Query(similar_to=("11",), exclude=("11",)), 3)
    assert {"similar", "similar_liked"} <= set(found[0].channels)
    assert all(11 <= int(one.item_id) <= 20 or one.item_id == "25" for one in found)


def test_wishes_are_granted_before_anything_else(film_recommender: Recommender):
    comedy = Preference(attribute="genres", values=("Comedy",))
    family = Preference(attribute="genres", values=("Family",))
    found = film_recommender.candidates(Query(text="murder", preferences=(comedy, family)), 40)
    assert [one.granted for one in found[:3]] == [2, 2, 2]
    assert {film_recommender.catalog.item(one.item_id).title for one in found[:3]} == {
        "Toy Story",
        "Babe",
        "Home Alone",
    }


def test_few_best_items_are_ordered_by_the_query_too(film_recommender: Recommender):
    # Two films of many grant the wish; the words must still decide between them.
    wish = Preference(attribute="director", values=("Fritz Lang",))
    for words, first in (("robot dystopia", "Metropolis"), ("criminals of berlin", "M")):
        assert titles(film_recommender, Query(text=words, preferences=(wish,)), 10)[0] == first


def test_a_person_who_has_seen_everything(film_recommender: Recommender):
    assert film_recommender.candidates(Query(text="robot", exclude=tuple(IDS)), 5) == []


def test_no_item_is_asked_for(film_recommender: Recommender):
    assert film_recommender.candidates(Query(), 0) == []


def test_only_items_without_text(film_recommender: Recommender):
    only = tuple(one for one in IDS if one != "28")
    found = film_recommender.candidates(Query(text="anything", exclude=only), 5)
    assert [one.item_id for one in found] == ["28"]


def test_an_unknown_attribute_is_an_error(film_recommender: Recommender):
    wrong = Constraint(attribute="colour", operator="in", values=("red",))
    with pytest.raises(BadInputError, match="colour"):
        film_recommender.candidates(Query(constraints=(wrong,)), 5)


def test_relevance_is_the_nearest_cosine(film_recommender: Recommender):
    text = "Police and criminals of Berlin"
    query = film_recommender.encoder.encode([text])[0]
    vectors = film_recommender.vectors.vectors(np.arange(40))
    assert film_recommender.relevance(text) == pytest.approx(max(np.dot(vectors, query)), abs=1e-5)


def test_many_likes_do_not_count_more_than_the_recent_ones(film_recommender: Recommender):
    recent = tuple(IDS[-20:])
    one = film_recommender.candidates(Query(liked=recent), 10)
    assert film_recommender.candidates(Query(liked=(*IDS[:10], *recent)), 10) == one


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("title", ["Robot", "M", "∅", "the", "电影", "a" * 300])
def test_a_catalogue_of_one_item(small, title: str):
    recommender = Recommender.open(small({"1": (title, "", {})}), HashingEncoder())
    for query in (Query(), Query(text=title), Query(text="other", liked=("1",), similar_to=("1",))):
        assert [one.item_id for one in recommender.candidates(query, 5)] == ["1"]
    assert recommender.candidates(Query(exclude=("1",)), 5) == []


@pytest.mark.usefixtures("cache")
def test_a_catalogue_without_interactions(small):
    recommender = Recommender.open(small("ABC"), HashingEncoder())
    found = recommender.candidates(Query(text="item c", liked=("A",), similar_to=("B",)), 3)
    assert found[0].channels["popular"] == 0 and len(found) == 3
    assert recommender.candidates(Query(text="item c"), 3)[0].item_id in "ABC"


@pytest.mark.usefixtures("cache")
def test_more_than_a_channels_depth(small):
    items = {str(n): (f"Item {n}", "", {}) for n in range(250)}
    found = Recommender.open(small(items), HashingEncoder()).candidates(Query(text="item 7"), 240)
    assert len(found) == 240 and all(one.channels and one.score > 0 for one in found)


class CountingEncoder(HashingEncoder):
    """Counts how many texts it was given."""

    def __init__(self, name: str = "counting") -> None:
        super().__init__(name)
        self.texts = 0

    def encode(self, texts, on_batch=None):
        self.texts += len(texts)
        return super().encode(texts, on_batch)


def test_an_index_is_built_once_and_opens_equal(films: Catalog, cache: Path):
    progress = []
    first = Recommender.open(films, HashingEncoder(), lambda *step: progress.append(step))
    assert progress == [("reading items", 40, 40)]
    encoder = CountingEncoder("hashing")
    again = Recommender.open(films, encoder)
    assert encoder.texts == 0
    query = Query(text="robot", liked=("11",), similar_to=("22",))
    assert again.candidates(query, 40) == first.candidates(query, 40)
    assert len([one for one in (cache / "indexes").iterdir() if one.is_dir()]) == 1


def test_other_data_and_other_encoders_get_an_index_of_their_own(small, cache: Path):
    one, other = small("AB"), small("ABC", name="other")
    assert one.fingerprint != other.fingerprint
    for catalog in (one, other, one):
        Recommender.open(catalog, HashingEncoder())
    Recommender.open(one, HashingEncoder("a/model"))
    Recommender.open(one, HashingEncoder("b/model"))
    assert len([each for each in (cache / "indexes").iterdir() if each.is_dir()]) == 4


@pytest.mark.usefixtures("cache")
def test_threads_that_open_at_once_build_once(films: Catalog):
    encoder = CountingEncoder()
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: Recommender.open(films, encoder), range(4)))
    assert encoder.texts == 40
    assert len({one.candidates(Query(), 1)[0].item_id for one in opened}) == 1


def test_processes_that_open_at_once_build_once(films: Catalog, cache: Path):
    code = (
        "import sys; from pathlib import Path\n"
        "from tastemaker.catalog.store import Catalog\n"
        "from tastemaker.recommender.hashing_encoder import HashingEncoder\n"
        "from tastemaker.recommender.recommender import Recommender\n"
        "built = []\n"
        "Recommender.open(Catalog.open(Path(sys.argv[1])), HashingEncoder(),"
        " lambda *step: built.append(step))\n"
        "print(len(built))"
    )
    command = [sys.executable, "-c", code, str(films.folder)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in running)
    assert said == ["0", "1"]


class FailingEncoder(HashingEncoder):
    """Breaks while it builds."""

    def encode(self, texts, on_batch=None):
        raise RuntimeError("out of memory")


def test_a_build_that_broke_leaves_nothing_and_is_done_again(films: Catalog, cache: Path):
    with pytest.raises(RuntimeError):
        Recommender.open(films, FailingEncoder())
    assert not [one for one in (cache / "indexes").iterdir() if one.is_dir()]
    assert Recommender.open(films, HashingEncoder()).candidates(Query(), 1)


@pytest.fixture(scope="module")
def trained(film_recommender: Recommender) -> Recommender:
    """The recommender of `films` with a trained part of two channels."""
    catalog = film_recommender.catalog
    histories = Histories.from_catalog(catalog)
    channels = [Ease.fit(histories, regularisation=10.0), Popularity.fit(histories)]
    fusion = LearnedFusion(
        channels=["ease", "popularity"], weights=[1.0, 0, 0, 0.01, 0, 0, *[0.0] * 6]
    )
    card = Card(
        catalog="films", fingerprint=catalog.fingerprint, licence="", settings={}, command="",
        users=32, interactions=1, figures={}, seconds=0,
    )  # fmt: skip
    return Recommender(
        catalog,
        film_recommender.encoder,
        film_recommender.vectors,
        film_recommender.words,
        film_recommender.people,
        TrainedRecommender(card, channels, fusion),
    )


@settings(max_examples=60, deadline=None)
@given(query=queries, k=st.integers(1, 50), user=st.sampled_from([None, "u1", "u6", "nobody"]))
def test_a_trained_one_keeps_to_the_query_too(
    trained: Recommender, query: Query, k: int, user: str | None
):
    catalog = trained.catalog
    query = query.model_copy(update={"user": user})
    fits = satisfies(catalog, query.constraints)
    may = {one for row, one in enumerate(catalog.item_ids) if fits[row]} - set(query.exclude)
    found = trained.candidates(query, k)
    assert len(found) == min(k, len(may)) == len({one.item_id for one in found})
    assert {one.item_id for one in found} <= may
    for one in found:
        assert "personal" in one.channels
        assert not {"taste", "taste_liked", "popular"} & set(one.channels)


def test_a_trained_one_knows_whose_history_speaks(trained: Recommender):
    assert trained.trained is not None
    orders = []
    for user in (None, "u1", "u2"):
        history = Histories.of_person(trained.catalog, user)
        ranked = trained.trained.rank(history, 40, np.ones(40, dtype=bool))
        orders.append([trained.catalog.item_ids[one.row] for one in ranked])
        found = trained.candidates(Query(user=user), 40)
        assert [one.item_id for one in found] == orders[-1]
    assert orders[0] != orders[1] != orders[2]
    liked = trained.candidates(Query(liked=("11", "12"), exclude=("11", "12")), 3)
    assert all(11 <= int(one.item_id) <= 20 for one in liked)
