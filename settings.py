"""Settings: environment variables over a TOML file over the defaults below.

`TASTEMAKER_LLM__BASE_URL=http://host:8000/v1` sets `llm.base_url`. The TOML file is
`$TASTEMAKER_CONFIG`, else `tastemaker.toml` in the working folder, else `config.toml` in the
user's configuration folder; each table is one class below.
"""

import os
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from .errors import BadInputError


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LLMSettings(_Section):
    """Which language model answers, and how it is called."""

    base_url: str | None = None
    """An OpenAI-compatible endpoint ending in /v1; none: the managed embedded vLLM."""
    model: str = "tastemaker-135m"
    """For the managed server a name that `serving` resolves; else the endpoint's model name."""
    api_key: SecretStr = SecretStr("none")
    """Sent as the bearer token; the managed server needs none."""
    timeout_seconds: float = Field(default=45.0, gt=0)
    """Longest wait for one call, from request to last token."""
    retries: int = Field(default=1, ge=0)
    """Further attempts after a connection error or a 5xx."""
    temperature: float = Field(default=0.0, ge=0)
    """Sampling temperature; 0 gives the same answer to the same prompt."""
    reads: bool | None = None
    """Let the model mark what a message asks for, beside the rules; none: if it was taught to, or
    answers at `base_url`."""
    sees: bool | None = None
    """Show pictures to the model; none: if it is a managed one that takes them. Say so for an
    endpoint at `base_url` that does."""
    chooses_tools: bool = False
    """Let the model call tools on its own; small untaught models cannot, so the plan is code's."""


class ServerSettings(_Section):
    """The managed vLLM server."""

    idle_minutes: float = Field(default=30.0, gt=0)
    """Stop after so many minutes without a request."""
    start_seconds: float = Field(default=300.0, gt=0)
    """Longest wait for a healthy server."""
    context_tokens: int = Field(default=4096, ge=512)
    """Context length that the server is started with."""
    kv_cache_gib: int = Field(default=1, ge=1)
    """Memory for the key-value cache."""
    max_restarts: int = Field(default=5, ge=0)
    """Crashes in a row that are mended by a restart, with growing pauses."""


class AgentSettings(_Section):
    """Budgets and habits of the agent."""

    items: int = Field(default=5, ge=1, le=20)
    """Recommendations an answer shows."""
    candidates: int = Field(default=12, ge=1, le=50)
    """Candidates that the LLM sees."""
    llm_weight: float | None = Field(default=None, ge=0, le=1)
    """Share of the LLM's order in the final order; none: what was calibrated for it, else 0."""
    written_reasons: int = Field(default=1, ge=0, le=20)
    """Items whose reason the LLM words; the others' are worded from their facts, at once."""
    pictures: int = Field(default=5, ge=0, le=8)
    """Pictures of items that a model which sees is shown at once; the person's own comes on top."""
    picture_hosts: list[str] = []
    """Hosts that pictures which people name by their address may be fetched from, over https; none:
    no address is fetched."""
    max_llm_calls: int = Field(default=3, ge=0)
    """LLM calls in one turn; one more where a picture came with the message."""
    max_tool_calls: int = Field(default=4, ge=1)
    """Tool calls in one turn."""
    max_tokens: int = Field(default=6000, ge=0)
    """Prompt and completion tokens in one turn, after which the LLM is not called again."""
    max_seconds: float = Field(default=60.0, gt=0)
    """Seconds in one turn, after which the LLM is not called again."""
    max_message_chars: int = Field(default=4000, ge=100)
    """Longer messages are read up to here, and the reply says so."""
    thread_wait_seconds: float = Field(default=30.0, ge=0)
    """How long a turn waits while another process answers on the same thread."""


