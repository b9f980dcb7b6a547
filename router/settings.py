"""What an operator may set: defaults < shipfrom.toml < SHIPFROM_* < flags.

An unknown key stops the start, with the nearest known one: a mistyped setting that is
silently ignored is found only after the damage. A setting exists only if something
reads it.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from inventory.policy_approvals import Approving
from router.log import Format, Level
from router.mailer.settings import MailSettings
from router.money import Currency
from router.scheduled import ScheduledSettings

PREFIX = "SHIPFROM_"
CONFIG_FILE = Path("shipfrom.toml")

# The HTTP port is the gRPC port + 1000, metrics + 2000, so that one number moves all.
HTTP_OFFSET, METRICS_OFFSET = 1_000, 2_000

# Read by the client and the CLI from the same environment; no business of the server.
CLIENT_VARIABLES = frozenset({"SHIPFROM_ADDRESS", "SHIPFROM_CONFIG"})

# They may hold a password, so the environment can name a file instead.
SECRETS = ("ledger_url", "redis_url", "smtp_url", "mail_customer_url")

NO_REDIS = "none"


class SettingsError(Exception):
    """The settings cannot be used; the text says which, why and what to do."""


class Settings(ScheduledSettings, MailSettings):
    """All settings of a server, checked."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(
        default=7350,
        ge=0,
        le=65_535 - METRICS_OFFSET,
        description="gRPC port; HTTP is + 1000, metrics + 2000; 0 picks free ones.",
    )
    workers: int = Field(
        default=1, ge=1, le=64, description="Server processes that share the ports."
    )
    front: Literal["native", "grpcio"] = Field(
        default="grpcio",
        description="gRPC front: grpcio, or native (no TLS).",
    )
    ledger_url: str = Field(
        default="sqlite:///.shipfrom/dev.db",
        description="URL of the ledger (SQLAlchemy).",
    )
    redis_url: str = Field(
        default="", description='Redis of the view; "" starts one, "none" does without.'
    )
    data_dir: Path = Field(
        default=Path(".shipfrom"),
        description="Where an embedded Valkey lives.",
    )
    currency: str = Field(default="USD", description="ISO 4217 currency of all costs.")
    deployment: str = Field(
        default="default",
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        description="Name of this installation in the source of its events.",
    )
    webhooks_to_loopback: bool = Field(
        default=False,
        description="Let webhooks lead to this machine, also without TLS.",
    )
    policy_approvals: int = Field(
        default=0,
        ge=0,
        le=10,
        description="Approvals by others that a policy needs to be published.",
    )
    policy_approvers: str = Field(
        default="",
        description='Whose approvals count, with commas; "": anybody\'s.',
    )
    tls_cert_file: Path | None = Field(
        default=None, description="PEM certificate chain of this server."
    )
    tls_key_file: Path | None = Field(
        default=None, description="PEM private key of this server."
    )
    tls_client_ca_file: Path | None = Field(
        default=None,
        description="PEM authorities of client certificates.",
    )
    calls_max: int = Field(
        default=2_000,
        ge=1,
        description="Calls in progress per worker before it sheds.",
    )
    deadline_required: bool = Field(
        default=False,
        description="Refuse mutations without a deadline.",
    )
    drain_notice_s: float = Field(
        default=5.0,
        ge=0,
        description="Seconds for balancers to notice a stop.",
    )
    drain_grace_s: float = Field(
        default=25.0,
        ge=0,
        description="Seconds for calls in progress at a stop.",
    )
    log_level: Level = Field(default="info", description="debug also logs every call.")
    log_format: Format = Field(
        default="auto",
        description="auto: pretty on a terminal, else JSON.",
    )
    log_call_every: int = Field(
        default=1_000, ge=0, description="Log one of so many answered calls; 0 none."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        *given: PydanticBaseSettingsSource,
        **named: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed in counts: `load` reads the outside world, visibly."""
        return (named["init_settings"],)

    @property
    def http_port(self) -> int:
        """Port of JSON over HTTP, 0 for a free one."""
        return self.port and self.port + HTTP_OFFSET

    @property
    def metrics_port(self) -> int:
        """Port of metrics and probes on loopback, 0 for a free one."""
        return self.port and self.port + METRICS_OFFSET

    @property
    def approving(self) -> Approving:
        """Who says yes before a policy is published."""
        names = (name.strip() for name in self.policy_approvers.split(","))
        return Approving(self.policy_approvals, tuple(filter(None, names)))

    @property
    def tls(self) -> bool:
        """Whether TLS ends in this process."""
        return self.tls_cert_file is not None

    @property
    def on_sqlite(self) -> bool:
        """Whether the ledger is a file of one process."""
        return self.ledger_url.startswith("sqlite")

    @field_validator("currency")
    @classmethod
    def _is_known(cls, code: str) -> str:
        Currency(code)
        return code

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        if (self.tls_cert_file is None) != (self.tls_key_file is None):
            raise ValueError("tls_cert_file and tls_key_file come together")
        if self.tls and self.front == "native":
            raise ValueError(
                'the native front has no TLS: set front = "grpcio", or end TLS in a '
                "proxy and listen on loopback"
            )
        if not _is_loopback(self.host) and not (self.tls and self.tls_client_ca_file):
            raise ValueError(
                f"{self.host} is not loopback: set tls_cert_file, tls_key_file and "
                "tls_client_ca_file, or listen on 127.0.0.1 behind a proxy"
            )
        if self.workers > 1 and self.on_sqlite:
            raise ValueError(
                "a SQLite ledger belongs to one process: set workers = 1, or use "
                "PostgreSQL (ledger_url)"
            )
        return self

    def described(self) -> dict[str, str]:
        """Every setting for people to read, passwords masked."""
        shown = {
            name: "" if value is None else str(value)
            for name, value in self.model_dump().items()
        }
        return shown | {name: _masked(shown[name]) for name in SECRETS}


def load(
    flags: Mapping[str, object] | None = None, *, config_file: Path | None = None
) -> Settings:
    """Read the settings in their order; raises SettingsError.

    Args:
        flags: what the command line says; None means not said.
        config_file: instead of ./shipfrom.toml, which may be missing.
    """
    named = config_file or os.environ.get(PREFIX + "CONFIG")
    path = Path(named or CONFIG_FILE)
    if named and not path.is_file():
        raise SettingsError(f"{path}: no such file")
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    sources = {str(path): _file(path), "environment": _environment(), "flags": given}
    for origin, values in sources.items():
        _refuse_unknown(origin, values)
    merged = {k: v for values in sources.values() for k, v in values.items()}
    try:
        return Settings(**merged)
    except ValidationError as wrong:
        raise SettingsError(_explain(wrong, sources)) from None


def _file(path: Path) -> dict[str, Any]:
    try:
        return dict(TomlConfigSettingsSource(Settings, path)())
    except ValueError as broken:
        raise SettingsError(f"{path}: {broken}") from None


def _environment() -> dict[str, Any]:
    files = {f"{PREFIX}{name}_FILE".upper(): name for name in SECRETS}
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    values = dict(EnvSettingsSource(Settings)())
    for variable, value in os.environ.items():
        if variable in files:
            values[files[variable]] = _secret(Path(value), variable)
        elif variable.startswith(PREFIX) and variable not in known | CLIENT_VARIABLES:
            values[variable.removeprefix(PREFIX).lower()] = value
    return values


def _secret(path: Path, variable: str) -> str:
    try:
        return path.read_text().strip()
    except OSError as missing:
        raise SettingsError(f"{variable}: {missing}") from None


def _refuse_unknown(origin: str, values: Mapping[str, object]) -> None:
    known = list(Settings.model_fields)
    for name in values:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = (
                f"Did you mean {near[0]!r}?" if near else "Known: " + ", ".join(known)
            )
            raise SettingsError(f"{origin}: unknown setting {name!r}. {hint}")


def _explain(wrong: ValidationError, sources: Mapping[str, Mapping[str, Any]]) -> str:
    lines = []
    for error in wrong.errors():
        name = ".".join(str(part) for part in error["loc"])
        naming = [origin for origin in sources if name in sources[origin]]
        origin = naming[-1] if naming else "settings"
        said = error["msg"].removeprefix("Value error, ")
        lines.append(f"{origin}: {name}: {said}" if name else f"settings: {said}")
    return "\n".join(lines)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _masked(url: str) -> str:
    parts = urlsplit(url)
    if not parts.password:
        return url
    return urlunsplit(
        parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@"))
    )
