"""The chat completions that OpenAI's clients speak."""

from fastapi import APIRouter

router = APIRouter()
