"""Figures for Prometheus."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from ..guards.callers import TheService

router = APIRouter(tags=["operations"])


@router.get("/metrics", response_class=Response)
def metrics(service: TheService) -> Response:
    """Requests, turns, tokens and memory of this process, in Prometheus' text format."""
    return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)
