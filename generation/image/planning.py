"""What is to be painted, decided before anything is: subject, look, words, noise. Cheap, and the
same for the same order.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ...catalog.records import Item
from ...errors import BadInputError
from ...recommender.profile import profile_of
from ...recommender.recommender import Recommender
from ..text.copywriting import write_copy
from .composing import Texts
from .formats import format_named
from .generator import PaintJob
from .looks import Look, caption
from .studio import Studio
from .subjects import subject_named, subjects_for
from .taste import DEFAULT, Taste, style_named, subjects_seen, taste_of
from .vocabulary import check_look

_LIKES = 10
_WORDS = 60


class Order(BaseModel):
    """One image that is wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item_id: str
    """What for."""
    user: str | None = None
    """For whom; none: for anybody."""
    liked: tuple[str, ...] = ()
    """Items that the person named; without any the user's own favourites speak."""
    many: bool = False
    """Whether it is for a group, of whom not everybody liked each item that they are said to."""
    format: str = "square"
    """Name of the format."""
    layout: str | None = None
    """Name and version of the layout; none: the format's default."""
    subject: str | None = None
    """What to draw; none: what suits the item and the person."""
    style: str | None = None
    """What to draw like; none: what suits them."""
    ground: str | None = None
    """Colour behind it; none: what suits them."""
    call: str = ""
    """Words on a button; none where empty."""
    start: Path | None = None
    """A picture to begin from, for generators that can."""
    strength: float = Field(default=0.6, gt=0, le=1)
    """How far from it the picture may go."""
    product: bool = True
    """Whether the item's own picture stands in it, where it has one."""
    candidates: int = Field(default=4, ge=1, le=32)
    """Pictures that the best is taken from."""
    seed: int = 0
    """Another seed, other pictures."""


class Sketch(BaseModel):
    """One picture of which the best is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    look: Look
    """How the subject is shown."""
    prompt: str
    """What the generator is told."""
    seed: int
    """Draws its noise."""


class Plan(BaseModel):
    """One image that is decided on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: Order
    """What was wanted."""
    title: str
    """The item's."""
    subject: str
    """What is drawn."""
    sketches: list[Sketch]
    """How: the look that suits best first, others beside it where pictures will tell."""
    texts: Texts
    """The words, set by code."""
    product: Path | None
    """The item's own picture."""
    personal: bool
    """Whether the looks rest on what the person likes."""
    reasons: list[str]
    """Why this subject and these looks."""

    @property
    def jobs(self) -> list[PaintJob]:
        """What the generator is asked for."""
        begun = {"start": self.order.start, "strength": self.order.strength}
        return [PaintJob(prompt=one.prompt, seed=one.seed, **begun) for one in self.sketches]


def plan_picture(studio: Studio, order: Order) -> Plan:
    """Decide on an image.

    Raises:
        BadInputError: the item, the format, or a subject or a style that the generator knows is not
            there; the message offers the nearest.
    """
    format_named(order.format)
    catalog, encoder = studio.catalog, studio.recommender.encoder
    item = catalog.item(order.item_id)
    vocabulary = studio.generator.vocabulary
    likes = list(order.liked) or profile_of(catalog, order.user).favourites[:_LIKES]
    if vocabulary is None or not vocabulary.subjects:  # it draws anything
        subject = order.subject or item.title[:_WORDS]
        look = Look(style=order.style or DEFAULT.style)
        taste = Taste(looks=[look], because="", personal=False)
    else:
        titles = [catalog.item(one).title for one in likes[:_LIKES]]
        pictures = studio.liked_pictures(order.user, order.liked)
        if order.subject:
            subject = subject_named(encoder, vocabulary, order.subject)
        else:
            seen = subjects_seen(pictures, studio.prototypes)
            suits = subjects_for(encoder, vocabulary, item, likes=titles, seen=seen)
            choose = studio.choose
            subject = choose(item, suits, titles) if choose else suits[0].name
            if subject not in [one.name for one in suits]:
                raise BadInputError(f"{subject!r} is none of the subjects that were offered.")
        taste = taste_of(
            catalog, encoder, vocabulary, user=order.user, item=item, liked=order.liked,
            pictures=pictures, prototypes=studio.prototypes,
        )  # fmt: skip
    product = _product(studio, item) if order.product else None
    wanted = {"style": order.style and style_named(order.style), "ground": order.ground}
    changes: dict[str, Any] = {key: value for key, value in wanted.items() if value}
    changes |= {"pattern": True} if product else {}
    looks = list(dict.fromkeys(one.model_copy(update=changes) for one in taste.looks))
    if vocabulary is not None and vocabulary.subjects:
        check_look(looks[0], vocabulary)
    return Plan(
        order=order,
        title=item.title,
        subject=subject,
        sketches=_sketches(order, subject, looks),
        texts=Texts(title=item.title, line=line_for(studio.recommender, order), call=order.call),
        product=product,
        personal=taste.personal,
        reasons=_reasons(order, subject, looks, taste),
    )


def _reasons(order: Order, subject: str, looks: list[Look], taste: Taste) -> list[str]:
    """Why this subject and these looks; what was asked for needs no other reason."""
    asked = [one for one in (order.style, order.ground) if one]
    chosen = " or ".join(
        " on ".join(
            part
            for part, wanted in ((look.style, order.style), (look.ground, order.ground))
            if part and not wanted
        )
        for look in looks
    )
    reasons = [f"draws {subject}: " + ("asked for" if order.subject else "suits the item's words")]
    reasons += [f"{' on '.join(asked)}: asked for"] if asked else []
    return reasons + ([f"{chosen}: {taste.because}"] if taste.because and chosen else [])


def line_for(recommender: Recommender, order: Order) -> str:
    """A checked sentence about item and person; empty where nothing true is short enough."""
    liked = () if order.many else order.liked
    asset = write_copy(recommender, order.item_id, "picture", user=order.user, liked=liked)
    return asset.pieces[0].text.removeprefix(f"{asset.title}. ")  # the title stands above it


def _product(studio: Studio, item: Item) -> Path | None:
    paths = studio.catalog.image_path(item)
    return paths[0] if paths else None


def _sketches(order: Order, subject: str, looks: list[Look]) -> list[Sketch]:
    """As many as are wanted, the looks in turn.

    Their noise depends on the job alone, not on when or beside what it is painted.
    """
    prompts = [caption(subject, look) for look in looks]
    key = {"item": order.item_id, "user": order.user, "prompts": prompts, "seed": order.seed}
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).digest()
    first = int.from_bytes(digest[:7])
    turns = [number % len(looks) for number in range(order.candidates)]
    return [
        Sketch(look=looks[turn], prompt=prompts[turn], seed=first + number)
        for number, turn in enumerate(turns)
    ]
