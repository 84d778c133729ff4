"""Settings of the gateway: `EIGHTCOUNT_GATEWAY_*`."""

from __future__ import annotations

import socket
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from eightcount_common.rpc import ClientTls

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TARGET = "_target"
_POSTGRES_SCHEMES = ("postgresql://", "postgres://")


class GatewaySettings(BaseSettings):
    """Built once in `__main__`."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_GATEWAY_", frozen=True, populate_by_name=True)

    host: str = "127.0.0.1"
    """Address to listen on; `0.0.0.0` in a container."""
    port: int = Field(default=8000, ge=0, le=65535)
    """HTTP port; 0 picks a free one, which is printed."""
    database_url: str = Field(
        default="sqlite:///eightcount-data/jobs.sqlite",
        validation_alias=AliasChoices("EIGHTCOUNT_GATEWAY_DATABASE_URL", "DATABASE_URL"),
    )
    """Jobs: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`. `DATABASE_URL` is read too."""
    executor_id: str = Field(default_factory=socket.gethostname, min_length=1)
    """Name of this process among gateways that share a database; unique, and the same after a restart if possible."""
    pose_target: str = "127.0.0.1:50051"
    """Address of the pose service; `dns:///NAME:PORT` spreads the calls over every pod."""
    sync_target: str = "127.0.0.1:50052"
    """Address of the sync service."""
    scoring_target: str = "127.0.0.1:50053"
    """Address of the scoring service."""
    classifier_target: str = ""
    """Address of the classifier service; without one, styles are not available."""
    generator_target: str = ""
    """Address of the generator service; without one, dances are not available."""
    three: Path = Path("~/.cache/eightcount/three")
    """Folder of three.js, which draws dances on their pages; filled by `python -m eightcount_gateway.fetch_three`."""
    browser_pose: Path = Path("~/.cache/eightcount/browser_pose")
    """Folder of what a page needs to find poses itself; filled by `python -m eightcount_gateway.browser_pose`."""
    sample: Path = Path("~/.cache/eightcount/sample")
    """Folder of two videos to try, which the first page offers; made by `python -m eightcount_gateway.demo.sample`."""
    tls_ca: Path | None = None
    """PEM file of the authority that signed the services' certificates; plain text when not given."""
    tls_certificate: Path | None = None
    """PEM file of the gateway's own certificate (mTLS)."""
    tls_key: Path | None = None
    """PEM file of its private key."""
    api_keys: SecretStr = SecretStr("")
    """Accepted keys, separated by commas; empty: no key is required."""
    allowed_hosts: str = ""
    """Host names that requests may be addressed to, separated by commas. When empty: loopback names if it listens on
    loopback, so that no web page can reach it by a name that leads there (DNS rebinding); any name otherwise."""
    lan_addresses: str = ""
    """Private IPv4 addresses at which devices in the same network reach this machine over TLS, separated by commas; the
    first is shown. Empty: nothing listens for them."""
    lan_port: int = Field(default=8443, ge=0, le=65535)
    """Port of TLS for them; 0 picks a free one."""
    lan_welcome_port: int = Field(default=8444, ge=0, le=65535)
    """Port of plain HTTP for them, where nothing but the authority's certificate and a page about it is served."""
    lan_folder: Path = Path("eightcount-data/lan")
    """Folder of the authority that vouches for this server; its key is in it."""
    max_upload_bytes: int = Field(default=4 * 1024**3, gt=0)
    """Maximum size of an uploaded file."""
    max_uploads: int = Field(default=64, ge=1)
    """Maximum number of simultaneous uploads; a further one waits, and is answered 429 after half a minute."""
    max_running_jobs: int = Field(default=2, ge=1)
    """Maximum number of middle jobs, and of long ones, that this process runs at the same time; the others wait."""
    max_short_jobs: int = Field(default=8, ge=1)
    """Maximum number of short jobs that it runs beside them: jobs of some seconds, for example on known motions."""
    max_live_sessions: int = Field(default=8, ge=0)
    """Maximum number of live sessions that are open at the same time."""
    resume_seconds: float = Field(default=10.0, ge=0)
    """How long a live session is kept after its connection broke."""
    idle_session_seconds: float = Field(default=600.0, gt=0)
    """A live session in which nothing is sent for this long ends, and makes room for others."""
    short_seconds: float = Field(default=30.0, ge=0)
    """A job that will probably compute for less than this is a short one; 0: there are none."""
    middle_seconds: float = Field(default=1200.0, ge=0)
    """A job that will probably compute for less than this is a middle one, otherwise a long one; 0: all are long."""
    probe_timeout_seconds: float = Field(default=30.0, gt=0)
    """Limit of the work on reading a file's container. No limit counts the time that a call waits for a worker."""
    align_timeout_seconds: float = Field(default=600.0, gt=0)
    """Limit of the work on each call of the sync service."""
    extract_timeout_seconds: float = Field(default=4 * 3600.0, gt=0)
    """Limit of the work on extracting one motion."""
    score_timeout_seconds: float = Field(default=600.0, gt=0)
    """Limit of the work on scoring."""
    render_timeout_seconds: float = Field(default=4 * 3600.0, gt=0)
    """Limit of the work on rendering."""
    classify_timeout_seconds: float = Field(default=600.0, gt=0)
    """Limit of the work on each call of the classifier service except training."""
    generate_timeout_seconds: float = Field(default=4 * 3600.0, gt=0)
    """Limit of the work on generating one dance, and on exporting it as one file."""
    train_timeout_seconds: float = Field(default=7 * 24 * 3600.0, gt=0)
    """Limit of the work on training one model."""
    unavailable_timeout_seconds: float = Field(default=30.0, gt=0)
    """A backend that does not answer for this long is not there any more: calls break off, and jobs fail."""
    takeover_seconds: float = Field(default=15.0, gt=0)
    """A gateway that is silent for this long is considered dead, and another one takes over its jobs."""
    drain_seconds: int = Field(default=5, ge=0)
    """How long open requests may finish after SIGTERM; jobs are handed back at once and resumed later."""
    log_level: str = "INFO"
    """Level of the JSON log on standard error."""
    otlp_endpoint: str = ""
    """OpenTelemetry collector, for example `http://otel-collector:4317`; empty turns tracing off."""

    @property
    def max_jobs(self) -> int:
        """Maximum number of jobs of all lanes that run at the same time."""
        return self.max_short_jobs + 2 * self.max_running_jobs + 1

    @property
    def targets(self) -> dict[str, str]:
        """Address of each service by name; empty for a service that is not configured."""
        return {name: str(getattr(self, f"{name}{_TARGET}")) for name in service_names()}

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        for scheme in _POSTGRES_SCHEMES:
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("database_url: sqlite:///PATH or postgresql://... is required")
        return url

    @property
    def accepted_keys(self) -> frozenset[str]:
        """Accepted API keys; empty if none is required."""
        return frozenset(key for part in self.api_keys.get_secret_value().split(",") if (key := part.strip()))

    @property
    def network_addresses(self) -> tuple[str, ...]:
        """Addresses for devices in the same network."""
        return tuple(address for part in self.lan_addresses.split(",") if (address := part.strip()))

    @property
    def accepted_hosts(self) -> frozenset[str]:
        """Accepted host names; empty if any is accepted."""
        named = frozenset(name for part in self.allowed_hosts.split(",") if (name := part.strip().lower()))
        return named or (_LOOPBACK if self.host.strip("[]") in _LOOPBACK else frozenset())

    @property
    def client_tls(self) -> ClientTls | None:
        """TLS files for the services; None for plain text."""
        return ClientTls(self.tls_ca, self.tls_certificate, self.tls_key) if self.tls_ca else None


def service_names() -> tuple[str, ...]:
    """Return the names of the gRPC services that the gateway calls: every setting `<name>_target`."""
    return tuple(name.removesuffix(_TARGET) for name in GatewaySettings.model_fields if name.endswith(_TARGET))


def optional_service_names() -> tuple[str, ...]:
    """Return the names of the services that a gateway can do without: those whose address is empty by default."""
    return tuple(name for name in service_names() if not GatewaySettings.model_fields[f"{name}{_TARGET}"].default)
