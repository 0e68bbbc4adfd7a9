"""One agent over one catalogue: turns on threads, streamed as events.

Knows nothing of terminals or HTTP; whoever shows a turn reads its events.
"""

import contextlib
import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from rich.markup import escape

from ..catalog.store import Catalog
from ..errors import BadInputError, BusyError
from ..files import data_dir
from ..generation.image.studio import open_studio
from ..generation.text.writer import Writer, known_prompts
from ..packages import Progress, silent
from ..recommender.eyes import open_eyes
from ..recommender.item_features import item_features
from ..recommender.recommender import Recommender
from ..recommender.shipped import is_trained, open_recommender
from ..recommender.text_encoder import TextEncoder
from ..recommender.trained import TrainedRecommender
from ..serving.adapters import AdapterCard, taught
from ..serving.chat_model import chat_model
from ..serving.models import resolve_model, sees
from ..serving.probe import check_endpoint
from ..serving.server import Endpoint, ensure_server, server_status
from ..settings import Settings
from ..terminal import err
from ..tools import make_tools
from ..tools.illustrate import opened_once
from .databases import Databases, open_databases
from .graph import build_graph
from .language_model import Connect
from .memory import LOCAL
from .pictures import PictureStore
from .reading.readers import Readers
from .reading.text import clean
from .resources import Resources, emit

Event = dict[str, Any]
"""`{"type": "stage" | "thought" | "text" | "turn", …}`. A text that is an item of the answer comes
with `item` and `heading`; the last event of a turn is `turn`, the JSON object of `chat --json`."""

THREAD_CHARS = 200
PROBE_SECONDS = 1.0
"""How long a turn waits to learn whether the LLM is there."""


class Agent:
    """A recommendation agent over one catalogue."""

    def __init__(self, resources: Resources, folder: Path, databases: Databases) -> None:
        self.resources = resources
        self.folder = folder
        """Holds what people showed, and the databases unless they are elsewhere."""
        self.databases = databases
        self.graph = build_graph(resources, databases.checkpointer)

    def turn(
        self,
        message: str,
        *,
        thread: str | None = None,
        user: str | None = None,
        picture: str | Path | bytes | None = None,
    ) -> Iterator[Event]:
        """Answer one message on a thread, event by event.

        Args:
            picture: a file that the person shows, its bytes, or an address at an allowed host.

        Raises:
            BadInputError: the picture cannot be used, the user is not in the catalogue, the
                thread's name cannot be one, or the thread is somebody else's or of another
                catalogue.
            BusyError: another process answers on this thread and does not finish in time.
        """
        thread = thread or new_thread()
        if len(thread) > THREAD_CHARS or not thread.isprintable():
            raise BadInputError(
                f"A thread's name has at most {THREAD_CHARS} characters, all of them printable."
            )
        check_user(self.resources.catalog, user)
        shown = ("", []) if picture is None else self.resources.pictures.take(picture)
        with self.holding(thread):
            yield from self.answer(
                message, thread=thread, turn_id=new_thread(), user=user, person=user, shown=shown
            )

    @contextlib.contextmanager
    def holding(self, thread: str, seconds: float | None = None) -> Iterator[None]:
        """A thread, for one turn at a time, whichever process it is in.

        Args:
            seconds: how long to wait for it; none: as the settings say.

        Raises:
            BusyError: another turn holds it and does not finish in time.
        """
        wait = self.resources.settings.agent.thread_wait_seconds if seconds is None else seconds
        # Only letting in may be refused: a BusyError of the turn itself is another matter.
        held = self.databases.exclusive(f"thread {thread}", wait)
        try:
            held.__enter__()
        except BusyError as error:
            raise BusyError(
                f"Another process is answering on thread {thread}; nothing of this message was"
                " kept. Try again in a moment, or use another thread."
            ) from error
        try:
            yield
        finally:
            held.__exit__(None, None, None)

    def answer(
        self,
        message: str,
        *,
        thread: str,
        turn_id: str,
        user: str | None,
        person: str | None,
        shown: tuple[str, list[str]] = ("", []),
        tenant: str = LOCAL,
    ) -> Iterator[Event]:
        """One turn on a thread that the caller holds.

        A turn that was finished before is not run again: only its last event comes.

        Args:
            turn_id: the same for a turn that is tried again.
            person: whose memory is read and written.
            shown: id of a picture that was taken, and what is to be said of it.
            tenant: whose customer the person is, as traces of the turn say.

        Raises:
            BadInputError: the thread is somebody else's or of another catalogue.
        """
        started = time.time()
        config: Any = {"configurable": {"thread_id": thread}}
        state = self.graph.get_state(config).values
        self._check_thread(thread, user, person, state)
        if state and state["log"][-1:] and _answers(state["log"][-1], turn_id):
            yield {"type": "turn", **_result(thread, state, 0.0)}
            return
        limit = self.resources.settings.agent.max_message_chars
        here = self.resources.catalog.manifest.name
        given: Any = {
            "message": clean(message[: limit * 4]),  # a checkpoint holds no lone surrogates
            "turn_id": turn_id,
            "catalog": here,
            "user": user,
            "person": person,
            "picture": shown[0],
            "picture_notes": shown[1],
        }
        about = {"turn_id": turn_id, "catalog": here, "tenant": tenant}
        traced: Any = {**config, "run_name": "turn", "metadata": about}
        for event in self.graph.stream(given, traced, stream_mode="custom", durability="exit"):
            yield dict(event)  # type: ignore[arg-type]
        state = self.graph.get_state(config).values
        yield {"type": "turn", **_result(thread, state, time.time() - started)}

    def _check_thread(
        self, thread: str, user: str | None, person: str | None, state: dict[str, Any]
    ) -> None:
        here = self.resources.catalog.manifest.name
        if not state:
            return
        if state["catalog"] != here:
            raise BadInputError(
                f"Thread {thread} is about the catalogue {state['catalog']}, not {here};"
                " choose another --thread or that --catalog."
            )
        if (state.get("user"), state.get("person", state.get("user"))) != (user, person):
            owner = f"user {state['user']}" if state.get("user") else "a guest"
            raise BadInputError(f"Thread {thread} belongs to {owner}; choose another --thread.")

    def thread_log(self, thread: str) -> list[dict[str, Any]]:
        """Every message of a thread, oldest first; empty for a new one."""
        config: Any = {"configurable": {"thread_id": thread}}
        return self.graph.get_state(config).values.get("log", [])

    def close(self) -> None:
        """Close the databases."""
        self.databases.close()


