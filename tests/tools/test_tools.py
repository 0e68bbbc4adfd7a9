"""Every tool alone, through `.invoke`, as the agent's tool node calls it."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.tools import BaseTool
from PIL import Image
from tastemaker.agent.pictures import PictureStore
from tastemaker.catalog.constraints import Constraint, satisfies
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.generation.image.checks.placement import placement
from tastemaker.generation.image.deterministic import deterministic_generator
from tastemaker.generation.image.studio import Studio
from tastemaker.recommender.colour_encoder import COLOURS, ColourEncoder, colour_map
from tastemaker.recommender.eyes import Eyes
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.profile import profile_of
from tastemaker.recommender.recommender import Recommender
from tastemaker.tools import make_tools

GOOD = {
    "search_items": {"query": "robot", "k": 3},
    "get_user_history": {"user_id": "u1"},
    "rank_candidates": {"item_ids": ["1", "22"]},
    "compare_items": {"item_ids": ["1", "22"]},
    "compare_looks": {"item_ids": ["1", "22"], "wish": "blue"},
    "explain_item": {"item_id": "22"},
    "write_copy": {"item_id": "22", "channel": "push"},
    "illustrate": {"item_id": "22", "format": "thumbnail_square", "style": "neon"},
}


PATHS = ["../../etc/passwd", "/etc/passwd", "..", "file:///etc/passwd", "22/../22", "\x00", "", "~"]


PRINTS = {"1": "red", "22": "blue", "3": "yellow", "4": ""}
"""Their ids and colours; number 4 has no picture."""


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> PictureStore:
    """What people showed: nothing yet."""
    return PictureStore(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="session")
def red(pictures: PictureStore) -> str:
    """The id of a red picture that somebody showed."""
    out = BytesIO()
    Image.new("RGB", (8, 8), COLOURS["red"]).save(out, "PNG")
    return pictures.take(out.getvalue())[0]


@pytest.fixture(scope="session")
def print_tools(
    pictures: PictureStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, BaseTool]]:
    """The tools over four prints, three of which have a picture of one colour."""
    folder = tmp_path_factory.mktemp("prints")
    items = []
    for one, colour in PRINTS.items():
        images = [folder / f"{one}.png"] if colour else []
        for path in images:
            Image.new("RGB", (8, 8), COLOURS[colour]).save(path)
        items.append(RawItem(f"t:{one}", one, f"Print {one}", images=images))
    source = Source(About(title="Prints", source="a test"), iter(items), iter(()))
    write_catalog(folder / "made", source, Rejects())
    catalog = Catalog.open(folder / "made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        eyes = Eyes(catalog, ColourEncoder, colour_map())
        recommender = Recommender.open(catalog, HashingEncoder(), eyes=eyes)
        yield {tool.name: tool for tool in make_tools(recommender, pictures.path)}


@pytest.fixture(scope="session")
def film_tools(
    film_recommender: Recommender,
    pictures: PictureStore,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, BaseTool]]:
    studio = Studio(
        recommender=film_recommender, generator=deterministic_generator(), eyes=ColourEncoder(),
        bridge=None, checks=(placement,),
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("paintings")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path_factory.mktemp("data")))  # its test key
        made = make_tools(film_recommender, pictures.path, lambda: None, lambda: studio, folder)
        yield {tool.name: tool for tool in made}


@pytest.fixture(scope="session")
def tools(film_tools: dict[str, BaseTool], print_tools: dict[str, BaseTool]) -> dict[str, BaseTool]:
    """Over the films, but for the one that needs pictures: the films have none."""
    return film_tools | {"compare_looks": print_tools["compare_looks"]}


def ids(result: Any) -> list[str]:
    return [one["item_id"] for one in result["items"]]


def assert_error(result: Any, *words: str) -> None:
    assert isinstance(result, str) and result.startswith("error: ") and "Traceback" not in result
    assert all(word in result for word in words), result


def test_all_eight_are_there(film_tools: dict[str, BaseTool], tools: dict[str, BaseTool]):
    assert set(film_tools) == set(tools) == set(GOOD)
    for tool in tools.values():
        assert tool.description and json.dumps(tool.get_input_schema().model_json_schema())


@pytest.mark.parametrize("name", GOOD)
def test_results_are_json(tools: dict[str, BaseTool], name: str):
    result = tools[name].invoke(GOOD[name])
    assert isinstance(result, dict) and json.loads(json.dumps(result, allow_nan=False)) == result
    message = tools[name].invoke(
        {"name": name, "args": GOOD[name], "id": "call-1", "type": "tool_call"}
    )
    assert json.loads(str(message.content)) == result


BAD = [
    ("illustrate", {"item_id": "nothing"}),
    ("illustrate", {"item_id": "22", "style": "charcoal"}),
    ("illustrate", {"item_id": "22", "format": "huge"}),
    ("illustrate", {"item_id": "22", "subject": "a rude picture"}),
    ("illustrate", {"item_id": "22", "user_id": "nobody"}),
    ("illustrate", {"item_id": "22", "liked": ["nothing"]}),
    ("search_items", {"k": 0}),
    ("search_items", {"k": 51}),
    ("search_items", {"k": "many"}),
    ("search_items", {"query": "x" * 501}),
    ("search_items", {"query": None}),
    ("search_items", {"user_id": "nobody"}),
    ("search_items", {"similar_to": ["nothing"]}),
    ("search_items", {"similar_to": "22"}),
    ("search_items", {"constraints": "none"}),
    ("search_items", {"constraints": [{"attribute": "colour", "operator": "in",
                                       "values": ["red"]}]}),
    ("search_items", {"constraints": [{"attribute": "year", "operator": "in", "values": ["1"]}]}),
    ("search_items", {"constraints": [{"attribute": "genres", "operator": "above", "bound": 1}]}),
    ("search_items", {"constraints": [{"attribute": "genres", "operator": "in"}]}),
    ("search_items", {"constraints": [{"attribute": "year", "operator": "above"}]}),
    ("search_items", {"constraints": [{"attribute": "year", "operator": "above",
                                       "bound": float("nan")}]}),
    ("search_items", {"constraints": [{"attribute": "year", "operator": "like", "bound": 1}]}),
    ("search_items", {"constraints": [{"attribute": "year", "operator": "above", "bound": 1,
                                       "sql": "drop"}]}),
    ("search_items", {"picture": "0" * 32}),
    ("search_items", {"picture": "0" * 65}),
    ("search_items", {"picture": 7}),
    ("get_user_history", {}),
    ("get_user_history", {"user_id": "nobody"}),
    ("get_user_history", {"user_id": "u1", "k": 0}),
    ("get_user_history", {"user_id": 7}),
    ("rank_candidates", {"item_ids": []}),
    ("rank_candidates", {"item_ids": ["1"] * 51}),
    ("rank_candidates", {"item_ids": ["1", "nothing"]}),
    ("rank_candidates", {"item_ids": ["1"], "user_id": "nobody"}),
    ("compare_items", {"item_ids": ["1"]}),
    ("compare_items", {"item_ids": ["1", "nothing"]}),
    ("compare_items", {"item_ids": [str(n) for n in range(1, 8)]}),
    ("compare_looks", {}),
    ("compare_looks", {"item_ids": ["1"], "wish": "red"}),
    ("compare_looks", {"item_ids": ["1", "nothing"], "wish": "red"}),
    ("compare_looks", {"item_ids": ["1"] * 9, "wish": "red"}),
    ("compare_looks", {"item_ids": ["1", "22"]}),
    ("compare_looks", {"item_ids": ["1", "22"], "wish": " \n"}),
    ("compare_looks", {"item_ids": ["1", "22"], "wish": None}),
    ("compare_looks", {"item_ids": ["1", "22"], "wish": "x" * 501}),
    ("compare_looks", {"item_ids": ["1", "22"], "wish": "red", "picture": "0" * 32}),
    ("compare_looks", {"item_ids": ["1", "22"], "picture": "0" * 65}),
    ("compare_looks", {"item_ids": ["1", "22"], "picture": ["0" * 32]}),
    ("explain_item", {}),
    ("explain_item", {"item_id": "nothing"}),
    ("explain_item", {"item_id": None}),
    ("explain_item", {"item_id": "1", "user_id": "nobody"}),
    ("explain_item", {"item_id": "1", "liked": ["nothing"]}),
    ("explain_item", {"item_id": "1", "question": "x" * 501}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), BAD)
def test_bad_arguments_are_answered_with_an_error(
    tools: dict[str, BaseTool], name: str, arguments: dict[str, Any]
):
    assert_error(tools[name].invoke(arguments))


@pytest.mark.parametrize("path", PATHS)
def test_paths_are_only_unknown_ids(tools: dict[str, BaseTool], path: str):
    for name, arguments in (
        ("explain_item", {"item_id": path}),
        ("explain_item", {"item_id": "1", "user_id": path}),
        ("explain_item", {"item_id": "1", "liked": [path]}),
        ("compare_items", {"item_ids": ["1", path]}),
        ("compare_looks", {"item_ids": ["1", path], "wish": "red"}),
        ("compare_looks", {"item_ids": ["1", "22"], "wish": "red", "picture": path}),
        ("rank_candidates", {"item_ids": [path]}),
        ("get_user_history", {"user_id": path}),
        ("search_items", {"similar_to": [path]}),
        ("search_items", {"user_id": path}),
        ("search_items", {"picture": path}),
        (
            "search_items",
            {"constraints": [{"attribute": path, "operator": "in", "values": ["x"]}]},
        ),
    ):
        result = tools[name].invoke(arguments)
        assert_error(result)
        assert "root:" not in result


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(GOOD)),
    st.dictionaries(
        st.sampled_from(["query", "k", "item_id", "item_ids", "user_id", "liked", "constraints",
                         "similar_to", "question", "wish", "picture", "other"]),
        st.recursive(
            st.none() | st.booleans() | st.integers(-5, 60) | st.text(max_size=9)
            | st.sampled_from(["1", "22", "u1", "red", "0" * 32]),
            lambda inner: st.lists(inner, max_size=3),
            max_leaves=4,
        ),
        max_size=5,
    ),
)  # fmt: skip
def test_whatever_a_model_sends_is_answered(
    tools: dict[str, BaseTool], name: str, arguments: dict[str, Any]
):
    result = tools[name].invoke(arguments)
    if isinstance(result, str):
        assert_error(result)
    else:
        json.dumps(result, allow_nan=False)


def test_search_keeps_to_its_constraints(tools: dict[str, BaseTool], films: Catalog):
    asked = [
        {"attribute": "genres", "operator": "in", "values": ["Comedy"]},
        {"attribute": "genres", "operator": "not_in", "values": ["Romance"]},
        {"attribute": "year", "operator": "below", "bound": 1990},
    ]
    found = ids(tools["search_items"].invoke({"query": "love", "constraints": asked, "k": 50}))
    fits = satisfies(films, [Constraint.model_validate(one) for one in asked])
    assert set(found) == {one for row, one in enumerate(films.item_ids) if fits[row]} != set()


def test_search_for_a_person_leaves_out_what_they_know(tools: dict[str, BaseTool], films: Catalog):
    known = set(profile_of(films, "u1").known)
    found = ids(tools["search_items"].invoke({"user_id": "u1", "k": 50}))
    assert set(found) == set(films.item_ids) - known


def test_search_leaves_out_what_it_starts_from(tools: dict[str, BaseTool]):
    result = tools["search_items"].invoke({"similar_to": ["11", "25"], "k": 50})
    assert len(ids(result)) == 38 and not {"11", "25"} & set(ids(result))
    assert {"similar", "similar_liked"} <= set(result["items"][0]["channels"])


def test_search_may_find_nothing(tools: dict[str, BaseTool]):
    late = {"attribute": "year", "operator": "above", "bound": 2090}
    assert tools["search_items"].invoke({"constraints": [late]}) == {"items": []}


def test_history(tools: dict[str, BaseTool], films: Catalog):
    result = tools["get_user_history"].invoke({"user_id": "u1", "k": 4})
    profile = profile_of(films, "u1")
    assert result["interactions"] == len(profile.known)
    assert [one["item_id"] for one in result["favourites"]] == profile.favourites[:4]
    assert [one["item_id"] for one in result["recent"]] == profile.known[::-1][:4]
    assert result["recent"][0]["title"] == films.item(profile.known[-1]).title


def test_ranking_returns_the_given_items(tools: dict[str, BaseTool]):
    given_ids = ["12", "1", "22", "27", "40", "1"]
    result = tools["rank_candidates"].invoke({"item_ids": given_ids, "query": "hotel in winter"})
    assert sorted(ids(result)) == sorted(set(given_ids)) and ids(result)[0] == "12"
    for user, first in (("u1", "4"), ("u2", "14")):  # likes comedies; likes dark films
        result = tools["rank_candidates"].invoke({"item_ids": ["4", "14", "40"], "user_id": user})
        assert sorted(ids(result)) == ["14", "4", "40"] and ids(result)[0] == first


def test_comparison_is_side_by_side(tools: dict[str, BaseTool], films: Catalog):
    result = tools["compare_items"].invoke({"item_ids": ["22", "20", "22"]})
    assert [one["title"] for one in result["items"]] == ["Star Wars", "M"]
    rows = {row["attribute"]: row for row in result["attributes"]}
    assert rows["runtime"] == {"attribute": "runtime", "label": "Running time", "unit": "minutes",
                               "values": [121.0, None], "same": False}  # fmt: skip
    for name, row in rows.items():
        assert row["values"] == [films.item(one).attributes.get(name) for one in ("22", "20")]
        assert row["same"] == (row["values"][0] == row["values"][1])


def test_comparing_an_item_with_itself_is_an_error(tools: dict[str, BaseTool]):
    assert_error(tools["compare_items"].invoke({"item_ids": ["22", "22"]}), "two")


def test_looks_are_compared_with_words_and_with_a_picture(
    print_tools: dict[str, BaseTool], red: str
):
    compare = print_tools["compare_looks"]
    for wish, picture, first in (
        ("blue", None, "22"),
        ("yellow", None, "3"),
        ("red", None, "1"),
        ("", red, "1"),
    ):
        result = compare.invoke({"item_ids": ["1", "22", "3"], "wish": wish, "picture": picture})
        assert ids(result)[0] == first and sorted(ids(result)) == ["1", "22", "3"]
        scores = [one["score"] for one in result["items"]]
        assert scores == sorted(scores, reverse=True) and scores[0] == pytest.approx(1, abs=1e-3)
        assert result["items"][0]["title"] == f"Print {first}" and not result["without_picture"]
    # Both at once: red and blue are as near to half of each, yellow is not.
    mixed = compare.invoke({"item_ids": ["3", "1", "22"], "wish": "blue", "picture": red})
    assert ids(mixed)[2] == "3"
    assert mixed["items"][0]["score"] == pytest.approx(mixed["items"][1]["score"], abs=1e-3)


def test_what_has_no_picture_is_named(print_tools: dict[str, BaseTool]):
    compare = print_tools["compare_looks"]
    result = compare.invoke({"item_ids": ["4", "1", "4", "22"], "wish": "blue"})
    assert ids(result) == ["22", "1"] and result["without_picture"] == ["4"]
    alone = compare.invoke({"item_ids": ["4", "4"], "wish": "blue"})
    assert alone == {"items": [], "without_picture": ["4"]}


def test_looks_of_items_without_pictures_are_an_error(film_tools: dict[str, BaseTool], red: str):
    for given_too in ({"wish": "blue"}, {"picture": red}):
        result = film_tools["compare_looks"].invoke({"item_ids": ["1", "22"], **given_too})
        assert_error(result, "no pictures")


def test_search_by_picture(print_tools: dict[str, BaseTool], red: str):
    search = print_tools["search_items"]
    result = search.invoke({"picture": red})
    assert ids(result)[0] == "1" and sorted(ids(result)) == ["1", "22", "3", "4"]
    channels = {one["item_id"]: one["channels"] for one in result["items"]}
    assert channels["1"]["picture"] == pytest.approx(1, abs=1e-3)
    assert "picture" not in channels["4"]
    assert ids(search.invoke({"picture": red, "similar_to": ["1"]}))[0] != "1"
    words = search.invoke({"query": "blue"})
    assert ids(words)[0] == "22" and "looks" in words["items"][0]["channels"]


def test_search_by_picture_where_nobody_looks_finds_as_without(
    film_tools: dict[str, BaseTool], red: str
):
    search = film_tools["search_items"]
    assert search.invoke({"query": "robot", "picture": red}) == search.invoke({"query": "robot"})


def test_a_picture_that_is_gone_is_an_error(
    print_tools: dict[str, BaseTool], pictures: PictureStore
):
    out = BytesIO()
    Image.new("RGB", (3, 3), "white").save(out, "PNG")
    white, _ = pictures.take(out.getvalue())
    assert isinstance(print_tools["search_items"].invoke({"picture": white}), dict)
    path = pictures.path(white)
    assert path is not None
    path.unlink()
    for name, more in (("search_items", {}), ("compare_looks", {"item_ids": ["1", "22"]})):
        assert_error(print_tools[name].invoke({"picture": white, **more}), "show it again")


def test_explanations_are_numbered_and_personal(tools: dict[str, BaseTool]):
    result = tools["explain_item"].invoke({"item_id": "11", "user_id": "u2"})
    assert result["title"] == "Alien"
    assert [fact["number"] for fact in result["facts"]] == [*range(1, len(result["facts"]) + 1)]
    assert "people" in {fact["source"].split(":")[0] for fact in result["facts"]}
    named = tools["explain_item"].invoke({"item_id": "11", "user_id": "u2", "liked": ["25"]})
    personal = [fact for fact in named["facts"] if fact["source"][:6] in ("shared", "people")]
    assert {fact["source"].split(":")[1] for fact in personal} == {"25"}  # the one they named
    guest = tools["explain_item"].invoke({"item_id": "11"})
    assert not {fact["source"].split(":")[0] for fact in guest["facts"]} & {"shared", "people"}
