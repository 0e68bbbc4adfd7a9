"""The way to the chat, and what browsers ask of every site."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

router = APIRouter(include_in_schema=False)

ICON = "/static/favicon.svg"


@router.get("/")
def home() -> RedirectResponse:
    """To the chat."""
    return RedirectResponse("/chat/")


@router.get("/favicon.ico")
def favicon() -> RedirectResponse:
    """To the icon, for pages that name none before they have loaded."""
    return RedirectResponse(ICON)


@router.get("/manifest.json")
def manifest() -> dict[str, Any]:
    """What the page is called where it is put on a home screen; Gradio's page asks for it."""
    return {
        "name": "Tastemaker",
        "start_url": "/chat/",
        "display": "standalone",
        "icons": [{"src": ICON, "sizes": "any", "type": "image/svg+xml"}],
    }