def open_agent(
    settings: Settings,
    catalog: Catalog,
    *,
    model: BaseChatModel | None = None,
    use_llm: bool = True,
    within: Path | None = None,
    home: Path | None = None,
    databases: Databases | None = None,
    progress: Progress = silent,
) -> Agent:
    """An agent over a catalogue, with everything that it needs fetched, built or started.

    Args:
        within: the only folder that pictures may be read from; none: any, as for a person at
            their own terminal.
        model: answers instead of the configured LLM.
        use_llm: without it the deterministic path answers alone.
        home: where conversations, memories and paintings are kept; none: with the user's data.
        databases: already open; none: those of the settings are opened.

    Raises:
        TastemakerError: something is missing or wrong; the message says what to do.
    """
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    recommender = Recommender.open(
        catalog,
        encoder,
        progress,
        _trained(settings, catalog, encoder, progress),
        open_eyes(catalog, settings.text_encoder, settings.image_encoder, progress),
    )
    connect = _connection(settings, model, use_llm, progress)
    home = home or data_dir()
    folder = home / "conversations"
    databases = databases or open_databases(settings.database_url, folder)
    card = _card(settings) if model is None and use_llm else None
    known = known_prompts(card)
    pictures = PictureStore(folder / "pictures", within=within, hosts=settings.agent.picture_hosts)
    find_studio = opened_once(lambda: open_studio(settings, recommender, progress=_painting))
    paintings = home / "paintings"
    resources = Resources(
        settings=settings,
        recommender=recommender,
        readers=Readers(recommender),
        prompts_taught=known,
        calibrated_weight=card.llm_weight if card else 0.0,
        tools=make_tools(
            recommender,
            pictures.path,
            lambda: _writer(connect, known),
            find_studio,
            paintings,
        ),
        store=databases.store,
        connect=connect,
        pictures=pictures,
        find_studio=find_studio,
        paintings=paintings,
        uses_llm=use_llm,
        sees=use_llm and _sees(settings),
    )
    return Agent(resources, folder, databases)


