"""Pictures with what is said of them: the pairs that vision is taught and measured with."""

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ...catalog.records import Item
from ...catalog.store import Catalog

_ART_KINDS = {
    "portrait": "portraits, self-portraits, profiles",
    "landscape": "landscapes, cities, mountains",
    "still life": "still life, flowers, food, fruit, grapes",
    "religious": "virgin mary, madonna and child, jesus, christ, saints, angels, crucifixion,"
    " annunciation, holy family, saint john the baptist, saint jerome, archangel gabriel, buddhism,"
    " bodhisattvas, adoration of the magi, saint anne, saint joseph, buddha, madonna",
    "animal": "horses, dogs, animals, parrots, elephants, birds, sheep, lions, deer, cats",
}
"""Kind of painting -> the subject tags of The Met's that mean it."""
_PEOPLE = frozenset("men women girls boys children couples infants".split())
"""With people in it a painting of animals, flowers or food is of something else."""
_FEWEST_KINDS, _MOST_KINDS = 3, 12


class Picture(BaseModel):
    """An image and the words that belong to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    set: str
    """Where it is from: a set of drawings or a catalogue."""
    key: str
    """Tells it from others of its set."""
    image: Path
    """The file."""
    caption: str
    """What it shows, or its title."""
    kind: str = ""
    """Its value of the attribute that is asked about; empty where it has none, or several."""
    drawn: bool = False
    """Whether it is a drawing of a thing, not the picture of a catalogue's item."""

    @property
    def held_out(self) -> bool:
        """Whether it is never learnt from: a fifth of the drawings, three tenths of the items.

        Decided by the caption, so that the same thing drawn in another set goes the same way.
        """
        words = " ".join(sorted(set(self.caption.lower().split())))
        return hashlib.sha256(words.encode()).digest()[0] < (51 if self.drawn else 77)


def catalog_pictures(catalog: Catalog) -> list[Picture]:
    """The items that have a picture, with title and kind."""
    asked = _asked_attribute(catalog)
    found = []
    for item_id in catalog.item_ids:
        item = catalog.item(item_id)
        if not item.images:
            continue
        value = item.attributes.get(asked, "")
        kind = _art_kind(item) if "tags" in item.attributes else str(value)
        found.append(
            Picture(
                set=catalog.manifest.name,
                key=item_id,
                image=catalog.folder / item.images[0],
                caption=item.title,
                kind=kind,
            )
        )
    return found


def _asked_attribute(catalog: Catalog) -> str:
    """The first attribute with one of a few values for every item."""
    for spec in catalog.manifest.attributes:
        if (
            spec.kind == "categorical"
            and spec.coverage == 1.0
            and _FEWEST_KINDS <= spec.vocabulary_size <= _MOST_KINDS
        ):
            return spec.name
    return ""


def _art_kind(item: Item) -> str:
    """What a painting is of, where its tags tell one kind only."""
    listed = item.attributes.get("tags")
    tags = set(listed) if isinstance(listed, list) else set()
    kinds = [kind for kind, words in _ART_KINDS.items() if tags & set(words.split(", "))]
    if tags & _PEOPLE:
        kinds = [kind for kind in kinds if kind in ("portrait", "religious")]
    return kinds[0] if len(kinds) == 1 else ""
