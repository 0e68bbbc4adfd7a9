"""What every request must hold, and every answer says: hosts, origins, sizes, headers."""

from fastapi import FastAPI

from .service import Service


def secure(app: FastAPI, service: Service) -> None:
    """Guard an app."""
