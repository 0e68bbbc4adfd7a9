"""One turn in a process of its own: `one_turn.py CATALOG FOLDER THREAD MESSAGE PAUSE WAIT`.

Prints `ready`, waits for a line, then prints the turn as JSON, or the error. PAUSE is what the
model takes for each piece of an answer, WAIT how long the turn waits for the thread, in seconds.
"""

import json
import sys
from pathlib import Path

from tastemaker.agent.agent import Agent
from tastemaker.agent.databases import sqlite_databases
from tastemaker.agent.pictures import PictureStore
from tastemaker.agent.reading.readers import Readers
from tastemaker.agent.resources import Resources
from tastemaker.catalog.store import Catalog
from tastemaker.errors import TastemakerError
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.recommender import Recommender
from tastemaker.serving.deterministic import DeterministicChatModel
from tastemaker.serving.faults import valid_json
from tastemaker.settings import Settings
from tastemaker.tools import make_tools

catalog, folder, thread, message, pause, wait = sys.argv[1:7]
recommender = Recommender.open(Catalog.open(Path(catalog)), HashingEncoder())
model = DeterministicChatModel(respond=valid_json, chunk_seconds=float(pause))
databases = sqlite_databases(Path(folder))
settings = Settings()
settings.agent.thread_wait_seconds = float(wait)
pictures = PictureStore(Path(folder) / "pictures")
agent = Agent(
    Resources(
        settings=settings,
        recommender=recommender,
        readers=Readers(recommender),
        tools=make_tools(recommender, pictures.path),
        store=databases.store,
        connect=lambda: model,
        pictures=pictures,
    ),
    Path(folder),
    databases,
)
print("ready", flush=True)
sys.stdin.readline()
try:
    *_, turn = agent.turn(message, thread=thread)
    print(json.dumps(turn))
except TastemakerError as error:
    print(json.dumps({"error": type(error).__name__, "message": str(error)}))
agent.close()
