"""ReDial: dialogues about films between a seeker and a recommender, in two layouts.

The raw one is that of Li et al., "Towards Deep Conversational Recommendations" (NeurIPS 2018),
described at https://redialdata.github.io/website/datasheet: JSON Lines, one dialogue each, titles
as `@ID`. The other is what iEvaLM makes of it (Wang et al., "Rethinking the Evaluation for
Conversational Recommendation in the Era of Large Language Models", EMNLP 2023,
`data/redial_eval/*_data_processed.jsonl` of its repository): one reply a line. Its `rec` is taken
as it is, with titles that were named before, so that figures compare with published ones.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field

from ...catalog.cleaning import TITLE_CHARS, clean
from ...catalog.rejects import Rejects
from ..results.cases import Said
from .reading import Row, case, json_entries, parsed, plain, titles_of
from .records import ImportedCase
from .turns import Role, Turn, merged, replies

_MENTION = re.compile(r"@(\d+)")


class _Form(Row):
    suggested: int = 1  # by the recommender; 0: by the seeker
    liked: int = 2  # 0: no, 1: yes, 2: not said


class _Message(Row):
    text: str
    senderWorkerId: str


class _Dialogue(Row):
    conversationId: str
    initiatorWorkerId: str
    messages: list[_Message]
    # These three are [] where they are empty.
    movieMentions: dict[str, str | None] | list[Any]
    initiatorQuestions: dict[str, _Form] | list[Any] = Field(default_factory=list)
    respondentQuestions: dict[str, _Form] | list[Any] = Field(default_factory=list)


class _Reply(Row):
    dialog_id: str
    turn_id: int
    context: list[str]
    rec: list[str]


def read(path: Path, rejects: Rejects | None = None) -> Iterator[ImportedCase]:
    """One case for every reply that recommends; whoever sought is its user.

    Of the raw layout a title is a target where the reply is the first to name it, the forms do not
    say that the seeker brought it up, and the seeker did not dislike it. iEvaLM keeps no workers:
    there the dialogue stands for the user.

    Args:
        rejects: takes the entries that make no case.

    Raises:
        BadInputError: an entry is malformed.
    """
    rejects = rejects or Rejects()
    for where, entry in json_entries(path):
        found = _raw(where, entry) if "messages" in entry else _processed(where, entry)
        count = 0
        for one in found:
            count += 1
            yield one
        if not count:
            rejects.add(where, "recommends no title", str(entry))


def _raw(where: str, entry: dict[str, Any]) -> Iterator[ImportedCase]:
    dialogue = parsed(_Dialogue, where, entry)
    titles = {
        film: clean(title or "", TITLE_CHARS) for film, title in _dict(dialogue.movieMentions)
    }
    forms = dict(_dict(dialogue.respondentQuestions)) | dict(_dict(dialogue.initiatorQuestions))
    form_of = {titles[film]: form for film, form in forms.items() if titles.get(film)}

    def turn(message: _Message) -> Turn:
        films = _MENTION.findall(message.text)
        text = _MENTION.sub(lambda found: titles.get(found[1]) or found[0], message.text)
        person = message.senderWorkerId == dialogue.initiatorWorkerId
        return Turn(
            "person" if person else "agent",
            plain(html.unescape(text)),
            [titles[film] for film in films if titles.get(film)],
        )

    def counts(title: str) -> bool:
        form = form_of.get(title, _Form())
        return form.suggested != 0 and form.liked != 0

    for reply in replies(merged(map(turn, dialogue.messages)), counts):
        said = {title: form_of[title].liked for title in reply.named if title in form_of}
        yield case(
            where,
            source="redial",
            id=f"{dialogue.conversationId}-{reply.number}",
            user=dialogue.initiatorWorkerId,
            dialogue=reply.before,
            liked=[title for title, liked in said.items() if liked == 1],
            disliked=[title for title, liked in said.items() if liked == 0],
            targets=reply.targets,
        )


def _processed(where: str, entry: dict[str, Any]) -> Iterator[ImportedCase]:
    reply = parsed(_Reply, where, entry)
    # The two alternate and the person spoke last; where the recommender began, an empty text leads.
    back: list[Role] = ["agent" if n % 2 else "person" for n in range(len(reply.context))]
    said = [
        Said(role=role, text=plain(text))
        for role, text in zip(reversed(back), reply.context, strict=True)
        if plain(text)
    ]
    targets = titles_of(reply.rec)
    if said and targets:
        yield case(
            where,
            source="redial",
            id=f"{reply.dialog_id}-{reply.turn_id}",
            user=reply.dialog_id,
            dialogue=said,
            targets=targets,
        )


def _dict(value: dict[str, Any] | list[Any]) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