def new_thread() -> str:
    """An id for a new thread."""
    return uuid.uuid4().hex[:12]


def check_user(catalog: Catalog, user: str | None) -> None:
    """Refuse a user that the catalogue does not know.

    Raises:
        BadInputError: the user is not there.
    """
    if user is not None and not (user.isprintable() and catalog.has_user(user)):
        name, users = catalog.manifest.name, catalog.manifest.users
        known = f"it has {users:,} users" if users else "it has no users"
        raise BadInputError(
            f"The catalogue {name} does not know the user {user!r} ({known}); leave --user out to"
            " chat as a guest."
        )


def _trained(
    settings: Settings, catalog: Catalog, encoder: TextEncoder, progress: Progress
) -> TrainedRecommender | None:
    """The catalogue's trained recommender, where there is one that fits."""
    if not is_trained(catalog):
        return None
    features = partial(item_features, catalog, encoder, settings.image_encoder, progress)
    try:
        return open_recommender(catalog, features, progress)
    except BadInputError as error:
        err.print(f"[yellow]note:[/yellow] {escape(str(error))}", soft_wrap=True)
        return None


def _connection(
    settings: Settings, model: BaseChatModel | None, use_llm: bool, progress: Progress
) -> Connect:
    if not use_llm:
        return lambda: None
    if model is not None:
        return lambda: model
    if settings.llm.base_url is not None:
        base_url, key = settings.llm.base_url, settings.llm.api_key.get_secret_value()
        remote = chat_model(settings)
        return lambda: remote if check_endpoint(base_url, key, PROBE_SECONDS) else None
    return _managed(settings, ensure_server(settings, progress))


def _managed(settings: Settings, endpoint: Endpoint) -> Connect:
    """The managed server; after a restart it may answer at another port."""
    built: dict[str, BaseChatModel] = {endpoint.base_url: chat_model(settings, endpoint)}

    def connect() -> BaseChatModel | None:
        status = server_status()
        base_url = f"http://127.0.0.1:{status.port}/v1"
        if status.phase != "running" or not check_endpoint(base_url, "none", PROBE_SECONDS):
            return None
        if base_url not in built:
            built[base_url] = chat_model(
                settings, Endpoint(base_url=base_url, model=endpoint.model)
            )
        return built[base_url]

    return connect


def _painting(what: str, done: int, total: int | None) -> None:
    """Progress of a picture, sent to whoever streams the turn; outside of one nobody waits."""
    emit("stage", name=f"{what} {done} of {total}" if total else what)


def _writer(connect: Connect, known: frozenset[str]) -> Writer | None:
    model = connect()
    return None if model is None else Writer(model, known)


def _card(settings: Settings) -> AdapterCard | None:
    """What the managed model was taught; none where it was not, or answers elsewhere."""
    return None if settings.llm.base_url else taught(resolve_model(settings.llm.model))


def _sees(settings: Settings) -> bool:
    """Whether the configured model takes pictures."""
    if settings.llm.sees is not None:
        return settings.llm.sees
    return settings.llm.base_url is None and sees(resolve_model(settings.llm.model))


def _answers(entry: dict[str, Any], turn_id: str) -> bool:
    return entry["role"] == "assistant" and entry.get("id") == turn_id


def _result(thread: str, state: dict[str, Any], seconds: float) -> dict[str, Any]:
    """The JSON object of a turn."""
    usage = state["usage"]
    return {
        "thread": thread,
        "turn": state["dialogue"]["turns"],
        "reply": state["reply"],
        "items": state["items"],
        "thought": state["thought"],
        "request": {
            key: state["request"][key]
            for key in (
                "intent",
                "constraints",
                "wishes",
                "liked",
                "disliked",
                "seen",
                "references",
                "similar_to",
                "picture",
                "shows",
            )
        },
        "tool_calls": state["tool_calls"],
        "usage": {key: usage[key] for key in ("llm_calls", "prompt_tokens", "completion_tokens")},
        "seconds": {
            "total": round(seconds, 3),
            "llm": usage["seconds"],
            "first_token": state["first_token"],
        },
        "degraded": bool(state["degraded"]),
        "prompts": state["prompts"],
    }
