"""`tastemaker serve`, and the API keys of whoever may call it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_options import CatalogOption
from .errors import MissingError
from .terminal import err, out, print_json

if TYPE_CHECKING:
    from .agent.web.guards.keys import Keys

keys_app = typer.Typer(no_args_is_help=True, help="API keys of those who may call `serve`.")


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen at; 0.0.0.0: all of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0: any.", min=0, max=65535)] = 8000,
    catalog: CatalogOption = None,
    campaigns: Annotated[
        Path | None,
        typer.Option(help="The folder that campaigns' folders lie in. Default: with your data."),
    ] = None,
    no_llm: Annotated[
        bool, typer.Option("--no-llm", help="Answer without a language model.")
    ] = False,
) -> None:
    """Serve the web chat and the APIs (OpenAI's chat completions, REST) on this machine.

    Then open http://127.0.0.1:8000/chat, or ask from a program:

        curl http://127.0.0.1:8000/v1/chat/completions -H 'Content-Type: application/json' \\
        -d '{"model": "tastemaker", "messages": [{"role": "user", "content": "a funny film"}]}'

    To let others in, add a key first (`tastemaker keys add shop`), which they send as
    `Authorization: Bearer tm_…`; then `tastemaker serve --host 0.0.0.0`, behind a proxy that speaks
    https.

    Example: `tastemaker serve --catalog movies --port 8000`
    """
    with err.status("starting"):  # importing takes seconds
        try:
            from .agent.web import serving
        except ModuleNotFoundError as error:
            raise MissingError('Serving needs an extra: pip install "tastemaker[serve]"') from error
    serving.serve(host, port, catalog=catalog, campaigns=campaigns, use_llm=not no_llm)


@keys_app.command("add")
def keys_add(
    tenant: Annotated[str, typer.Argument(help="Whose key it is: a-z, 0-9 and -.")],
    requests_per_minute: Annotated[
        int | None, typer.Option(help="Its own limit; left out: the settings'.", min=1)
    ] = None,
    tokens_per_day: Annotated[
        int | None,
        typer.Option(help="Its own limit of LLM tokens; left out: the settings'.", min=1),
    ] = None,
) -> None:
    """Draw a key and print it, this once.

    From the first key on, every request to `tastemaker serve` needs one. Tenants do not see each
    other's people, threads or campaigns.

    Example: `tastemaker keys add shop --requests-per-minute 60`
    """
    with _keys() as keys:
        shown = keys.add(
            tenant, requests_per_minute=requests_per_minute, tokens_per_day=tokens_per_day
        )
    err.print("Keep it well; it cannot be shown again.")
    out.print(shown, markup=False, soft_wrap=True)


@keys_app.command("list")
def keys_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show every key's id, tenant and limits; not the keys, which nobody has but their owners."""
    with _keys() as keys:
        found = keys.listed()
    for key in found:
        if as_json:
            print_json(key.model_dump(exclude={"hash"}))
            continue
        made = time.strftime("%Y-%m-%d", time.localtime(key.created))
        limits = [
            f"{key.requests_per_minute:,} requests a minute" if key.requests_per_minute else "",
            f"{key.tokens_per_day:,} tokens a day" if key.tokens_per_day else "",
            "revoked" if key.revoked else "",
        ]
        about = "; ".join(one for one in [f"since {made}", *limits] if one)
        out.print(f"{key.id}  {key.tenant}  {about}", markup=False, soft_wrap=True)
    if not found and not as_json:
        err.print("There are no keys; whoever reaches the server may use it.")


@keys_app.command("revoke")
def keys_revoke(
    key_id: Annotated[str, typer.Argument(help="Its id, as `keys list` shows it.")],
) -> None:
    """Let a key count no more; running servers know within seconds."""
    with _keys() as keys:
        keys.revoke(key_id)
    err.print("It counts no more.")


@contextmanager
def _keys() -> Iterator["Keys"]:
    """The keys in the database, while it is open."""
    with err.status("opening the database"):
        from .agent.databases import open_databases
        from .agent.web.guards.keys import Keys
        from .files import data_dir
        from .settings import load_settings

    databases = open_databases(load_settings().database_url, data_dir() / "conversations")
    try:
        yield Keys(databases.store)
    finally:
        databases.close()
