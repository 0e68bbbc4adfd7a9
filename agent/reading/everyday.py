"""Everyday words for values that catalogues name formally, as `everyday.toml` lists them."""

import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path


@cache
def everyday_words() -> dict[str, list[str]]:
    """Word -> the values that it may stand for; `acidity: High` is of that attribute only."""
    return {word: values for part in _parts().values() for word, values in part.items()}


def other_names() -> Collection[str]:
    """Those of the words that are just another name of their values."""
    return _parts()["names"].keys()


@cache
def _parts() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
