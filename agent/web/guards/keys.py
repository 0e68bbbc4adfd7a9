"""API keys: drawn here, shown once, kept as hashes, each of a tenant."""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable

from langgraph.store.base import BaseStore
from pydantic import BaseModel, ConfigDict, Field

from ....errors import BadInputError, NotFoundError
from ...chats import LOCAL
from ...databases import storage_errors

PREFIX = "tm"
SECRET_BYTES = 32
MOST = 10_000
"""Keys that are read."""
FRESH_SECONDS = 3.0
"""How long a process may go on with what it read of the keys: a revoked one stops within it."""

_TENANT = re.compile(r"[a-z0-9-]{1,40}")
_NAMESPACE = ("keys",)


class Caller(BaseModel):
    """Who may see what."""

    model_config = ConfigDict(frozen=True)

    tenant: str = LOCAL
    """Whose people, threads and campaigns they may see."""
    key: str | None = None
    """Id of the API key; none where no keys are in use."""


class Key(BaseModel):
    """What is kept of a key."""

    model_config = ConfigDict(extra="ignore")

    id: str
    """Names it in lists, logs and sessions; no secret."""
    tenant: str
    """Whose customers it speaks for."""
    hash: str
    """SHA-256 of its secret."""
    requests_per_minute: int | None = Field(default=None, ge=1)
    """Its own limit; none: the settings'."""
    tokens_per_day: int | None = Field(default=None, ge=1)
    """Its own limit; none: the settings'."""
    created: float
    """Unix time."""
    revoked: float | None = None
    """Unix time since when it counts no more; none: it counts."""

    @property
    def caller(self) -> Caller:
        """Who calls with it."""
        return Caller(tenant=self.tenant, key=self.id)


class Keys:
    """The API keys in the database."""

    def __init__(self, store: BaseStore, clock: Callable[[], float] = time.monotonic) -> None:
        """
        Args:
            clock: seconds that never go back.
        """
        self._store = store
        self._clock = clock
        self._read: dict[str, Key] = {}
        self._read_at = float("-inf")

    def add(
        self,
        tenant: str,
        *,
        requests_per_minute: int | None = None,
        tokens_per_day: int | None = None,
    ) -> str:
        """Draw a key for a tenant: `tm_<id>_<secret>`, which nothing here can show again.

        Raises:
            BadInputError: the tenant's name cannot be one.
            StorageError: it cannot be kept.
        """
        if not _TENANT.fullmatch(tenant) or tenant == LOCAL:
            raise BadInputError(
                "A tenant's name has 1 to 40 of a-z, 0-9 and -, and is not"
                f" {LOCAL!r}, which is whoever sits at the machine."
            )
        secret = secrets.token_urlsafe(SECRET_BYTES)
        key = Key(
            id=secrets.token_hex(4), tenant=tenant, hash=_hash(secret), created=time.time(),
            requests_per_minute=requests_per_minute, tokens_per_day=tokens_per_day,
        )  # fmt: skip
        self._keep(key)
        return f"{PREFIX}_{key.id}_{secret}"

    def listed(self) -> list[Key]:
        """Every key, the revoked ones too, oldest first.

        Raises:
            StorageError: the database cannot be read.
        """
        with storage_errors():
            found = self._store.search(_NAMESPACE, limit=MOST)
        keys = [Key.model_validate(one.value) for one in found if one.namespace == _NAMESPACE]
        return sorted(keys, key=lambda key: key.created)

    def revoke(self, key_id: str) -> None:
        """Let a key count no more. It stays in the list, so that the last one's end lets nobody in.

        Raises:
            NotFoundError: there is none of that id.
            StorageError: it cannot be kept.
        """
        key = next((key for key in self.listed() if key.id == key_id), None)
        if key is None:
            raise NotFoundError(f"There is no key {key_id[:40]!r}; `tastemaker keys list` has all.")
        if key.revoked is None:
            self._keep(key.model_copy(update={"revoked": time.time()}))

    @property
    def in_use(self) -> bool:
        """Whether requests need a key: any was ever added."""
        return bool(self._known())

    def get(self, key_id: str) -> Key | None:
        """The key of an id, while it counts."""
        key = self._known().get(key_id)
        return key if key is not None and key.revoked is None else None

    def find(self, text: str) -> Key | None:
        """The key that was shown as this text, while it counts."""
        prefix, _, rest = text.partition("_")
        key_id, _, secret = rest.partition("_")
        key = self.get(key_id)
        # An unknown id takes as long as a wrong secret.
        right = hmac.compare_digest(_hash(secret), key.hash if key else _hash(""))
        return key if right and prefix == PREFIX and secret else None

    def _known(self) -> dict[str, Key]:
        now = self._clock()
        if now - self._read_at >= FRESH_SECONDS:
            self._read = {key.id: key for key in self.listed()}
            self._read_at = now
        return self._read

    def _keep(self, key: Key) -> None:
        with storage_errors():
            self._store.put(_NAMESPACE, key.id, key.model_dump())
        self._read_at = float("-inf")


def _hash(secret: str) -> str:
    # A secret of 256 random bits cannot be guessed from a fast hash either: none of a password's
    # slow ones is needed.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
