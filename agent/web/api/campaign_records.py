"""Campaigns as the API gives them, and what it is told of them."""

from pydantic import ConfigDict, Field

from ....generation.campaign.looking import Status
from ....generation.campaign.review import State
from .record import Record

MOST_DECISIONS = 10_000


class Campaign(Record, Status):
    """Where a campaign stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "spring", "title": "Spring", "catalog": "movies",
                "made": {"copy": 400, "image": 400}, "passed": 788, "failed": 2, "alike": 0,
                "reviewed": {"open": 300, "approved": 490, "rejected": 10}, "reasons": {},
                "thumbnails": ["/v1/campaigns/spring/files/assets/d3/d381.png"], "problem": "",
            }
        },
    )  # fmt: skip

    title: str
    """What its brief calls it; `name` is its folder's, which addresses use."""
    catalog: str
    """What it is about."""
    thumbnails: list[str]
    """Addresses of some images."""
    problem: str = ""
    """Why nothing else can be told; empty where it can."""


class CampaignList(Record):
    """The campaigns of the caller's tenant."""

    data: list[Campaign]
    """The one that was worked on last first."""


class Asset(Record):
    """One asset, and what was decided of it."""

    id: str
    """Unique in the campaign."""
    recipient: str
    """Whom it is for."""
    recipient_title: str
    """Shown to people."""
    item_id: str
    """What it is about."""
    title: str
    """The item's."""
    kind: str
    """`copy`, `image`, `explanation`."""
    target: str
    """Channel or format."""
    variant: int
    """Which of several."""
    key: str
    """Hash of what it depends on; another one when it is made anew."""
    file: str
    """Address of the content; empty where it could not be made."""
    sha256: str
    """Of the content."""
    passed: bool
    """Whether every check holds."""
    error: str
    """Why it could not be made."""
    state: State
    """What was decided of it as it is now."""
    by: str
    """Who decided; empty: nobody."""
    note: str
    """Why."""


class AssetList(Record):
    """Some of a campaign's assets."""

    total: int
    """How many fit the filters."""
    data: list[Asset]
    """Those from `offset`, in the order in which they were made."""


class Decisions(Record):
    """What a reviewer says of assets."""

    model_config = ConfigDict(
        strict=True,
        json_schema_extra={
            "example": {
                "by": "Ann", "note": "The first round",
                "decisions": {"user:7|318|image|square|0": "approved"},
            }
        },
    )  # fmt: skip

    decisions: dict[str, State] = Field(min_length=1, max_length=MOST_DECISIONS)
    """Asset -> what was decided; `open` takes a decision back."""
    seen: dict[str, str] = Field(default={}, max_length=MOST_DECISIONS)
    """Asset -> its key when it was looked at; one that was made anew since is refused with 409."""
    by: str = Field(default="", max_length=200)
    """Who decides; empty: whoever the API key is."""
    note: str = Field(default="", max_length=2000)
    """Why."""


class Recorded(Record):
    """What is on the disk now."""

    recorded: dict[State, int]
    """Of these decisions."""
    reviewed: dict[State, int]
    """Of all assets."""
