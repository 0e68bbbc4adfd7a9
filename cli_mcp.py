"""`tastemaker mcp`: the agent and its tools for other agents, over the Model Context Protocol."""

from typing import Annotated

import typer

from .cli_options import CatalogOption
from .errors import MissingError
from .terminal import err


def mcp(
    catalog: CatalogOption = None,
    user: Annotated[
        str | None,
        typer.Option("--user", "-u", help="Answer for this user only; left out: for any."),
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Answer over HTTP on this machine, not on stdin.")
    ] = False,
    port: Annotated[int, typer.Option(help="Of HTTP.", min=1, max=65535)] = 8010,
    no_llm: Annotated[
        bool, typer.Option("--no-llm", help="Answer without a language model.")
    ] = False,
) -> None:
    """Serve the agent's tools, `recommend` and `converse` to other agents (MCP).

    Put it into the configuration of an MCP client as a command: `tastemaker mcp --catalog movies`.
    Or let the client connect: `tastemaker mcp --http` answers at http://127.0.0.1:8010/mcp, to
    programs on this machine only.
    """
    try:
        from .agent.web.mcp.offer import Offer
        from .agent.web.mcp.protocol import serve_http, serve_stdio
    except ModuleNotFoundError as error:
        raise MissingError('MCP needs an extra: pip install "tastemaker[serve]"') from error
    from .agent.web.telling.tracing import start_tracing
    from .settings import load_settings

    def opening():
        from .agent.chats import Chats
        from .agent.conversation import open_for_talk

        return Chats(open_for_talk(catalog, user, use_llm=not no_llm))

    stop_tracing = start_tracing(load_settings().tracing)
    offer = Offer(opening, user)
    try:
        if http:
            err.print(f"MCP at http://127.0.0.1:{port}/mcp; Ctrl-C ends it.", markup=False)
            serve_http(offer, port)
        else:
            serve_stdio(offer)
    finally:
        stop_tracing()
