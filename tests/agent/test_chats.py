"""Conversations of many people: whose they are, what is kept, what was cut off."""

import pytest
from tastemaker.agent.chats import Chats, Turn
from tastemaker.agent.interactions import export_interactions, interactions
from tastemaker.errors import BadInputError, BusyError, NotFoundError


@pytest.fixture
def chats(request, make_agent):
    if getattr(request, "param", "sqlite") == "sqlite":
        return Chats(make_agent())
    return Chats(make_agent(database=request.getfixturevalue("database")))


in_both = pytest.mark.parametrize("chats", ["sqlite", "postgres"], indirect=True)
"""Kept in either of the two databases."""


def said(chats, person, message, **more):
    events = list(chats.say(person, message, **more))
    assert events[0]["type"] == "accepted" and events[-1]["type"] == "turn"
    return events[0], events[-1]


@in_both
def test_a_conversation_is_kept_with_its_answers(chats):
    ann = chats.person("ann")
    accepted, first = said(chats, ann, "a comedy")
    _, second = said(chats, ann, "why the first one?", thread=accepted["thread"])
    (thread,) = chats.threads(ann)
    assert (thread.id, thread.title) == (accepted["thread"], "a comedy")
    turns = chats.turns(ann, thread.id)
    assert [turn.message for turn in turns] == ["a comedy", "why the first one?"]
    assert [turn.status for turn in turns] == ["done", "done"]
    assert turns[0].result["items"] == first["items"]
    assert turns[1].result["reply"] == second["reply"]


@in_both
def test_nobody_sees_anothers_threads(chats):
    ann = chats.person("ann")
    accepted, _ = said(chats, ann, "a comedy")
    others = [
        chats.person("bob"), chats.person("an"), chats.person("annie"),
        chats.person("ann", tenant="acme"),
    ]  # fmt: skip
    for other in others:
        assert chats.threads(other) == []
        for use in (
            lambda who: chats.thread(who, accepted["thread"]),
            lambda who: chats.turns(who, accepted["thread"]),
            lambda who: chats.rename(who, accepted["thread"], "mine"),
            lambda who: chats.delete(who, accepted["thread"]),
            lambda who: chats.share(who, accepted["thread"]),
            lambda who: list(chats.say(who, "hello", thread=accepted["thread"])),
            lambda who: list(chats.retry(who, accepted["thread"], accepted["turn"])),
            lambda who: chats.judge(who, "1", "liked", thread=accepted["thread"]),
        ):
            with pytest.raises(NotFoundError):
                use(other)


def test_tenants_share_no_memory(chats):
    chats.judge(chats.person("ann"), "1", "liked")
    assert chats.taste(chats.person("ann"))["liked"] == ["1"]
    assert chats.taste(chats.person("ann", tenant="acme"))["liked"] == []


@in_both
def test_a_like_reaches_the_next_answer_of_every_thread(chats):
    ann = chats.person("ann")
    _, turn = said(chats, ann, "a comedy")
    unwanted = turn["items"][0]["item_id"]
    chats.judge(ann, unwanted, "disliked")
    _, again = said(chats, ann, "a comedy")
    assert unwanted not in [one["item_id"] for one in again["items"]]
    chats.judge(ann, unwanted, "cleared")
    _, later = said(chats, ann, "a comedy")
    assert unwanted in [one["item_id"] for one in later["items"]]


@in_both
def test_feedback_is_logged_for_training(chats, tmp_path):
    ann = chats.person("ann", tenant="acme")
    for item, verdict in (("1", "liked"), ("2", "disliked"), ("1", "disliked"), ("3", "cleared")):
        chats.judge(ann, item, verdict)
    store = chats.agent.resources.store
    assert [one["item_id"] for one in interactions(store, "films")] == ["1", "2", "1", "3"]
    assert export_interactions(store, "films", tmp_path / "log.csv") == 2
    head, *rows = (tmp_path / "log.csv").read_text().splitlines()
    assert head == "user_id,item_id,rating,timestamp"
    assert [row.split(",")[:3] for row in rows] == [
        ["acme/ann", "1", "1.0"], ["acme/ann", "2", "1.0"],
    ]  # fmt: skip


