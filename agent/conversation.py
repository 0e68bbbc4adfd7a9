"""A conversation on the terminal: asks, streams the answer, survives Ctrl-C."""

import re
import sys
import threading
from collections.abc import Iterator

from rich.markup import escape

from ..catalog.packs import PACKS
from ..catalog.store import list_catalogs, resolve_catalog
from ..errors import BadInputError, LLMError, MissingError
from ..settings import load_settings
from ..terminal import (
    TurnView,
    err,
    out,
    print_json,
    progress_bars,
    show_facts,
    show_thought,
    visible,
)
from .agent import Agent, check_user, new_thread, open_agent
from .databases import Databases
from .web.telling.tracing import start_tracing

COMMANDS = (
    "/facts shows what the answer rests on, /thought the reasoning, /image FILE sends a picture"
    " with your next message, /quit ends."
)

IMAGE = "/image"


def converse(
    catalog: str | None,
    *,
    user: str | None,
    thread: str | None,
    say: list[str],
    as_json: bool,
    use_llm: bool,
    image: str | None = None,
) -> None:
    """Talk until the person (or `say`, or standard input) has no more to say.

    Args:
        image: a picture that goes with the first message; `/image FILE` sends one later.

    Raises:
        TastemakerError: the catalogue, the user or the thread cannot be used.
    """
    stop_tracing = start_tracing(load_settings().tracing)
    agent = open_for_talk(catalog, user, use_llm)
    thread = thread or new_thread()
    try:
        messages = iter(say) if say else _typed(agent, user, thread, as_json)
        last: dict = {}
        for message in messages:
            if message.strip() in ("/facts", "/thought"):
                (show_facts if message.strip() == "/facts" else show_thought)(last)
                continue
            command, picture = message.split()[:1] == [IMAGE], None
            try:
                if command:
                    image, message = _image_command(message)
                    if not message:
                        continue
                picture, image = image, None
                if as_json:
                    *_, last = agent.turn(message, thread=thread, user=user, picture=picture)
                    print_json({key: value for key, value in last.items() if key != "type"})
                else:
                    if say:
                        out.print(f"[bold]you:[/bold] {escape(visible(message))}", soft_wrap=True)
                    last = _shown(agent, message, thread, user, picture) or last
            except BadInputError as error:
                if not (command or picture) or say or as_json:
                    raise
                err.print(escape(visible(str(error))), soft_wrap=True)  # a person types it again
    finally:
        agent.close()
        stop_tracing()
    if not as_json:
        again = f"tastemaker chat --catalog {agent.resources.catalog.manifest.name}"
        again += f" --user {user}" if user else ""
        err.print(f"Resume with: {again} --thread {thread}", style="dim", markup=False)


def open_for_talk(
    name: str | None, user: str | None, use_llm: bool, databases: Databases | None = None
) -> Agent:
    """The agent; where the LLM cannot be had, the one without it, which says so.

    Args:
        databases: already open; none: those of the settings are opened.

    Raises:
        TastemakerError: the catalogue or the user cannot be used, or something is missing.
    """
    settings = load_settings()
    with progress_bars() as progress:
        here = list_catalogs()
        catalog = resolve_catalog(name or settings.catalog, progress)
        if catalog.manifest.name not in here and catalog.manifest.name in PACKS:
            err.print(f"{catalog.manifest.title}. {catalog.manifest.licence}", markup=False)
        check_user(catalog, user)  # before anything slow begins

        def opened(use_llm: bool) -> Agent:
            return open_agent(
                settings, catalog, use_llm=use_llm, databases=databases, progress=progress
            )

        try:
            return opened(use_llm)
        except LLMError as error:
            reason = str(error)
        except MissingError as error:
            if "vllm" not in str(error).lower():
                raise
            reason = str(error)
        err.print(f"{reason}\nContinuing without a language model.", markup=False, soft_wrap=True)
        return opened(False)


def _image_command(line: str) -> tuple[str, str]:
    """The file of `/image FILE [message]`, in quotes where it has spaces, and the message.

    Raises:
        BadInputError: it names no file.
    """
    rest = line.strip().removeprefix(IMAGE).strip()
    quoted = re.match(r"""(["'])(.+?)\1(?:\s+(.*))?$""", rest)
    file, _, message = (quoted[2], "", quoted[3] or "") if quoted else rest.partition(" ")
    if not file:
        raise BadInputError("/image wants a file: /image photo.jpg something like this")
    return file, message.strip()


def _shown(
    agent: Agent, message: str, thread: str, user: str | None, picture: str | None
) -> dict | None:
    """One turn on the terminal; Ctrl-C ends the answer, not the conversation."""
    try:
        with TurnView() as view:
            for event in agent.turn(message, thread=thread, user=user, picture=picture):
                view.show(event)
        return view.result
    except KeyboardInterrupt:
        out.print("\n[dim]stopped; the conversation stands as before this message[/dim]")
        return None


def _typed(agent: Agent, user: str | None, thread: str, as_json: bool) -> Iterator[str]:
    """Messages from the keyboard, or line by line from a pipe."""
    if not sys.stdin.isatty():
        yield from (line.rstrip("\n") for line in sys.stdin)
        return
    manifest = agent.resources.catalog.manifest
    if not as_json:
        who = f"user {user}" if user else "a guest"
        out.print(
            f"[bold]{escape(manifest.title)}[/bold]: {manifest.items:,} items. You are {who}."
        )
        out.print(f"[dim]{COMMANDS}[/dim]")
        for entry in agent.thread_log(thread)[-6:]:
            out.print(
                f"[dim]{entry['role']}: {escape(visible(entry['text'][:300]))}[/dim]",
                soft_wrap=True,
            )
    # Loading the encoder takes seconds; a person types meanwhile.
    warm_up = agent.resources.recommender.encoder.warm_up
    threading.Thread(target=warm_up, daemon=True).start()
    while True:
        try:
            message = input("you: ")
        except (EOFError, KeyboardInterrupt):
            out.print()
            return
        if message.strip() in ("/quit", "/exit", "/q"):
            return
        yield message
