"""Items and their pictures."""

from fastapi import APIRouter

router = APIRouter()
