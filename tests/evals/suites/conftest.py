"""The made-up catalogue, our agents over it, and a folder to run suites in."""

import runpy
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel
from tastemaker.agent.agent import Agent
from tastemaker.catalog.store import Catalog
from tastemaker.evals.agents.face import Face
from tastemaker.evals.agents.ours import talk_with
from tastemaker.evals.suites.suite import Bench, Options
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.recommender import Recommender

EVALS = Path(__file__).parent.parent
MADE = runpy.run_path(str(EVALS / "dialogue" / "made.py"))
OUR_AGENT = runpy.run_path(str(EVALS / "agents" / "our_agent.py"))
NUMBERS = count()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """160 films, 48 people of known taste."""
    return MADE["made_films"](tmp_path_factory.mktemp("made") / "made")


@pytest.fixture(scope="session")
def made_recommender(
    made: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recommender]:
    """The recommender of `made`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield Recommender.open(made, HashingEncoder())


MakeAgent = Callable[..., Agent]


@pytest.fixture
def make_agent(tmp_path: Path, cache: Path) -> Iterator[MakeAgent]:
    """`make_agent(recommender, model)`: our agent; without a model its LLM is away."""
    opened: list[Agent] = []

    def make(recommender: Recommender, model: BaseChatModel | None = None) -> Agent:
        folder = tmp_path / f"conversations-{len(opened)}"
        opened.append(OUR_AGENT["agent_over"](recommender, folder, model))
        return opened[-1]

    yield make
    for agent in opened:
        agent.close()


@pytest.fixture
def bench_over() -> Callable[..., Bench]:
    """`bench_over(agent, limit=…)`: the bench of one of our agents."""

    def bench(agent: Agent, **options: object) -> Bench:
        catalog = agent.resources.catalog
        made = Bench(Options(agent="deterministic", catalog=str(catalog.folder), **options))
        made.catalog = catalog
        made.face = Face("deterministic", "deterministic", partial(talk_with, agent), own=agent)
        return made

    return bench


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """`module(source)`: writes a module of agents into the working folder; gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(source: str) -> str:
        name = f"agents_{next(NUMBERS)}"  # a module is read once in a process
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        return name

    return write
