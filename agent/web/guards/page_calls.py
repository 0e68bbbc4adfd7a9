"""What the chat page asks of Gradio. Gradio's other addresses, which fetch from elsewhere, keep
what is uploaded and show files of this machine, are shut."""

from starlette.types import ASGIApp, Receive, Scope, Send

from ..problems import problem
from .callers import CHAT

_API = f"{CHAT}/gradio_api"
USED = {
    ("GET", CHAT),
    ("GET", f"{CHAT}/config"),
    ("GET", f"{CHAT}/theme.css"),
    ("GET", f"{_API}/app_id"),
    ("GET", f"{_API}/queue/data"),
    ("POST", f"{_API}/queue/join"),
    ("POST", f"{_API}/component_server"),
}
"""Methods and paths, without a slash at their end."""
USED_FOLDERS = (f"{CHAT}/assets/", f"{CHAT}/static/")
"""Hold Gradio's own scripts and styles."""


class PageCalls:
    """Lets through to Gradio what the page needs, and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] == "http" and not _may(scope["method"], scope["path"]):
            answer = problem(404, "The page needs nothing here.", "NotFoundError")
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _may(method: str, path: str) -> bool:
    if path != CHAT and not path.startswith(f"{CHAT}/"):
        return True  # no address of Gradio's
    method = "GET" if method == "HEAD" else method
    if method == "GET" and path.startswith(USED_FOLDERS):
        return True
    return (method, path.rstrip("/")) in USED
