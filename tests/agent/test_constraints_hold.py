"""Every recommended item satisfies every stated constraint: generated sets, words and models."""

import json
import random
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tastemaker.serving import faults
from tastemaker.serving.deterministic import DeterministicChatModel

GENRES = ["Comedy", "Horror", "Sci-Fi", "Drama", "Family", "Animation", "Thriller", "Romance"]
LANGUAGES = ["English", "German", "French", "Japanese", "Russian"]
PEOPLE = ["Bill Murray", "Harrison Ford", "Tom Hanks", "Sigourney Weaver"]
OPEN = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
MODELS = [faults.valid_json, faults.hallucinating, faults.broken_json, faults.dies_midway]


def chosen(seed):
    """A model that fills its grammar by chance: any answer that the grammar holds."""
    chance = random.Random(seed)

    def fill(schema):
        if "enum" in schema:
            return chance.choice(schema["enum"])
        match schema["type"]:
            case "object":
                return {name: fill(part) for name, part in schema["properties"].items()}
            case "array":
                count = chance.randint(schema.get("minItems", 0), schema.get("maxItems", 4))
                return [fill(schema["items"]) for _ in range(count)]
            case "string":
                words = chance.choice(SENTENCES).ljust(schema.get("minLength", 0), ".")
                return words[: schema.get("maxLength", 80)]
            case _:
                return chance.randint(schema["minimum"], schema["maximum"])

    def respond(messages, **kwargs):
        return json.dumps(fill(kwargs["response_format"]["json_schema"]["schema"]))

    return respond


SENTENCES = [
    "It is a Comedy of 101 minutes that you will like.",
    "You will like Alien, which is a Horror of 117 minutes.",
    "Psycho is a Thriller from 1960, and M is one too.",
    "It is about murder, as Halloween is.",
]


ANSWERS = st.sampled_from(MODELS) | st.integers().map(chosen)


def numeric(attribute, low, high):
    return st.builds(
        lambda operator, bound: {"attribute": attribute, "operator": operator, "bound": bound},
        st.sampled_from(["at_least", "at_most", "above", "below"]),
        st.integers(low, high),
    )


def listed(attribute, values):
    return st.builds(
        lambda operator, some: {"attribute": attribute, "operator": operator, "values": some},
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True),
    )


SETS = st.lists(
    st.one_of(
        numeric("year", 1925, 2010),
        numeric("runtime", 80, 170),
        listed("genres", GENRES),
        listed("language", LANGUAGES),
        listed("keywords", ["murder", "robot", "spaceship", "witch"]),
        listed("cast", PEOPLE),
    ),
    max_size=4,
)


def side(phrase):
    """Phrases of one side could contradict each other."""
    text = phrase[0]
    if text.startswith(("from the", "after", "before")):
        return "year"
    if "minutes" in text:
        return "minutes"
    return "language" if text.startswith("in ") else text


IDS = st.lists(st.sampled_from([str(n) for n in range(1, 41)]), max_size=8, unique=True)

# How people say a limit, and what it means, written down without the product's help.
PHRASES = st.one_of(
    st.integers(85, 160).map(
        lambda n: (f"under {n} minutes", lambda film: film.get("runtime", 999) < n)
    ),
    st.integers(85, 160).map(
        lambda n: (f"at least {n} minutes", lambda film: film.get("runtime", 0) >= n)
    ),
    st.sampled_from([30, 60, 70, 80, 90]).map(
        lambda n: (
            f"from the {n}s",
            lambda film: 1900 + n <= film.get("year", 0) <= 1909 + n,
        )
    ),
    st.integers(1940, 2005).map(lambda n: (f"after {n}", lambda film: film.get("year", 0) > n)),
    st.integers(1940, 2005).map(lambda n: (f"before {n}", lambda film: film.get("year", 9999) < n)),
    st.sampled_from(["Horror", "Comedy", "Romance", "Animation", "Thriller"]).map(
        lambda genre: (
            f"no {genre.lower()}",
            lambda film: "genres" in film and genre not in film["genres"],
        )
    ),
    st.sampled_from(LANGUAGES[1:]).map(
        lambda name: (f"in {name}", lambda film: film.get("language") == name)
    ),
)


@OPEN
@given(
    constraints=SETS,
    seen=IDS,
    disliked=IDS,
    model=st.sampled_from(MODELS) | st.integers().map(chosen),
)
@pytest.mark.parametrize("llm_weight", [0.0, 1.0])
def test_any_set_of_constraints(
    make_agent, judge, say, films, llm_weight, constraints, seen, disliked, model
):
    agent = reused(make_agent, model, llm_weight)
    thread = uuid.uuid4().hex
    standing = {"constraints": constraints, "seen": seen, "disliked": disliked}
    agent.graph.update_state(
        {"configurable": {"thread_id": thread}},
        {"catalog": films.manifest.name, "user": None, "dialogue": standing},
        as_node="remember",
    )
    turn = judge.turn(say(agent, "surprise me", thread=thread))
    fit = {
        one
        for one in films.item_ids
        if one not in {*seen, *disliked} and all(judge.holds(one, c) for c in constraints)
    }
    got = {one["item_id"] for one in turn["items"]}
    assert got <= fit and len(got) == min(5, len(fit)), "nothing that fits is kept back either"


@OPEN
@given(
    phrases=st.lists(PHRASES, min_size=1, max_size=3, unique_by=side),
    user=st.sampled_from([None, "u1", "u4"]),
)
def test_limits_as_people_say_them(make_agent, judge, say, films, phrases, user):
    agent = reused(make_agent, faults.hallucinating, 0.5)
    said = ", ".join(text for text, _ in phrases)
    turn = judge.turn(say(agent, f"a film {said}", thread=uuid.uuid4().hex, user=user), user)
    known = set(films.history(user)["item_id"].to_list()) if user else set()
    for text, holds in phrases:
        for one in turn["items"]:
            assert holds(films.item(one["item_id"]).attributes), (text, one["title"])
    assert not known & {one["item_id"] for one in turn["items"]}


def reused(make_agent, respond, llm_weight):
    """One agent for all examples of a test; its model answers as the example wants."""
    key = (id(make_agent), llm_weight)
    if key not in _AGENTS:
        _AGENTS.clear()
        model = DeterministicChatModel(respond=lambda *a, **k: _MODEL[0](*a, **k))
        _AGENTS[key] = make_agent(model, llm_weight=llm_weight, written_reasons=2)
    _MODEL[:] = [respond]
    return _AGENTS[key]


_AGENTS: dict = {}
_MODEL: list = []
