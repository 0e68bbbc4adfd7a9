"""What the page is told: opening it, talking, being cut off, and whose everything is."""

import base64
import io
import threading

import pytest
from fastapi import Request
from PIL import Image
from tastemaker.agent.chats import Chats
from tastemaker.agent.web.app import create_app
from tastemaker.agent.web.guards.keys import Caller
from tastemaker.agent.web.service import Service
from tastemaker.agent.web.telling.logs import JsonLines
from tastemaker.agent.web.ui import files
from tastemaker.agent.web.ui.talking import Ask, opening, shown, talking
from tastemaker.errors import BadInputError, MissingError
from tastemaker.settings import Settings


def browser(guest: str = "guest-1") -> Request:
    """A request of one browser."""
    return Request(
        {"type": "http", "session": {"guest": guest}, "state": {"caller": Caller()}, "headers": []}
    )


def page_of(view) -> str:
    return "".join(html for turn in view["turns"] for _, html in turn["parts"])


def picture() -> str:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_an_answer_comes_part_by_part(service):
    views = list(talking(service, Ask(message="something funny"), browser()))
    assert views[0]["accepted"] and "something funny" in views[0]["rail"]
    assert {view["thread"] for view in views} == {views[0]["thread"]}
    sizes = [len(view["turns"][0]["parts"]) for view in views]
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]
    assert [view["state"] for view in views] == ["busy"] * (len(views) - 1) + ["idle"]
    assert page_of(views[-1]).count('class="card"') == 5
    assert len({view["tick"] for view in views}) == len(views)


def test_what_was_said_in_another_window_is_shown_before_the_answer(service):
    *_, first = talking(service, Ask(message="something funny"), browser())
    thread, last = first["thread"], first["turns"][0]["id"]
    *_, other = talking(service, Ask(message="only short ones", thread=thread), browser())
    ask = Ask(message="why the first?", thread=thread, last=last)
    begun, *_, end = talking(service, ask, browser())
    assert [one["id"] for one in begun["turns"]] == [other["turns"][0]["id"], end["turns"][0]["id"]]
    assert begun["turns"][0] == other["turns"][0]
    assert len(end["turns"]) == 1


def test_a_conversation_is_opened_again(service):
    *_, last = talking(service, Ask(message="something funny"), browser())
    (view,) = opening(service, Ask(view=3, thread=last["thread"]), browser())
    assert (view["ask"], view["fresh"], view["notice"]) == (3, True, "")
    assert page_of(view) == page_of(last)


def test_a_thread_of_somebody_else_opens_a_new_one(service):
    *_, last = talking(service, Ask(message="something secret"), browser())
    for ask, request in (
        (Ask(thread=last["thread"]), browser("guest-2")),
        (Ask(thread=last["thread"], user="u1"), browser()),
        (Ask(thread="../../etc"), browser("guest-2")),
    ):
        (view,) = opening(service, ask, request)
        assert "not here" in view["notice"] and view["thread"] == "" and view["turns"] == []
        assert "secret" not in view["rail"]
        *_, refused = talking(service, ask.model_copy(update={"message": "hi"}), request)
        assert "no thread" in refused["notice"] and refused["state"] == "idle"


def test_nobody_can_be_another_guest(service):
    *_, last = talking(service, Ask(message="something secret"), browser("guest-1"))
    ask = Ask(user="guest-1", thread=last["thread"])
    (view,) = opening(service, ask, browser("guest-2"))
    assert view["who"] == {"user": "", "name": "guest-2"} and "no user" in view["notice"]
    *_, refused = talking(service, Ask(user="guest-1", message="hi"), browser("guest-2"))
    assert "no user" in refused["notice"]


def test_a_user_of_the_catalogue_can_be_tried(service):
    (view,) = opening(service, Ask(user="u1"), browser())
    assert view["who"] == {"user": "u1", "name": "u1"} and "User u1" in view["rail"]


def test_what_was_cut_off_is_shown_so_and_tried_again(service):
    views = talking(service, Ask(message="something funny"), browser())
    thread = next(views)["thread"]
    service.turns.stop(thread)
    *_, last = views
    assert "cut off" in page_of(last) and "Try again" in page_of(last)
    (turn,) = last["turns"]
    (view,) = opening(service, Ask(thread=thread), browser())
    assert "cut off" in page_of(view)
    *_, again = talking(service, Ask(thread=thread, retry=turn["id"]), browser())
    assert again["turns"][0]["id"] == turn["id"] and page_of(again).count('class="card"') == 5


def test_an_empty_message_and_a_broken_picture_are_refused(service):
    for ask in (Ask(message=" \n"), Ask(picture="!!"), Ask(picture="AAAA")):
        (view,) = talking(service, ask, browser())
        assert view["notice"] and view["state"] == "idle"
    with pytest.raises(BadInputError, match="odd"):
        Ask.read({"view": "x", "message": []})


def test_the_page_waits_for_the_service(make_agent, tmp_path):
    go, agent = threading.Event(), make_agent()

    def slowly() -> Chats:
        go.wait(10)
        return Chats(agent)

    service = Service(Settings(), tmp_path, slowly)
    threading.Thread(target=service.open, daemon=True).start()
    views = opening(service, Ask(), browser())
    assert next(views)["state"] == "starting"
    go.set()
    assert list(views)[-1]["state"] == "idle"


def test_what_keeps_the_service_from_opening_is_one_sentence(tmp_path):
    def broken() -> Chats:
        raise MissingError("There is no catalogue <b>.")

    service = Service(Settings(), tmp_path, broken)
    service.open()
    (view,) = opening(service, Ask(), browser())
    assert (view["state"], view["notice"]) == ("failed", "There is no catalogue <b>.")


def test_errors_are_one_sentence_and_their_words_stay_out_of_the_log(service, caplog):
    """Gradio would print them whole, with what was said."""

    def broken(service, ask, request):
        raise RuntimeError(ask.message)

    said = {"view": 3, "message": "my secret"}
    (view,) = shown(broken, service, said, browser())
    assert (view["ask"], view["state"]) == (3, "idle") and "noted" in view["notice"]
    for odd in ({"message": ["my secret"]}, {"user": "x" * 201}, ["my secret"], None):
        (view,) = shown(talking, service, odd, browser())
        assert view["state"] == "idle" and "something odd" in view["notice"]
    assert "my secret" not in JsonLines().format(caplog.records[-1])


def test_a_picture_is_its_owners(service, open_client):
    app = create_app(service, pages=False)
    app.include_router(files.router)
    *_, view = talking(service, Ask(message="like this", picture=picture(), user="u1"), browser())
    turn = view["turns"][0]["id"]
    address = f"/ui/threads/{view['thread']}/turns/{turn}"
    client = open_client(app)
    shown = client.get(f"{address}/picture?user=u1")
    assert shown.status_code == 200 and shown.headers["content-type"] == "image/png"
    assert shown.headers["cache-control"].startswith("private")
    for other in (
        f"{address}/picture", f"{address}/picture?user=u2", f"{address}x/picture?user=u1",
        f"{address}/picture?user=guest-1",
    ):  # fmt: skip
        assert client.get(other).status_code in (400, 404), other
