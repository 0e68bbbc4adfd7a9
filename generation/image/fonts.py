"""Fonts: two open families, fetched once, or a brand's own; and whether they have every letter.

Manrope (sans) and Source Serif Pro, both under the SIL Open Font License 1.1.
"""

import re
import unicodedata
import zipfile
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from filelock import FileLock
from PIL import Image, ImageDraw, ImageFont

from ...errors import BadInputError
from ...files import building_folder, cache_dir
from ...packages import PackageFile, Progress, fetch, silent

Family = Literal["sans", "serif"]


class Face(NamedTuple):
    """One weight of a font."""

    path: Path
    """A TrueType or OpenType file."""
    bold: bool
    """Whether it is bold as WCAG means it."""


class Typeface(NamedTuple):
    """The two weights that a layout sets."""

    regular: Face
    """For sentences."""
    bold: Face
    """For titles and calls."""


class _Shipped(NamedTuple):
    pin: PackageFile
    folder: str
    regular: str
    bold: str
    licence: str


_FAMILIES: dict[Family, _Shipped] = {
    "sans": _Shipped(
        PackageFile(
            package="font-manrope",
            version="0.0.2",
            filename="font_manrope-0.0.2-py3-none-any.whl",
            sha256="2ca9192f3602a3459323dfd7447c8c5ffa0795696c62fac465ef7c9b0521d292",
        ),
        "font_manrope/files/",
        "Manrope-Medium.ttf",
        "Manrope-ExtraBold.ttf",
        "OFL.txt",
    ),
    "serif": _Shipped(
        PackageFile(
            package="font-source-serif-pro",
            version="0.0.1",
            filename="font_source_serif_pro-0.0.1-py3-none-any.whl",
            sha256="38dd9a8d8027d22aa8ef2d10d27d7c558701b32772ff9f3790f509577e91dca4",
        ),
        "font_source_serif_pro/files/",
        "SourceSerifPro-Regular.otf",
        "SourceSerifPro-Bold.otf",
        "LICENSE.txt",
    ),
}
# Compatibility forms whose plain letters say the same; "²" and "½" are not among them.
_SAME_MEANING = ("<wide>", "<narrow>", "<compat>", "<noBreak>", "<font>")
_JOINERS = "\u200c\u200d"
_ALWAYS = " " + _JOINERS
_SPACE = re.compile(r"[^\S\u00a0\u202f]+")  # what does not break stays


def shipped_typeface(family: Family, progress: Progress = silent) -> Typeface:
    """A family that ships, unpacked once into the user's cache.

    Raises:
        MissingError: the package index cannot be reached or lacks the file.
    """
    shipped = _FAMILIES[family]
    folder = cache_dir() / "fonts" / f"{family}-{shipped.pin.sha256[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            wheel = fetch(shipped.pin, progress)
            with building_folder(folder) as target, zipfile.ZipFile(wheel) as archive:
                for name in (shipped.regular, shipped.bold, shipped.licence):
                    (target / name).write_bytes(archive.read(shipped.folder + name))
    return Typeface(Face(folder / shipped.regular, False), Face(folder / shipped.bold, True))


def own_typeface(path: Path) -> Typeface:
    """A brand's own font file, for all texts.

    Raises:
        BadInputError: there is no such file, or it is no font.
    """
    try:
        style = load_font(path, 16).getname()[1] or ""
    except OSError as error:
        raise BadInputError(
            f"The font {path} cannot be read; give a TrueType or OpenType file (.ttf, .otf)."
        ) from error
    bold = any(word in style.lower().split() for word in ("bold", "extrabold", "black", "heavy"))
    return Typeface(Face(path, bold), Face(path, bold))


@cache
def load_font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """A font file at a size in pixels."""
    return ImageFont.truetype(str(path), size)


def settable(text: str, font: ImageFont.FreeTypeFont, what: str) -> str:
    """A text as a font can set it: white space single, no control characters, letters composed.

    A character that the font lacks is replaced by what Unicode calls the same in plain letters
    ("ﬁ" by "fi"), never by what reads differently ("²").

    Raises:
        BadInputError: the font has no glyph for some character.
    """
    whole = unicodedata.normalize("NFC", _SPACE.sub(" ", text).strip(" "))
    kept = [c for c in whole if unicodedata.category(c) not in ("Cc", "Cf") or c in _JOINERS]
    missing, out = [], []
    for character in kept:
        plain = _plain(character)
        if has_glyph(character, font):
            out.append(character)
        elif plain != character and all(has_glyph(one, font) for one in plain):
            out.append(plain)
        else:
            missing.append(character)
    if missing:
        named = " ".join(dict.fromkeys(missing))
        raise BadInputError(
            f"The font {font.getname()[0]} has no glyph for {named} in the {what}; change the text,"
            " or name a font that has it in the brand file."
        )
    return "".join(out)


def has_glyph(character: str, font: ImageFont.FreeTypeFont) -> bool:
    """Whether a font draws a character as more than its sign for missing ones."""
    return character in _ALWAYS or _drawn(character, font) != _absent(font)


def _plain(character: str) -> str:
    tag = unicodedata.decomposition(character).split(" ")[0]
    if tag.startswith("<") and tag not in _SAME_MEANING:
        return character
    return unicodedata.normalize("NFKD", character)


@cache
def _absent(font: ImageFont.FreeTypeFont) -> bytes:
    return _drawn("\U0010ffff", font)  # Unicode assigns it to no character, ever


def _drawn(character: str, font: ImageFont.FreeTypeFont) -> bytes:
    size = int(font.size)
    image = Image.new("L", (size * 4, size * 3), 0)
    ImageDraw.Draw(image).text((size, size * 2), character, fill=255, font=font, anchor="ls")
    return image.tobytes()