@in_both
def test_a_turn_that_was_cut_off_can_be_tried_again_without_doubling(chats):
    ann = chats.person("ann")
    events = chats.say(ann, "a comedy", turn="t1")
    accepted = next(events)
    while next(events)["type"] != "text":
        pass
    with pytest.raises(BusyError):
        chats.delete(ann, accepted["thread"])
    assert [turn.status for turn in chats.turns(ann, accepted["thread"])] == ["running"]
    events.close()
    assert [turn.status for turn in chats.turns(ann, accepted["thread"])] == ["interrupted"]
    for _ in range(2):
        *_, turn = chats.retry(ann, accepted["thread"], "t1")
    assert turn["turn"] == 1
    assert [turn.status for turn in chats.turns(ann, accepted["thread"])] == ["done"]
    log = chats.agent.thread_log(accepted["thread"])
    assert [(one["role"], one["id"]) for one in log] == [("user", "t1"), ("assistant", "t1")]


@in_both
def test_an_answer_whose_record_was_lost_is_not_made_again(chats):
    """Killed between the graph's last checkpoint and the record of the answer."""
    ann = chats.person("ann")
    accepted, first = said(chats, ann, "a comedy", turn="t1")
    (turn,) = chats.turns(ann, accepted["thread"])
    lost = Turn(**{**turn.model_dump(), "status": "running", "result": None})
    store = chats.agent.resources.store
    store.put(("turns", accepted["thread"].encode().hex()), "t1", lost.model_dump())
    *_, again = chats.retry(ann, accepted["thread"], "t1")
    assert again["items"] == first["items"] and again["turn"] == 1
    _, second = said(chats, ann, "why the first one?", thread=accepted["thread"])
    assert second["turn"] == 2


def test_the_same_id_is_answered_once(chats):
    ann = chats.person("ann")
    accepted, first = said(chats, ann, "a comedy", turn="t1")
    _, again = said(chats, ann, "a comedy", turn="t1", thread=accepted["thread"])
    assert again == first
    with pytest.raises(BadInputError, match="another message"):
        list(chats.say(ann, "a drama", turn="t1", thread=accepted["thread"]))


@in_both
def test_a_shared_thread_shows_what_was_there(chats):
    ann = chats.person("ann")
    accepted, _ = said(chats, ann, "a comedy")
    token = chats.share(ann, accepted["thread"]).shared
    said(chats, ann, "something secret", thread=accepted["thread"])
    thread, turns = chats.shared(token)
    assert [turn.message for turn in turns] == ["a comedy"]
    assert chats.share(ann, thread.id).shared == token
    assert len(chats.shared(token)[1]) == 2
    chats.unshare(ann, thread.id)
    with pytest.raises(NotFoundError):
        chats.shared(token)


@in_both
def test_a_deleted_thread_is_gone_with_its_link(chats):
    ann = chats.person("ann")
    accepted, _ = said(chats, ann, "a comedy")
    token = chats.share(ann, accepted["thread"]).shared
    chats.delete(ann, accepted["thread"])
    assert chats.threads(ann) == [] and chats.agent.thread_log(accepted["thread"]) == []
    for gone in (lambda: chats.shared(token), lambda: chats.turns(ann, accepted["thread"])):
        with pytest.raises(NotFoundError):
            gone()


@pytest.mark.parametrize("name", ["", "x" * 201, "a\nb", "a\x1fb"])
def test_a_person_needs_a_name(chats, name):
    with pytest.raises(BadInputError, match="name"):
        chats.person(name)


def test_a_user_of_the_catalogue_brings_their_history(chats, films):
    known = next(iter(films.interactions().collect()["user_id"]))
    assert chats.person(known).user == known
    assert chats.person("somebody else").user is None


@in_both
@pytest.mark.parametrize("name", ["", "a\x00b", "\ud800", "x" * 5000])
def test_an_id_that_cannot_be_one_names_nothing(chats, name):
    ann = chats.person("ann")
    accepted, _ = said(chats, ann, "a comedy")
    for use in (
        lambda: chats.thread(ann, name),
        lambda: chats.turns(ann, name),
        lambda: chats.delete(ann, name),
        lambda: list(chats.retry(ann, accepted["thread"], name)),
        lambda: chats.shared(name),
        lambda: chats.judge(ann, name, "liked"),
        lambda: chats.judge(ann, "1", "liked", thread=name),
        lambda: chats.judge(ann, "1", "liked", thread=accepted["thread"], turn=name),
    ):
        with pytest.raises(NotFoundError):
            use()
    assert chats.taste(ann)["liked"] == []
