import re
from pathlib import Path

import polars as pl
import pytest
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.errors import BadInputError
from tastemaker.generation.recommending import Recommended, recommended
from tastemaker.generation.text.facts import gather_facts
from tastemaker.recommender.closed_form import closed_form_channels
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.item_features import item_features
from tastemaker.recommender.learned_fusion import LearnedFusion
from tastemaker.recommender.profile import profile_of
from tastemaker.recommender.recommender import Recommender
from tastemaker.recommender.trained import Card, TrainedRecommender


def with_trained(catalog: Catalog) -> Recommender:
    """A recommender whose trained part is every closed-form channel, alike in weight."""
    encoder = HashingEncoder()
    features = item_features(catalog, encoder, "unused")
    channels = closed_form_channels(Histories.from_catalog(catalog), features)
    weights = [*[0.25, 0.0, 0.0] * len(channels), *[0.0] * 3 * len(channels)]
    fusion = LearnedFusion(channels=[channel.name for channel in channels], weights=weights)
    card = Card(
        catalog=catalog.manifest.name, fingerprint=catalog.fingerprint, licence="", settings={},
        command="", users=1, interactions=1, figures={}, seconds=0,
    )  # fmt: skip
    trained = TrainedRecommender(card, channels, fusion)
    return Recommender.open(catalog, encoder, trained=trained)


@pytest.fixture(scope="module")
def recommender(films: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        return with_trained(films)


def ids(found: list[Recommended]) -> list[str]:
    return [one.item_id for one in found]


@pytest.mark.parametrize("user", ["nobody", "", "U1", "u33", "ü", "u1 "])
def test_an_unknown_user(recommender: Recommender, user: str):
    with pytest.raises(BadInputError, match=r"films does not know the user .*32 users"):
        recommended(recommender, user, 5)


@pytest.mark.parametrize("user", [f"u{n}" for n in range(1, 33)])
@pytest.mark.parametrize("diversity", [0.0, 0.7])
def test_what_was_met_never_comes_back(recommender: Recommender, user: str, diversity: float):
    known = set(profile_of(recommender.catalog, user).known)
    left = 40 - len(known)
    few = recommended(recommender, user, 5, diversity=diversity)
    assert len(few) == 5 and [one.rank for one in few] == [1, 2, 3, 4, 5]
    everything = recommended(recommender, user, 1000, diversity=diversity)
    assert len(set(ids(everything))) == len(everything) == left
    assert not known & set(ids(everything))
    for one in everything:
        assert one.title == recommender.catalog.item(one.item_id).title
        assert one.reason is None


def test_best_first_with_the_channels_shares(recommender: Recommender):
    found = recommended(recommender, "u2", 20)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert ids(found[:3]) == ids(recommended(recommender, "u2", 3))
    for one in found:
        assert set(one.channels) == {"ease", "transition", "item_knn", "popularity", "text"}
        assert sum(one.channels.values()) == pytest.approx(one.score, abs=1e-3)


def test_reasons_are_made_of_facts(recommender: Recommender):
    liked = profile_of(recommender.catalog, "u3").favourites
    found = recommended(recommender, "u3", 40, why=True)
    assert ids(found) == ids(recommended(recommender, "u3", 40))
    for one in found:
        facts = gather_facts(recommender, one.item_id, liked=liked)
        assert (one.reason is not None) == bool(facts)  # some films have no fact
        said = {f"{fact.text} [{fact.number}]" for fact in facts}
        assert set(re.findall(r"\S.*?\[\d+\]", one.reason or "")) <= said
    assert any("people who liked" in (one.reason or "") for one in found)


def test_diversity_changes_the_order(recommender: Recommender):
    plain = recommended(recommender, "u1", 10)
    diverse = recommended(recommender, "u1", 10, diversity=0.8)
    assert diverse == recommended(recommender, "u1", 10, diversity=0.8)
    assert ids(diverse) != ids(plain) and ids(diverse)[0] == ids(plain)[0]

    def alike(found: list[Recommended]) -> float:
        rows = [recommender.catalog.row_of(one.item_id) for one in found]
        vectors = recommender.vectors.vectors([row for row in rows if row is not None])
        return sum(float(one @ other) for one in vectors for other in vectors)

    assert alike(diverse) < alike(plain)


@pytest.mark.usefixtures("cache")
def test_a_user_who_met_everything(tmp_path: Path):
    items = [RawItem(f"t:{one}", one, f"Item {one}", "", {}) for one in "ABC"]
    lines = [("all", "A"), ("all", "B"), ("all", "C"), ("some", "A")]
    frame = pl.DataFrame(lines, schema=["user_id", "item_id"], orient="row")
    frame = frame.with_row_index("line", 2)
    source = Source(About(title="Tiny", source="a test"), iter(items), iter([("t", frame)]))
    write_catalog(tmp_path / "tiny", source, Rejects())
    recommender = with_trained(Catalog.open(tmp_path / "tiny"))
    with pytest.raises(BadInputError, match="'all' has met every item of tiny"):
        recommended(recommender, "all", 1)
    assert set(ids(recommended(recommender, "some", 9, why=True))) == {"B", "C"}
