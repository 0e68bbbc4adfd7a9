"""The pages, mounted in the app."""

from fastapi import FastAPI

from ..service import Service


def mount_pages(app: FastAPI, service: Service) -> FastAPI:
    """The app with its pages."""
    return app
