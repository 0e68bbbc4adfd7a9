"""Recommendations for a person."""

from fastapi import APIRouter

router = APIRouter()
