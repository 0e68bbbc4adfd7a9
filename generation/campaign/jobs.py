"""One asset that is to be made, and what it depends on: its key is a hash of all of that."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .audience import Recipient
from .brief import Brief
from .items import ItemsFor

Kind = Literal["copy", "image", "explanation"]


class Job(BaseModel):
    """One asset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipient: Recipient
    """For whom."""
    item_id: str
    """About what."""
    kind: Kind
    """What it is."""
    target: str = ""
    """Channel of copy, format of an image; empty for an explanation."""
    variant: int = 0
    """Which of several."""

    @property
    def id(self) -> str:
        """Unique in its campaign, readable, and no path."""
        parts = [self.recipient.id, self.item_id, self.kind, self.target, str(self.variant)]
        return "|".join(part.replace("|", "/") for part in parts)


def jobs_of(brief: Brief, people: Iterable[Recipient], items: ItemsFor) -> Iterator[list[Job]]:
    """Every asset of a brief: one list for each recipient and item, in bounded memory."""
    wanted = brief.assets
    made: list[tuple[Kind, str, int]] = [("copy", one, 0) for one in wanted.copy_channels]
    if wanted.explanations:
        made.append(("explanation", "", 0))
    for n in range(wanted.variants):
        made.extend(("image", one, n) for one in wanted.images)
    for recipient in people:
        for item_id in items(recipient):
            yield [
                Job(recipient=recipient, item_id=item_id, kind=kind, target=target, variant=n)
                for kind, target, n in made
            ]


def jobs_per_pair(brief: Brief) -> dict[Kind, int]:
    """Assets of each kind for one recipient and one item."""
    wanted = brief.assets
    return {
        "copy": len(wanted.copy_channels),
        "explanation": int(wanted.explanations),
        "image": len(wanted.images) * wanted.variants,
    }


def key_of(parts: dict[str, Any]) -> str:
    """The name of what depends on these parts alone: 32 hex digits."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
