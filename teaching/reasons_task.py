"""The tasks of speaking from facts: thoughts with picks, reasons and answers with citations, short
personal copy, follow-up questions.

`data/reasons.jsonl` holds cases with what a careful writer made of them by hand, over eighteen
catalogues; every number and name of theirs stands in the facts.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..generation.text.verify import split_sentences, supported
from ..prompts import render
from .lora import Example

REASONS = Path(__file__).parent / "data" / "reasons.jsonl"
COPY_CHARS = 140
SPOKEN = 3
"""Facts that a reason is asked from, as the agent does."""
_FACT = re.compile(r"\[(\d+)\] (.+)")
_QUESTIONS = (
    "why that one?", "why?", "why this one", "why did you pick it?", "what makes it a fit?",
    "why should i take that", "how come?", "convince me", "what speaks for it?", "reasons?",
)  # fmt: skip


class Option(BaseModel):
    """One candidate of a case."""

    model_config = ConfigDict(extra="forbid")

    label: str
    title: str
    facts: list[str]
    """`[number] sentence`."""

    def numbered(self) -> list[dict[str, Any]]:
        """The facts as prompts take them."""
        found = (_FACT.fullmatch(fact) for fact in self.facts)
        return [{"number": int(match[1]), "text": match[2]} for match in found if match]


class Case(BaseModel):
    """A request, a history and candidates with numbered facts."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """Unique in its file."""
    noun: str
    """What the items are called."""
    request: str
    """What was asked for."""
    liked: list[str]
    """Titles that the person liked before."""
    candidates: list[Option]
    """What may be recommended."""


class Written(Case):
    """A case with what was written for it."""

    picks: list[str]
    """Labels, the best fit first."""
    thought: str
    reasons: dict[str, str]
    """Label -> sentence with citations."""
    answer: str
    """To `why that one?` about the best."""
    copy_text: str = Field(alias="copy")
    """A short personal text about the best."""
    question: str
    """One that narrows the choice."""


def read_written(path: Path = REASONS) -> list[Written]:
    """All cases."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Written.model_validate(row) for row in rows]


def reason_examples(
    cases: Sequence[Written], passes: int = 1, seed: int = 0, seen: float = 0.0
) -> list[Example]:
    """What the cases teach; on each pass the candidates stand in another order.

    Args:
        seen: share of the cases in which pictures stand beside the candidates.
    """
    draw = random.Random(seed)
    found: list[Example] = []
    for _ in range(passes):
        for case in cases:
            found += _of_case(_shuffled(case, draw), draw, seen=draw.random() < seen)
    return found


def _of_case(case: Written, draw: random.Random, *, seen: bool) -> Iterator[Example]:
    options = {option.label: option for option in case.candidates}
    best = options[case.picks[0]]
    shared = {"noun": case.noun, "taught": True}
    candidates = [
        {"label": one.label, "title": one.title, "facts": one.numbered()[:SPOKEN], "seen": seen}
        for one in case.candidates
    ]
    if thought := _sound_thought(case):
        spoken: dict[str, Any] = {"thought": thought}
        if draw.random() < 0.5:
            spoken["picks"] = case.picks
        values = {"request": case.request, "liked": case.liked, "candidates": candidates}
        yield _example("reason", spoken, shown=seen and draw.random() < 0.3, **values, **shared)
    sound = [key for key, text in case.reasons.items() if _sound(text, case, options[key]) == text]
    asked = sorted(draw.sample(sound, min(len(sound), draw.choice([1, 1, 2]))))
    if asked:
        yield _example(
            "respond",
            {label: case.reasons[label] for label in asked},
            items=[
                {"label": label, "title": options[label].title, "facts": options[label].numbered()}
                for label in asked
            ],
            **shared,
        )
    if answer := _sound(case.answer, case, best):
        question = draw.choice(_QUESTIONS)
        values = {"question": question, "facts": best.numbered()}
        yield _example("answer", {"answer": answer}, **values, **shared)
    yield _example(
        "copy",
        {"copy": case.copy_text},
        limit=COPY_CHARS,
        title=best.title,
        facts=best.numbered(),
        **shared,
    )
    yield _example(
        "follow_up",
        {"question": case.question},
        request=case.request,
        candidates=candidates,
        **shared,
    )


def _sound(text: str, case: Written, option: Option) -> str:
    """The sentences whose cited facts say all that they say, as `verify` sees it: what it would cut
    is not taught."""
    facts = {fact["number"]: fact["text"] for fact in option.numbered()}
    kept = []
    for sentence in split_sentences(text):
        cited = [facts[n] for n in map(int, re.findall(r"\[(\d+)\]", sentence)) if n in facts]
        if cited and supported(sentence, [*cited, option.title, case.noun]):
            kept.append(sentence)
    return " ".join(kept)


def _sound_thought(case: Written) -> str:
    """The sentences of a thought that facts, titles and the request support."""
    facts = [fact["text"] for option in case.candidates for fact in option.numbered()]
    titles = [option.title for option in case.candidates]
    ground = [*facts, *titles, *case.liked, case.request, case.noun]
    return " ".join(one for one in split_sentences(case.thought) if supported(one, ground))


def _example(task: str, answer: dict[str, Any], **values: Any) -> Example:
    written = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return Example(task=task, messages=tuple(render(task, **values).messages), answer=written)


def _shuffled(case: Written, draw: random.Random) -> Written:
    """The case with its candidates, and their numbers, in another order."""
    order = draw.sample(case.candidates, len(case.candidates))
    label = {option.label: "ABCDEFGH"[place] for place, option in enumerate(order)}
    numbers: dict[str, str] = {}
    for option in order:
        for fact in option.facts:
            match = _FACT.fullmatch(fact)
            if match:
                numbers[match[1]] = str(len(numbers) + 1)

    def renumbered(text: str) -> str:
        return re.sub(r"\[(\d+)\]", lambda match: f"[{numbers.get(match[1], match[1])}]", text)

    return case.model_copy(
        update={
            "candidates": [
                Option(
                    label=label[option.label],
                    title=option.title,
                    facts=[renumbered(fact) for fact in option.facts],
                )
                for option in order
            ],
            "picks": [label[pick] for pick in case.picks],
            "reasons": {label[key]: renumbered(text) for key, text in case.reasons.items()},
            "answer": renumbered(case.answer),
        }
    )
