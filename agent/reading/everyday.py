"""Everyday words for values that catalogues name formally, as `everyday.toml` lists them."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def everyday_words() -> dict[str, list[str]]:
    """Word -> the values that it may stand for; `acidity: High` is of that attribute only."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return {word: values for part in tomllib.loads(text).values() for word, values in part.items()}
