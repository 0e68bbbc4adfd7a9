"""The web app: every API, the pages, and what guards them, over one service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import anyio.to_thread
from fastapi import FastAPI

from .api import (
    campaigns,
    chat_completions,
    feedback,
    health,
    items,
    metrics,
    models,
    recommendations,
    threads,
)
from .guards.security import secure
from .problems import ProblemAnswer, answer_problems
from .service import Service
from .ui.mount import mount_pages
from .ui.site import mount_site

ROUTERS = (
    health, metrics, models, chat_completions, threads, feedback, recommendations, items, campaigns,
)  # fmt: skip
SPARE_THREADS = 40
"""Beside one for each turn."""


def create_app(service: Service, *, pages: bool = True) -> FastAPI:
    """An app over a service, which it closes when it stops.

    Args:
        pages: with the chat page; its library takes seconds to load.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = service.settings.serve.turns_at_once + SPARE_THREADS
        yield
        await anyio.to_thread.run_sync(service.close)

    app = FastAPI(
        title="Tastemaker",
        version=version("tastemaker"),
        summary="A recommendation agent as a model: converse, recommend, learn, review.",
        lifespan=lifespan,
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        responses={400: {"model": ProblemAnswer}, 422: {"model": ProblemAnswer}},
    )
    app.state.service = service
    app.state.looks = health.Looks()
    answer_problems(app)
    for module in ROUTERS:
        app.include_router(module.router)
    secure(app, service)
    mount_site(app)
    return mount_pages(app, service) if pages else app
