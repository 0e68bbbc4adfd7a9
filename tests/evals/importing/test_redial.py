import json
from pathlib import Path

import pytest
from tastemaker.catalog.rejects import Rejects
from tastemaker.errors import BadInputError
from tastemaker.evals.importing.redial import read

PERSON, RECOMMENDER = 7, 8
RAW = {
    "conversationId": "391",
    "initiatorWorkerId": PERSON,
    "respondentWorkerId": RECOMMENDER,
    "movieMentions": {
        "10": "Alien  (1979)",
        "11": "Heat (1995)",
        "12": "Big (1988)",
        "13": None,
        "14": "Up (2009)",
    },
    "initiatorQuestions": {
        "10": {"suggested": 0, "seen": 1, "liked": 1},
        "11": {"suggested": 1, "seen": 0, "liked": 2},
        "12": {"suggested": 1, "seen": 1, "liked": 0},
        "14": {"suggested": 1, "seen": 0, "liked": 1},
    },
    "respondentQuestions": [],
    "messages": [
        {"messageId": 1, "text": "Hi!", "timeOffset": 0, "senderWorkerId": RECOMMENDER},
        {"messageId": 2, "text": "I loved @10", "timeOffset": 1, "senderWorkerId": PERSON},
        {"messageId": 3, "text": "More &amp; more?", "timeOffset": 2, "senderWorkerId": PERSON},
        {
            "messageId": 4,
            "text": "@10 is good; see @11, @12 or @13",
            "timeOffset": 3,
            "senderWorkerId": RECOMMENDER,
        },
        {"messageId": 5, "text": "Not @12.", "timeOffset": 4, "senderWorkerId": PERSON},
        {
            "messageId": 6,
            "text": "Then @14, or @11",
            "timeOffset": 5,
            "senderWorkerId": RECOMMENDER,
        },
        {"messageId": 7, "text": "Thanks", "timeOffset": 6, "senderWorkerId": PERSON},
    ],
}
PROCESSED = {
    "dialog_id": "20",
    "turn_id": 4,
    "context": ["", "Hello", "Hi there", "What do you like?", "Films such as Alien (1979)"],
    "entity": ["Alien (1979)"],
    "rec": ["Aliens (1986)", "Alien (1979)"],
    "resp": "Aliens (1986) comes after Alien (1979)",
    "template": [],
}


def written(folder: Path, *rows: object) -> Path:
    path = folder / "test_data.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_the_raw_layout(tmp_path: Path) -> None:
    first, second = read(written(tmp_path, RAW))
    assert (first.id, first.user, first.source) == ("391-2", "7", "redial")
    assert [(said.role, said.text) for said in first.dialogue] == [
        ("agent", "Hi!"),
        ("person", "I loved Alien (1979) More & more?"),
    ]
    # Alien was named before, Big was disliked, 13 has no title.
    assert first.targets == ["Heat (1995)"]
    assert (first.liked, first.disliked) == (["Alien (1979)"], [])
    assert second.id == "391-4"
    assert second.targets == ["Up (2009)"]
    assert second.dialogue[2].items == ["Alien (1979)", "Heat (1995)", "Big (1988)"]
    assert second.dialogue[2].text == "Alien (1979) is good; see Heat (1995), Big (1988) or @13"
    assert (second.liked, second.disliked) == (["Alien (1979)"], ["Big (1988)"])


def test_what_is_liked_later_is_not_told_before(tmp_path: Path) -> None:
    for case in read(written(tmp_path, RAW)):
        assert not set(case.liked + case.disliked) & set(case.targets)
        assert "Up (2009)" not in case.liked


def test_a_film_that_the_seeker_brought_up_is_no_target(tmp_path: Path) -> None:
    forms = RAW["initiatorQuestions"] | {"11": {"suggested": 0, "seen": 1, "liked": 1}}
    cases = list(read(written(tmp_path, RAW | {"initiatorQuestions": forms})))
    assert [case.targets for case in cases] == [["Up (2009)"]]


def test_the_layout_of_ievalm(tmp_path: Path) -> None:
    (case,) = read(written(tmp_path, PROCESSED))
    assert (case.id, case.user) == ("20-4", "20")
    assert [said.role for said in case.dialogue] == ["agent", "person", "agent", "person"]
    assert case.dialogue[-1].text == "Films such as Alien (1979)"
    assert case.targets == ["Aliens (1986)", "Alien (1979)"]


def test_the_person_speaks_first_there_too(tmp_path: Path) -> None:
    row = PROCESSED | {"context": ["Something like Alien?"], "turn_id": 1}
    (case,) = read(written(tmp_path, row))
    assert [said.role for said in case.dialogue] == ["person"]


def test_a_dialogue_without_recommendation_is_counted(tmp_path: Path) -> None:
    rejects = Rejects()
    quiet = RAW | {"messages": RAW["messages"][:3]}
    empty = RAW | {"messages": [], "movieMentions": [], "initiatorQuestions": []}
    assert not list(read(written(tmp_path, quiet, empty), rejects))
    assert rejects.reasons == {"recommends no title": 2}
    assert rejects.first[1].startswith("test_data.jsonl:2 ")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"messages": [{"text": 3.5, "senderWorkerId": []}]}, "messages.0.senderWorkerId"),
        ({"messages": "none"}, "messages"),
        ({"conversationId": None}, "conversationId"),
    ],
)
def test_a_malformed_dialogue_is_named(tmp_path: Path, wrong: dict, named: str) -> None:
    with pytest.raises(BadInputError, match=rf"test_data\.jsonl:2: {named} is wrong"):
        list(read(written(tmp_path, RAW, RAW | wrong)))


def test_a_malformed_reply_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"test_data\.jsonl:3: rec is wrong"):
        list(read(written(tmp_path, PROCESSED, PROCESSED, PROCESSED | {"rec": "Alien"})))
