"""Settings: one frozen object, from `OPIS_*` environment variables."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AnyHttpUrl, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be set; each field is the variable `OPIS_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="OPIS_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on")
    workers: int = Field(1, ge=1, le=256, description="Server processes; one loads, others wait")
    seed_dir: Path = Field(Path("seed"), description="Folder of `records/` and `authorities/`")
    data_dir: Path = Field(
        Path(".opis"), description="Folder for the database and whatever is derived from it"
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy URL of the database; by default `opis.sqlite` in `data_dir`"
    )
    read_database_url: str | None = Field(
        None, description="Where requests read from, such as a replica; by default `database_url`"
    )
    base_url: AnyHttpUrl | None = Field(
        None, description="Public address, for links; by default the host each request asks for"
    )
    admin_email: str | None = Field(
        None, description="Whom harvesters write to; by default an address on the host asked for"
    )
    access_log: bool = Field(
        False, description="Log every request: method, path, status, milliseconds"
    )
    load_on_start: bool = Field(True, description="Migrate and load when the service starts")
    watch: bool = Field(False, description="Load again whenever a file in `seed/` changes")
    watch_polling: bool = Field(
        False, description="Look for changes instead of being told: for network folders"
    )
    cache_bytes: int = Field(
        64_000_000, ge=0, description="Memory for rendered answers, per process; 0 turns it off"
    )
    cache_max_age: int = Field(60, ge=0, description="Seconds clients may keep an answer unasked")
    max_seed_file_bytes: int = Field(
        50_000_000, ge=1, description="A larger file in `seed/` is refused"
    )
    max_body_bytes: int = Field(2_000_000, ge=1, description="A larger request body gets 413")
    max_query_bytes: int = Field(
        10_000, ge=100, description="A longer search query or quotation gets 413"
    )
    max_quotations: int = Field(100, ge=1, description="More quotations at once get 413")
    max_annotated_bytes: int = Field(
        100_000, ge=1, description="A longer text to find entities in gets 413"
    )
    max_url_bytes: int = Field(40_000, ge=100, description="A longer request target gets 414")

    log_format: Literal["text", "json"] = Field(
        "text", description="Log lines for people, or for programs: one JSON object each"
    )
    max_concurrent: int = Field(
        64, ge=1, description="So many requests are worked on at once, a quarter of them downloads"
    )
    max_waiting: int = Field(
        256, ge=0, description="So many more wait for their turn; the others get 503 at once"
    )
    max_wait_seconds: float = Field(2.0, gt=0, description="A longer wait for its turn gets 503")
    body_seconds: float = Field(
        20.0, gt=0, description="A request body that takes longer to arrive gets 408"
    )
    send_seconds: float = Field(
        60.0, gt=0, description="A download of which nothing is taken for so long is broken off"
    )
    drain_seconds: float = Field(
        0.0,
        ge=0,
        description="After SIGTERM everything is still served for so long, but `/readyz` says 503",
    )

    @property
    def database(self) -> str:
        """The URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'opis.sqlite'}"

    @property
    def read_database(self) -> str:
        """The URL of the database that requests read."""
        return self.read_database_url or self.database

    @property
    def base(self) -> str | None:
        """The public address without its final slash, if one is set."""
        return str(self.base_url).rstrip("/") if self.base_url else None
