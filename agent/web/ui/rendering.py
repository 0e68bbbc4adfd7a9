"""What the chat page shows of conversations, as HTML."""

from typing import Any

from ....catalog.store import Catalog
from ...chats import Person, Thread, Turn
from .answer import Answer, Card
from .starters import starters, suggested_users
from .templates import TEMPLATES

Part = tuple[str, str]
"""A name that stays, and HTML: what the page replaces only where it changed."""


def shell() -> str:
    """The page without anything in it."""
    return TEMPLATES.get_template("chat_shell.html.jinja").render()


def turn_parts(
    turn: Turn, answer: Answer | None, taste: dict[str, str], person: Person
) -> list[Part]:
    """A message and its answer, part by part.

    Args:
        answer: none where the turn was cut off.
        taste: item -> `liked` or `disliked`.
    """
    module: Any = TEMPLATES.get_template("chat_turn.html.jinja").make_module(
        {"turn": turn, "user": person.user or ""}
    )
    parts: list[Part] = [("said", str(module.said()))]
    if answer is None:
        return [*parts, ("cut", str(module.cut()))]
    for number, piece in enumerate(answer.pieces):
        if isinstance(piece, Card):
            html = module.card(piece, taste.get(piece.item["item_id"], ""))
        else:
            html = module.text(piece)
        parts.append((f"piece-{number}", str(html)))
    parts += [
        (f"painting-{number}", str(module.painting(one)))
        for number, one in enumerate(answer.paintings)
    ]
    if answer.seconds is None:
        parts.append(("stage", str(module.stage(answer))))
    else:
        parts.append(("end", str(module.end(answer))))
    return parts


def welcome(catalog: Catalog) -> str:
    """What an empty conversation shows."""
    template = TEMPLATES.get_template("chat_welcome.html.jinja")
    return template.render(manifest=catalog.manifest, starters=starters(catalog))


def rail(catalog: Catalog, person: Person, threads: list[Thread], current: str) -> str:
    """The list of conversations, and who the person is."""
    return TEMPLATES.get_template("chat_rail.html.jinja").render(
        manifest=catalog.manifest, threads=threads, current=current, user=person.user or "",
        name=_who(person),
    )  # fmt: skip


def people(catalog: Catalog, person: Person) -> str:
    """The choice of who one is."""
    return TEMPLATES.get_template("chat_people.html.jinja").render(
        manifest=catalog.manifest, user=person.user or "", suggested=suggested_users(catalog)
    )


def _who(person: Person) -> str:
    """A person as the page calls them; a guest's name is theirs alone."""
    return f"User {person.user}" if person.user else "Guest"