class ServeSettings(_Section):
    """`tastemaker serve`: who may call it, and how much."""

    origins: list[str] = []
    """Web pages elsewhere (`https://shop.example`) whose scripts may call the API; none: only pages
    of this server."""
    hosts: list[str] = []
    """Names that this server is called by, beside those of the machine itself (`chat.example`)."""
    requests_per_minute: int = Field(default=600, ge=1)
    """Of one API key, by which many people may come; a key may have its own."""
    tokens_per_day: int = Field(default=2_000_000, ge=1)
    """Tokens of the LLM for one API key; a key may have its own."""
    requests_at_once: int = Field(default=1000, ge=1)
    """Requests that one process has open, streams of pages among them; further ones get 503. One
    tenant has at most half of them."""
    turns_at_once: int = Field(default=64, ge=1)
    """Messages that are answered at the same time; further ones are refused with 503. Those of one
    tenant are at most half of them."""
    body_bytes: int = Field(default=20_000_000, ge=10_000)
    """Largest request."""
    https: bool = False
    """Whether browsers come over https, by a proxy in front: cookies go nowhere else then, and
    browsers are told to stay with it."""
    session_secret: SecretStr | None = Field(default=None, min_length=32)
    """Signs the cookies of browsers; processes behind one address share it. None: drawn once and
    kept in the user's data folder."""


class TracingSettings(_Section):
    """What is told of turns to those who run the server; nothing by default."""

    endpoint: str | None = None
    """An OTLP/HTTP collector (`http://127.0.0.1:4318`) that gets a trace of each turn; none: no
    traces."""
    contents: bool = False
    """Put messages, prompts and answers into traces, too."""
    log_format: Literal["text", "json"] = "text"
    """How log lines are written."""


class SigningSettings(_Section):
    """With which key finished pictures are signed, and whose signatures count."""

    certificate: Path | None = None
    """PEM file of the certificate and what certifies it, the signer's own first; none: a test key
    of this machine, whose signatures count on this machine only."""
    key: Path | None = None
    """PEM file of its private key (Ed25519, P-256, P-384, P-521 or RSA), without a password."""
    trusted: Path | None = None
    """PEM file of authorities or signers whose signatures count, too, in `verify`."""


class Settings(BaseSettings):
    """Everything that can be configured."""

    model_config = SettingsConfigDict(
        env_prefix="TASTEMAKER_", env_nested_delimiter="__", extra="forbid"
    )

    catalog: str = "movies"
    """The catalogue that commands use when none is named: a name or a folder."""
    text_encoder: str = "all-minilm-l6-v2"
    """Name or folder of the sentence-transformers model that reads items and requests."""
    image_encoder: str = "clip-vit-b-16"
    """Name or folder of the CLIP vision model that looks at items' images."""
    painter: str = "tastemaker-painter"
    """Name, folder or hub id of the diffusers pipeline that paints."""
    database_url: SecretStr | None = None
    """A `postgresql://` address where threads and memories are kept, for many app processes; none:
    SQLite files in the user's data folder."""
    llm: LLMSettings = LLMSettings()
    server: ServerSettings = ServerSettings()
    agent: AgentSettings = AgentSettings()
    signing: SigningSettings = SigningSettings()
    serve: ServeSettings = ServeSettings()
    tracing: TracingSettings = TracingSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the TOML file."""
        toml = TomlConfigSettingsSource(settings_cls, config_file())
        return init_settings, env_settings, toml


def config_file() -> Path:
    """The TOML file that is read; it need not exist."""
    named = os.environ.get("TASTEMAKER_CONFIG")
    if named:
        return Path(named)
    local = Path("tastemaker.toml")
    return (
        local if local.exists() else Path(platformdirs.user_config_dir("tastemaker"), "config.toml")
    )


def load_settings() -> Settings:
    """The effective settings.

    Raises:
        BadInputError: a value is of the wrong type or range, or the TOML file cannot be read.
    """
    named = os.environ.get("TASTEMAKER_CONFIG")
    if named and not Path(named).exists():
        raise BadInputError(f"TASTEMAKER_CONFIG names {named}, which does not exist.")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInputError(f"Setting {where}: {first['msg']}.") from error
    except ValueError as error:
        raise BadInputError(f"{config_file()} is not readable TOML: {error}.") from error
