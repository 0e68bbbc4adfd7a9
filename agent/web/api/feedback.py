"""What people say of items."""

from fastapi import APIRouter

router = APIRouter()
