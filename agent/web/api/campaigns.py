"""Campaigns: what was made, and what is thought of it."""

from fastapi import APIRouter

router = APIRouter()
