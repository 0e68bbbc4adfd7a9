"""Whether the process lives, and whether it can answer."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tastemaker.agent.chats import Chats
from tastemaker.agent.web.service import Service
from tastemaker.errors import MissingError
from tastemaker.settings import Settings


def test_ready(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"ready": True, "agent": "ok", "database": "ok", "llm": "ok"}


def test_without_its_language_model_it_is_not_ready_but_chats(make_service, open_client):
    client = open_client(make_service(None))
    found = client.get("/readyz")
    assert found.status_code == 503 and found.json()["ready"] is False
    assert found.json()["agent"] == found.json()["database"] == "ok"
    assert "language model does not answer" in found.json()["llm"]
    said = {"model": "tastemaker", "messages": [{"role": "user", "content": "a comedy"}]}
    answer = client.post("/v1/chat/completions", json=said).json()
    assert answer["tastemaker"]["degraded"] is True


def test_where_no_language_model_is_wanted_none_is_missing(make_service, open_client):
    service = make_service(None)
    service.chats.agent.resources.uses_llm = False
    client = open_client(service)
    found = client.get("/readyz")
    assert (found.status_code, found.json()["llm"]) == (200, "not used")


def test_while_it_opens(make_agent, tmp_path, open_client):
    may = threading.Event()

    def opening():
        may.wait(10)
        return Chats(make_agent())

    service = Service(Settings(), tmp_path, opening)
    opener = threading.Thread(target=service.open)
    opener.start()
    client = open_client(service)
    assert client.get("/healthz").status_code == 200
    starting = client.get("/readyz")
    assert starting.status_code == 503 and "is starting" in starting.json()["agent"]
    may.set()
    opener.join()
    assert client.get("/readyz").status_code == 200


def test_what_kept_it_from_opening_is_said(tmp_path, open_client):
    def opening():
        raise MissingError("There is no catalogue; import one.")

    service = Service(Settings(), tmp_path, opening)
    service.open()
    client = open_client(service)
    assert client.get("/healthz").status_code == 200
    found = client.get("/readyz")
    assert found.status_code == 503
    assert found.json()["agent"] == "There is no catalogue; import one."


def test_a_database_that_does_not_answer(make_service, open_client):
    service = make_service()
    client = open_client(service)
    service.chats.agent.close()
    found = client.get("/readyz")
    assert found.status_code == 503 and "cannot be kept now" in found.json()["database"]


def test_many_who_ask_make_one_look(make_service, open_client):
    """Anybody may ask, and a language model that hangs holds whoever looks."""
    service, looked = make_service(), []
    resources = service.chats.agent.resources
    connect, inside = resources.connect, threading.Event()

    def slow():
        looked.append(1)
        inside.wait(0.2)
        return connect()

    resources.connect = slow
    client = open_client(service)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: client.get("/readyz").status_code, range(16)))
    assert found == [200] * 16 and len(looked) == 1
