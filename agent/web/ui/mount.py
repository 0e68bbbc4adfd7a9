"""The pages, mounted in the app."""

import os

from fastapi import FastAPI

from ..service import Service
from . import files, home

_HEAD = (
    '<link rel="icon" href="/static/favicon.svg" type="image/svg+xml">'
    '<link rel="stylesheet" href="/static/tastemaker.css">'
    '<link rel="stylesheet" href="/static/fonts.css">'
    '<link rel="stylesheet" href="/static/chat.css">'
)


def mount_pages(app: FastAPI, service: Service) -> FastAPI:
    """The app with its pages."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when Gradio is loaded
    import gradio as gr  # takes seconds, and only the pages need it

    from .chat_page import chat_page
    from .theme import theme

    app.include_router(home.router)
    app.include_router(files.router)
    return gr.mount_gradio_app(
        app,
        chat_page(service),
        "/chat",
        theme=theme(),
        head=_HEAD,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        show_error=False,
        max_file_size=1,  # a picture comes with its message; nothing is uploaded through Gradio
    )
