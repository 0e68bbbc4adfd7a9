import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.errors import BadInputError
from tastemaker.generation.text.brand import Brand
from tastemaker.generation.text.channels import Channel, FieldSpec, shipped_channels
from tastemaker.generation.text.claims import problems
from tastemaker.generation.text.copywriting import Asset, write_copy
from tastemaker.generation.text.writer import Writer
from tastemaker.recommender.recommender import Recommender
from tastemaker.serving.deterministic import DeterministicChatModel

CHANNELS = sorted(shipped_channels())


def says(text: str) -> Writer:
    model = DeterministicChatModel(respond=lambda messages, **kwargs: json.dumps({"copy": text}))
    return Writer(model, drafts=2)


def sound(asset: Asset, recommender: Recommender, brand: Brand | None = None) -> None:
    """Every piece is within its limit and passes the gate, or says why it is not there."""
    brand = brand or Brand()
    channel = (shipped_channels() | brand.channels)[asset.channel]
    noun = recommender.catalog.manifest.item_noun
    texts = [piece.text for piece in asset.pieces if piece.text]
    assert len(set(texts)) == len(texts)
    assert asset.passed == all(not piece.problems for piece in asset.pieces)
    for piece in asset.pieces:
        spec = channel.fields[piece.field]
        assert bool(piece.text) != bool(piece.problems)
        assert (piece.written == "nothing") == (not piece.text)
        assert piece.chars == len(piece.text) <= piece.limit <= spec.limit
        if piece.text:
            assert problems(piece.text, spec, asset.title, asset.facts, brand, noun=noun) == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_gets_true_pieces_that_fit(film_recommender: Recommender, channel: str):
    for user, item in ((None, "11"), ("u2", "11"), ("u1", "22"), ("u3", "5")):
        asset = write_copy(film_recommender, item, channel, user=user)
        sound(asset, film_recommender)
        assert asset.personal == (user is not None) or user in ("u1", "u3")
        assert ("Nothing is known" in asset.note) == (user is None)
        counts = [spec.count for spec in shipped_channels()[channel].fields.values()]
        assert len(asset.pieces) == sum(counts)


def test_one_headline_is_short_where_the_channel_wants_one(film_recommender: Recommender):
    asset = write_copy(film_recommender, "11", "google_performance_max", user="u2")
    first = next(piece for piece in asset.pieces if piece.field == "headline")
    assert 0 < first.chars <= first.limit == 15


def test_what_the_model_says_is_used_where_it_is_true_and_fits(film_recommender: Recommender):
    facts = write_copy(film_recommender, "11", "push", user="u2").facts
    people = next(fact for fact in facts if fact.source.startswith("people:"))
    asset = write_copy(
        film_recommender, "11", "push", user="u2", writer=says(f"{people.text} It won an Oscar.")
    )
    body = next(piece for piece in asset.pieces if piece.field == "body")
    assert (body.text, body.written, body.facts) == (people.text, "model", [people.number])
    assert asset.llm_calls == 1
    sound(asset, film_recommender)


def test_a_disclaimer_ends_the_longest_piece_within_its_limit(film_recommender: Recommender):
    brand = Brand(disclaimers=["Terms apply."])
    asset = write_copy(film_recommender, "11", "push", user="u2", brand=brand)
    body = next(piece for piece in asset.pieces if piece.field == "body")
    assert body.text.endswith(" Terms apply.")
    sound(asset, film_recommender, brand)


def test_banned_words_stand_in_no_piece(film_recommender: Recommender):
    title = film_recommender.catalog.item("11").title
    word = re.findall(r"\w+", title)[0]
    brand = Brand(banned_words=[word, "liked", "of"])
    asset = write_copy(film_recommender, "11", "email", user="u2", brand=brand)
    assert not any(word.lower() in piece.text.lower().split() for piece in asset.pieces)
    assert not any(re.search(r"(?i)\b(?:liked|of)\b", piece.text) for piece in asset.pieces)
    sound(asset, film_recommender, brand)


def test_a_limit_that_cannot_be_met_gives_a_verdict_and_no_half_sentence(
    film_recommender: Recommender,
):
    tiny = Channel(title="Tiny", fields={"line": FieldSpec(limit=4), "more": FieldSpec(limit=60)})
    brand = Brand(channels={"tiny": tiny}, disclaimers=["x" * 70])
    asset = write_copy(film_recommender, "11", "tiny", user="u2", brand=brand)
    assert not asset.passed and [piece.text for piece in asset.pieces] == ["", ""]
    assert asset.pieces[0].problems == ["nothing that the facts say fits into 4 characters"]


def test_an_item_without_facts_has_its_title_only(film_recommender: Recommender):
    asset = write_copy(film_recommender, "40", "push", user="u1", writer=says("A fine film."))
    assert asset.llm_calls == 0 and asset.facts == []
    sound(asset, film_recommender)
    assert not asset.passed


def test_wrong_input_is_refused(film_recommender: Recommender):
    with pytest.raises(BadInputError, match="no channel 'fax'"):
        write_copy(film_recommender, "11", "fax")
    with pytest.raises(BadInputError, match="no item"):
        write_copy(film_recommender, "nothing", "push")
    with pytest.raises(BadInputError, match="Copy in 'de' cannot be written"):
        write_copy(film_recommender, "11", "push", brand=Brand(language="de"))


@settings(max_examples=25, deadline=None)
@given(
    text=st.text(max_size=200),
    limit=st.integers(1, 200),
    style=st.sampled_from(["headline", "line", "text"]),
    item=st.integers(1, 40),
)
def test_whatever_a_model_says_nothing_false_or_too_long_comes_out(
    film_recommender: Recommender, text: str, limit: int, style, item: int
):
    own = Channel(title="Own", fields={"a": FieldSpec(limit=limit, count=2, style=style)})
    brand = Brand(channels={"own": own})
    asset = write_copy(
        film_recommender, str(item), "own", user="u1", brand=brand, writer=says(text)
    )
    sound(asset, film_recommender, brand)
