"""Personal marketing copy for a channel: every piece within its limit, every claim from a fact."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ...errors import BadInputError
from ...prompts import render
from ...recommender.profile import profile_of
from ...recommender.recommender import Recommender
from ...serving.calls import Usage
from .brand import Brand
from .candidates import PERSONAL, checked
from .channels import Channel, FieldSpec, channel_named
from .claims import problems
from .facts import Fact
from .phrasing import headlines, lines, paragraph
from .questions import evidence
from .reasons import telling
from .wording import cited_facts, title_forms
from .writer import Writer, drafts_of

COPY_CHARS = 140
"""Length that the model is asked for."""
COPY_TOKENS = 80
LANGUAGES = ("en",)
"""Languages in which claims can be checked."""


class Piece(BaseModel):
    """One text of an asset."""

    model_config = ConfigDict(extra="forbid")

    field: str
    """Which of the channel's."""
    text: str
    """What it says; empty where nothing passes."""
    chars: int
    """Its length."""
    limit: int
    """Characters that are allowed."""
    written: Literal["model", "template", "nothing"]
    """Who worded it; a model's paragraph may go on with facts."""
    facts: list[int]
    """Numbers of the facts that it rests on."""
    problems: list[str]
    """Why it does not pass; empty where it does."""


class Asset(BaseModel):
    """The copy of one channel for one person and item."""

    model_config = ConfigDict(extra="forbid")

    channel: str
    """Where it goes."""
    item_id: str
    """What it is for."""
    title: str
    """Its title."""
    user: str | None
    """For whom; none: for anybody."""
    pieces: list[Piece]
    """In the channel's order."""
    passed: bool
    """Whether every piece does."""
    personal: bool
    """Whether a piece speaks of what the person likes."""
    note: str = ""
    """What the reader should know of it."""
    facts: list[Fact]
    """What it may rest on."""
    llm_calls: int = 0
    """Calls of the model."""
    prompt_tokens: int = 0
    """Tokens that it read."""
    completion_tokens: int = 0
    """Tokens that it wrote."""


def write_copy(
    recommender: Recommender,
    item_id: str,
    channel: str,
    *,
    user: str | None = None,
    liked: Sequence[str] = (),
    brand: Brand | None = None,
    writer: Writer | None = None,
    titles: Collection[str] | None = None,
) -> Asset:
    """The pieces of a channel for an item and a person.

    A piece for which nothing true is short enough is left empty, with the reason: nothing is cut
    off in the middle.

    Raises:
        BadInputError: there is no such channel or item, or claims cannot be checked in the brand's
            language.
    """
    brand = brand or Brand()
    if brand.language not in LANGUAGES:
        raise BadInputError(
            f"Copy in {brand.language!r} cannot be written: claims are checked in"
            f" {', '.join(LANGUAGES)} only."
        )
    chosen = channel_named(channel, brand.channels)
    catalog = recommender.catalog
    item = catalog.item(item_id)
    facts = telling(evidence(recommender, item_id, user=user, liked=liked, limit=12))
    titles = title_forms(catalog.titles) if titles is None else titles
    noun = catalog.manifest.item_noun
    drafts, used = _drafts(writer, brand, noun, item.title, facts) if writer else ([], Usage())
    sentences = [
        statement.text
        for draft in drafts
        for statement in checked(draft, item.title, facts, titles).statements
    ]
    desk = _Desk(brand, item.title, facts, titles, noun, list(dict.fromkeys(sentences)))
    pieces = list(desk.pieces(chosen))
    rested = {number for piece in pieces for number in piece.facts}
    has_history = bool(liked or profile_of(catalog, user).favourites)
    return Asset(
        channel=channel,
        item_id=item_id,
        title=item.title,
        user=user,
        pieces=pieces,
        passed=not any(piece.problems for piece in pieces),
        personal=any(one.source.startswith(PERSONAL) for one in facts if one.number in rested),
        note="" if has_history else "Nothing is known of the person: it speaks of the item only.",
        facts=facts,
        llm_calls=used.llm_calls,
        prompt_tokens=used.prompt_tokens,
        completion_tokens=used.completion_tokens,
    )


