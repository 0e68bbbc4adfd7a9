"""Explanations that one can check: facts, drafts, the best one of what the facts leave of them."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ...packages import Progress, silent
from ...prompts import render
from ...recommender.profile import profile_of
from ...recommender.recommender import Recommender
from ...serving.calls import Usage
from .candidates import PERSONAL, Statement, best, checked, completed
from .facts import Fact
from .questions import asks_why, evidence
from .reasons import spoken
from .wording import title_forms
from .writer import Writer, drafts_of

WHY = "why that one?"
"""What is asked where no question is."""
ANSWER_CHARS = 300
ANSWER_TOKENS = 110
STATEMENTS = 3
"""Sentences of an explanation, at most; a draft that says more is left as it is."""
FACTS_SAID = 4
"""Facts that a model is shown."""
AT_ONCE = 32
"""Explanations in flight in a batch; vLLM computes them together."""


class Explanation(BaseModel):
    """Why an item, for a person, or an answer about it."""

    model_config = ConfigDict(extra="forbid")

    item_id: str
    """The item."""
    title: str
    """Its title."""
    user: str | None
    """For whom; none: for anybody."""
    question: str
    """What was asked; empty: why."""
    text: str
    """What is said, with the numbers of its facts in brackets."""
    statements: list[Statement]
    """The same, sentence by sentence."""
    facts: list[Fact]
    """What it may rest on."""
    written: Literal["model", "template", "nothing"]
    """Who worded it: a model, at least one sentence of it; code, from the facts; nobody, where
    there is no fact."""
    personal: bool
    """Whether it speaks of what the person likes."""
    note: str = ""
    """What the reader should know of it."""
    drafts: list[str] = []
    """What a model wrote, as it came."""
    cut: list[str] = []
    """Sentences of the taken draft that nothing supports."""
    llm_calls: int = 0
    """Calls of the model."""
    prompt_tokens: int = 0
    """Tokens that it read."""
    completion_tokens: int = 0
    """Tokens that it wrote."""


def explain(
    recommender: Recommender,
    item_id: str,
    *,
    user: str | None = None,
    liked: Sequence[str] = (),
    question: str = "",
    writer: Writer | None = None,
    titles: Collection[str] | None = None,
) -> Explanation:
    """Why an item fits a person, or the answer to another question about it.

    Without a writer, or where the model is away or nothing that it wrote is left, the facts speak
    for themselves.

    Args:
        liked: items that the person named; where there are none, the user's own favourites speak.
        titles: every title of the catalogue, as `title_forms` makes them; none: made here.
    """
    title = recommender.catalog.item(item_id).title
    facts = evidence(recommender, item_id, user=user, liked=liked, question=question)
    has_history = bool(liked or profile_of(recommender.catalog, user).favourites)
    found = Explanation(
        item_id=item_id,
        title=title,
        user=user,
        question=question,
        text="",
        statements=[],
        facts=facts,
        written="nothing",
        personal=False,
        note="" if has_history else "Nothing is known of the person: it speaks of the item only.",
    )
    if not facts:
        return found.model_copy(
            update={"note": f"The catalogue records nothing about {title} that could speak for it."}
        )
    shown = _shown(facts, question)
    if writer is not None:
        titles = title_forms(recommender.catalog.titles) if titles is None else titles
        noun = recommender.catalog.manifest.item_noun
        texts, used = _drafts(writer, noun, shown, question)
        wanted = [fact.number for fact in facts if fact.source.startswith("standing:")]
        drafts = [checked(one, title, facts, titles, wanted) for one in texts]
        found.drafts = texts
        found.llm_calls = used.llm_calls
        found.prompt_tokens, found.completion_tokens = used.prompt_tokens, used.completion_tokens
        if taken := best(drafts):
            found.statements = completed(taken, drafts, facts, STATEMENTS)
            found.cut, found.written = taken.cut, "model"
            found.statements += (
                _of_the_person(facts, found.statements)
                if asks_why(question)
                else _of_the_question(facts, found.statements)
            )
    if not found.statements:
        found.statements = [
            Statement(text=one.text, facts=[one.number]) for one in shown[:STATEMENTS]
        ]
        found.written = "template"
    found.text = " ".join(one.marked for one in found.statements)
    said = {number for one in found.statements for number in one.facts}
    found.personal = any(one.source.startswith(PERSONAL) for one in facts if one.number in said)
    return found


def explain_many(
    recommender: Recommender,
    pairs: Sequence[tuple[str | None, str]],
    writer: Writer | None,
    *,
    progress: Progress = silent,
) -> list[Explanation]:
    """An explanation for each (user, item) pair, many at a time, in the order of the pairs."""
    titles = title_forms(recommender.catalog.titles)

    def one(pair: tuple[str | None, str]) -> Explanation:
        return explain(recommender, pair[1], user=pair[0], writer=writer, titles=titles)

    found = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for each in pool.map(one, pairs):
            found.append(each)
            progress("explaining", len(found), len(pairs))
    return found


def _of_the_person(facts: Sequence[Fact], statements: Sequence[Statement]) -> list[Statement]:
    """The first fact about the person, where no statement says one: it belongs to a why."""
    personal = [one for one in facts if one.source.startswith(PERSONAL)]
    said = {number for one in statements for number in one.facts}
    if not personal or any(one.number in said for one in personal):
        return []
    return [Statement(text=personal[0].text, facts=[personal[0].number])]


def _of_the_question(facts: Sequence[Fact], statements: Sequence[Statement]) -> list[Statement]:
    """How the number that is asked for stands among the others, where no statement says it."""
    said = {number for one in statements for number in one.facts}
    return [
        Statement(text=one.text, facts=[one.number])
        for one in facts
        if one.source.startswith("standing:") and one.number not in said
    ]


def answer_schema() -> dict[str, Any]:
    """JSON schema of an answer in words."""
    return {
        "type": "object",
        "properties": {"answer": {"type": "string", "maxLength": ANSWER_CHARS}},
        "required": ["answer"],
        "additionalProperties": False,
    }


def _shown(facts: Sequence[Fact], question: str) -> list[Fact]:
    """The few facts that a model is asked to speak from."""
    return spoken(facts, FACTS_SAID) if asks_why(question) else list(facts[:FACTS_SAID])


def _drafts(
    writer: Writer, noun: str, facts: Sequence[Fact], question: str
) -> tuple[list[str], Usage]:
    """What the model writes; nothing where it is away or babbles."""
    prompt = render(
        "answer", taught="answer" in writer.taught, noun=noun, question=question or WHY, facts=facts
    )
    return drafts_of(writer, prompt, answer_schema(), "answer", ANSWER_TOKENS)
