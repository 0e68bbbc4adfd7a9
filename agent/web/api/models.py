"""The one model that there is: the recommender."""

from fastapi import APIRouter

router = APIRouter()