class _Desk:
    """Where the pieces of one asset are put together."""

    def __init__(
        self, brand: Brand, title: str, facts: Sequence[Fact], titles: Collection[str], noun: str,
        sentences: list[str],
    ) -> None:  # fmt: skip
        self.brand, self.title, self.facts, self.noun = brand, title, facts, noun
        self._titles, self._sentences = titles, sentences
        self._said: set[str] = set()

    def pieces(self, channel: Channel) -> Iterator[Piece]:
        """Every piece of the channel, no two the same; its longest ends with the disclaimers."""
        longest = max(channel.fields, key=lambda name: channel.fields[name].limit)
        for name, spec in channel.fields.items():
            ending = " ".join(self.brand.disclaimers) if name == longest else ""
            for number in range(spec.count):
                short = spec.short if spec.short and number == 0 else spec.limit
                yield self._piece(name, spec, min(short, spec.limit), ending)

    def _piece(self, name: str, spec: FieldSpec, limit: int, ending: str) -> Piece:
        """The first of the candidates that is short enough, new and without a problem."""
        room = limit - (len(ending) + 1 if ending else 0)
        told: list[str] = []
        for text, written in self._candidates(spec.style, room):
            whole = f"{text} {ending}".strip()
            if text.casefold() in self._said or len(text) > room:
                continue
            told = problems(
                whole, spec, self.title, self.facts, self.brand, self._titles, self.noun
            )
            if not told:
                self._said.add(text.casefold())
                rests = [fact.number for fact in cited_facts(text, self.facts)]
                return Piece(
                    field=name, text=whole, chars=len(whole), limit=limit, written=written,
                    facts=rests, problems=[],
                )  # fmt: skip
        why = told or [f"nothing that the facts say fits into {max(room, 0)} characters"]
        return Piece(
            field=name, text="", chars=0, limit=limit, written="nothing", facts=[], problems=why
        )

    def _candidates(
        self, style: str, room: int
    ) -> Iterator[tuple[str, Literal["model", "template"]]]:
        """Texts for a piece, the model's own first, then those that code makes of the facts."""
        own, made = self._sentences, list(lines(self.title, self.facts))
        if style == "headline":
            own = [one.rstrip(".") for one in own]
            made = list(headlines(self.title, self.facts, self.noun))
        elif style == "text":
            plain = list(paragraph(self.title, self.facts))
            own = [_filled([*own, *plain], room)] if own else []
            made = [_filled(plain, room), _filled(made, room)]
        for one in own:
            yield one, "model"
        for one in made:
            yield one, "template"


def _filled(sentences: Sequence[str], room: int) -> str:
    """As many sentences as there is room for, none that says what another said."""
    text, said = "", set[str]()
    for one in sentences:
        words = {word.casefold().strip(".,:") for word in one.split()}
        if len(text) + len(one) + 1 <= room and len(words - said) * 2 > len(words):
            text, said = f"{text} {one}".strip(), said | words
    return text


def _drafts(
    writer: Writer, brand: Brand, noun: str, title: str, facts: Sequence[Fact]
) -> tuple[list[str], Usage]:
    """What the model writes; nothing where it is away, babbles, or there is nothing to say."""
    if not facts:
        return [], Usage()
    taught = "copy" in writer.taught
    values = {"noun": noun, "limit": COPY_CHARS, "title": title, "facts": facts[:4]}
    prompt = (
        render("copy", taught=True, **values)
        if taught
        else render("asset", voice=brand.voice, brand=brand.name, **values)
    )
    return drafts_of(writer, prompt, copy_schema(), "copy", COPY_TOKENS)


def copy_schema() -> dict[str, Any]:
    """JSON schema of a short text."""
    return {
        "type": "object",
        "properties": {"copy": {"type": "string", "maxLength": COPY_CHARS * 2}},
        "required": ["copy"],
        "additionalProperties": False,
    }
