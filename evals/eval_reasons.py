"""`tastemaker eval reasons`: whether what a model says from facts stands in the facts it cites.

Scored before anything is cut: the agent itself shows only what is supported.
"""

import json
import re
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..agent.nodes.reason import FACTS_SHOWN, reason_schema
from ..agent.replies.recommendation import reasons_schema
from ..generation.text.explaining import answer_schema
from ..generation.text.verify import split_sentences, supported
from ..generation.text.wording import rests_on
from ..packages import Progress, silent
from ..prompts import render
from ..serving.adapters import taught
from ..serving.models import resolve_model
from ..settings import Settings
from ..teaching.reasons_task import Case
from .asking import Answer, Question, ask_all, taught_model
from .report import Report, environment

CASES = Path(__file__).parent / "data" / "reasons.jsonl"
TARGET = 0.95
_ASKED = "why that one?"
_NUMBER = re.compile(r"\[(\d+)\]")
_TASKS = ("reason", "respond", "answer")


def run(settings: Settings, *, models: Sequence[str], progress: Progress = silent) -> Report:
    """Score models on the hundred cases.

    Args:
        models: names; `taught` is the configured one.
    """
    cases = [Case.model_validate_json(line) for line in CASES.read_text().splitlines()]
    rows = []
    for name in models:
        model = taught_model(settings, "respond", progress) if name == "taught" else name
        card = taught(resolve_model(model, progress))
        known = frozenset(card.prompts) if card else frozenset()
        questions = [_question(case, task, known) for task in _TASKS for case in cases]
        answers = ask_all(settings, f"{model} (reasons)", model, questions, progress)
        rows.append(_row(model, cases, answers, target=name == "taught"))
    return Report(
        name="reasons",
        protocol=(
            f"{len(cases)} cases (25 each over films, paintings, wines and outdoor products; the"
            " last two kinds are never taught) of a request, liked titles and up to three"
            " candidates with numbered facts. Each model writes a thought over the candidates, a"
            " reason for the first, and an answer to a why-question. A statement counts as"
            " supported when the facts that the agent sets its numbers to say all of it"
            " (`generation/text/wording.py`, `verify.py`: numbers, names, words of content); its"
            " own numbers are right when the facts that the model cites do. A thought is held"
            " against all facts shown."
        ),
        environment=environment(),
        rows=rows,
    )


def _question(case: Case, task: str, known: frozenset[str]) -> Question:
    first = case.candidates[0]
    facts = first.numbered()
    shown = [
        {
            "label": one.label,
            "title": one.title,
            "facts": one.numbered()[:FACTS_SHOWN],
            "seen": False,
        }
        for one in case.candidates
    ]
    values: dict[str, Any]
    match task:
        case "reason":
            values = {"request": case.request, "liked": case.liked, "candidates": shown}
            values["shown"] = False
            schema, most = reason_schema(len(shown), order_wanted=False), 90
        case "respond":
            values = {"items": [{"label": "A", "title": first.title, "facts": facts}]}
            schema, most = reasons_schema(["A"]), 80
        case _:
            values = {"question": _ASKED, "facts": facts}
            schema, most = answer_schema(), 110
    prompt = render(task, noun=case.noun, taught=task in known, **values)
    return Question(prompt=prompt, answer_schema=schema, max_tokens=most)


def _row(
    model: str, cases: Sequence[Case], answers: Sequence[Answer], *, target: bool
) -> dict[str, Any]:
    count = len(cases)
    thoughts, reasons, replies = (answers[n * count : (n + 1) * count] for n in range(3))
    statements = [
        judged
        for case, reason, reply in zip(cases, reasons, replies, strict=True)
        for said in (_text(reason, "A"), _text(reply, "answer"))
        for judged in _judged(said, case)
    ]
    thought = [
        held
        for case, answer in zip(cases, thoughts, strict=True)
        for held in _grounded(_text(answer, "thought"), case)
    ]
    supported_share = statistics.mean(held for held, _ in statements)
    timed = [one.seconds for one in answers if one.seconds is not None]
    return {
        "model": model,
        "statements": len(statements),
        "supported": round(supported_share, 4),
        "own_numbers_right": round(statistics.mean(right for _, right in statements), 4),
        "thought_sentences": len(thought),
        "thought_supported": round(statistics.mean(thought) if thought else 0.0, 4),
        "valid_json": round(statistics.mean(one.valid for one in answers), 4),
        "tokens": round(statistics.mean(one.completion_tokens for one in answers), 1),
        "seconds": round(statistics.median(timed), 2) if timed else None,
        "target": f"supported >= {TARGET:g}, valid_json 1" if target else "",
        "ok": (supported_share >= TARGET and all(one.valid for one in answers)) if target else None,
    }


def _text(answer: Answer, key: str) -> str:
    return str(json.loads(answer.text).get(key, "")) if answer.valid else ""


def _judged(text: str, case: Case) -> list[tuple[bool, bool]]:
    """For each sentence whether the facts that the agent cites for it support it, and whether those
    that it cites itself do; no text is one that fails."""
    first = case.candidates[0]
    facts = {fact["number"]: fact["text"] for fact in first.numbered()}
    judged = []
    for sentence in split_sentences(text):
        cited = [facts[n] for n in map(int, _NUMBER.findall(sentence)) if n in facts]
        bare = _NUMBER.sub("", sentence)
        resting = [text for text in facts.values() if rests_on(bare, text)]
        held = bool(resting) and supported(bare, [*resting, first.title, case.noun])
        right = bool(cited) and supported(sentence, [*cited, first.title, case.noun])
        judged.append((held, right))
    return judged or [(False, False)]


def _grounded(text: str, case: Case) -> list[bool]:
    facts = [fact["text"] for one in case.candidates for fact in one.numbered()]
    ground = [*facts, *(one.title for one in case.candidates), *case.liked, case.request, case.noun]
    return [supported(sentence, ground) for sentence in split_sentences(text)] or [False]
