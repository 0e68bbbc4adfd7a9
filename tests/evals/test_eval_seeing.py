import json
import random
from pathlib import Path

import jsonschema
import pytest
from tastemaker.agent.looking import messages_of
from tastemaker.evals.asking import Answer
from tastemaker.evals.eval_seeing import ALL, TASKS, _question, _row, _said, _sights, _wilson
from tastemaker.prompts import PICTURE, prompt_hash
from tastemaker.teaching.seeing.pictures import Picture
from tastemaker.teaching.seeing.tasks import Sight, Sights


def pictures(name: str, count: int, drawn: bool) -> list[Picture]:
    return [
        Picture(
            set=name, key=str(n), image=Path(f"{name}-{n}.png"), caption=f"{name} {n}",
            kind=f"kind {n % 3}", drawn=drawn,
        )
        for n in range(count)
    ]  # fmt: skip


DRAWN, ITEMS = pictures("noto", 10, True), pictures("art", 8, False)


def answer(text: str, valid: bool = True) -> Answer:
    return Answer(text=text, valid=valid, prompt_tokens=1, completion_tokens=1)


def test_each_picture_is_asked_once_a_task_and_a_set_not_too_often():
    found = _sights([*DRAWN, *ITEMS], 5, 0)
    for task in TASKS:
        for name in ("noto", "art"):
            of = [one for one in found if one.task == task and one.pictures[0].set == name]
            assert len(of) == 5
    assert [one.task for one in found[:4]] == ["title", "pick", "like", "kind"]
    assert len(_sights(ITEMS, 100, 0)) == 8 * 4
    assert _sights([*DRAWN, *ITEMS], 5, 0) == found != _sights([*DRAWN, *ITEMS], 5, 1)


def test_a_set_of_one_kind_is_not_asked_for_it():
    same = [one.model_copy(update={"kind": "a"}) for one in ITEMS]
    assert {one.task for one in _sights(same, 5, 0)} == {"title", "pick", "like"}


@pytest.mark.parametrize("task", TASKS)
def test_the_question_takes_the_right_answer_only_in_the_form_that_it_was_taught(task):
    sight = next(one for one in _sights(ITEMS, 2, 0) if one.task == task)
    question = _question(sight)
    name = "pick" if task in ("pick", "like") else "choose"
    assert (question.prompt.name, question.prompt.sha256) == (name, prompt_hash(name))
    assert question.pictures == [one.image for one in sight.pictures]
    right = json.loads(sight.model_copy(update={"task": name}).answer)
    jsonschema.validate(right, question.answer_schema)
    for wrong in ({}, {"choice": "none of these"}, {"picture": "C"}, {**right, "more": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, question.answer_schema)
    assert _said(answer(json.dumps(right))) == sight.right


@pytest.mark.parametrize("task", TASKS)
def test_asked_blind_it_is_the_same_question_without_a_picture(task):
    sight = next(one for one in _sights(ITEMS, 2, 0) if one.task == task)
    seen, blind = _question(sight), _question(sight, blind=True)
    assert blind.pictures == [] and blind.answer_schema == seen.answer_schema
    for one, other in zip(seen.prompt.messages, blind.prompt.messages, strict=True):
        assert PICTURE not in other["content"]
        assert one["content"].replace(PICTURE, "") == other["content"]
        assert one["role"] == other["role"]
    assert messages_of(blind.prompt, []) == blind.prompt.messages
    assert sum(one["content"].count(PICTURE) for one in seen.prompt.messages) == len(seen.pictures)


def sight(name: str, drawn: bool, right: str, task: str = "title") -> Sight:
    shown = pictures(name, 4, drawn)
    asked = Sights(shown).title(shown[0], random.Random(0), "Which?")
    return asked.model_copy(update={"task": task, "options": tuple("abcd"), "right": right})


def test_a_row_counts_the_model_with_and_without_pictures_the_search_and_chance():
    sights = [sight("art", False, "a") for _ in range(4)] + [sight("noto", True, "b")]
    seen = [answer('{"choice":"a"}')] * 3 + [answer("{", valid=False), answer('{"choice":"b"}')]
    blind = [answer('{"choice":"a"}')] + [answer('{"choice":"b"}')] * 4
    searched = ["a", "a", "b", "", "b"]
    row = _row("title", "art", sights, [0, 1, 2, 3], seen, blind, searched)
    assert (row["pictures"], row["accuracy"], row["without"], row["search"], row["chance"]) == (
        4, 0.75, 0.25, 0.5, 0.25,
    )  # fmt: skip
    assert row["interval"] == _wilson(3, 4) and (row["target"], row["ok"]) == ("", None)
    whole = _row("title", ALL, sights, range(5), seen, blind, searched)
    assert (whole["accuracy"], whole["target"], whole["ok"]) == (0.8, ">= 0.75", True)


@pytest.mark.parametrize(
    ("task", "name", "drawn", "target"),
    [
        ("title", ALL, True, ">= 0.75"),
        ("title", "noto", True, ""),
        ("title", "art", False, ""),
        ("kind", "art", False, ">= 0.8"),
        ("kind", "noto", True, ""),
        ("kind", ALL, False, ""),
        ("pick", ALL, False, ""),
        ("like", "art", False, ""),
    ],
)
def test_titles_have_one_bar_over_all_and_kinds_one_for_each_catalogue(task, name, drawn, target):
    sights = [sight("s", drawn, "a", task)]
    wrong = [answer('{"choice":"b"}')]
    row = _row(task, name, sights, [0], wrong, wrong, ["b"])
    assert (row["target"], row["ok"]) == (target, False if target else None)


def test_an_answer_that_is_none_is_wrong():
    assert _said(answer("", valid=False)) == _said(answer('{"choice', valid=False)) == ""
    assert _said(answer('{"picture": "B"}')) == "B"


def test_intervals_are_wilsons():
    assert _wilson(5, 10) == "[0.237, 0.763]"  # Newcombe 1998 and every textbook
    assert _wilson(0, 10) == "[0.000, 0.278]"
    assert _wilson(10, 10) == "[0.722, 1.000]"
    assert _wilson(81, 263) == "[0.255, 0.366]"  # Newcombe 1998, table I
