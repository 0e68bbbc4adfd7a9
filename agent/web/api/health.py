"""Whether the process lives, and whether it can answer."""

from fastapi import APIRouter

router = APIRouter()
