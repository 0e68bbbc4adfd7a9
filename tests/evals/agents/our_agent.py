"""Our agent over any recommender, for the tests of the suites."""

from pathlib import Path

from langchain_core.language_models import BaseChatModel
from tastemaker.agent.agent import Agent
from tastemaker.agent.databases import sqlite_databases
from tastemaker.agent.pictures import PictureStore
from tastemaker.agent.reading.readers import Readers
from tastemaker.agent.resources import Resources
from tastemaker.recommender.recommender import Recommender
from tastemaker.settings import LLMSettings, Settings
from tastemaker.tools import make_tools
from tastemaker.tools.illustrate import no_studio


def agent_over(recommender: Recommender, folder: Path, model: BaseChatModel | None = None) -> Agent:
    """Our agent in a folder of its own."""
    databases = sqlite_databases(folder)
    pictures = PictureStore(folder / "pictures")
    resources = Resources(
        settings=Settings(llm=LLMSettings()),
        recommender=recommender,
        readers=Readers(recommender),
        tools=make_tools(recommender, pictures.path, lambda: None, no_studio, folder / "paintings"),
        store=databases.store,
        connect=lambda: model,
        pictures=pictures,
    )
    return Agent(resources, folder, databases)
