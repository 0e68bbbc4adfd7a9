"""A server process over the tests' films: `serve_films.py CATALOG FOLDER PORT [PAUSE] [pages]`.

The model is deterministic and takes PAUSE seconds for each piece of an answer. Prints `ready` when
it answers; stops with the signal that comes.
"""

import sys
import threading
from pathlib import Path

import uvicorn
from tastemaker.agent.agent import Agent
from tastemaker.agent.chats import Chats
from tastemaker.agent.databases import open_databases
from tastemaker.agent.pictures import PictureStore
from tastemaker.agent.reading.readers import Readers
from tastemaker.agent.resources import Resources
from tastemaker.agent.web.app import create_app
from tastemaker.agent.web.service import Service
from tastemaker.catalog.store import Catalog
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.recommender import Recommender
from tastemaker.serving.deterministic import DeterministicChatModel
from tastemaker.serving.faults import valid_json
from tastemaker.settings import load_settings
from tastemaker.tools import make_tools

catalog, folder, port = sys.argv[1:4]
pause = float(sys.argv[4]) if len(sys.argv) > 4 else 0.0
pages = "pages" in sys.argv[5:]
settings = load_settings()


def opened() -> Chats:
    """The conversations over the films."""
    recommender = Recommender.open(Catalog.open(Path(catalog)), HashingEncoder())
    model = DeterministicChatModel(respond=valid_json, chunk_seconds=pause)
    databases = open_databases(settings.database_url, Path(folder))
    pictures = PictureStore(Path(folder) / "pictures")
    resources = Resources(
        settings=settings,
        recommender=recommender,
        readers=Readers(recommender),
        tools=make_tools(recommender, pictures.path),
        store=databases.store,
        connect=lambda: model,
        pictures=pictures,
    )
    return Chats(Agent(resources, Path(folder), databases))


service = Service(settings, Path(folder) / "campaigns", opened)
service.open()
server = uvicorn.Server(
    uvicorn.Config(
        create_app(service, pages=pages), host="127.0.0.1", port=int(port), log_level="warning"
    )
)


def announce() -> None:
    """Say that requests are answered."""
    while not server.started:
        threading.Event().wait(0.01)
    print("ready", flush=True)


threading.Thread(target=announce, daemon=True).start()
server.run()
