"""Settings that every process reads from the environment; built once at the start and passed down."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class StoreSettings(BaseSettings):
    """Location of videos and artifacts: `EIGHTCOUNT_STORE_*`."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_STORE_", frozen=True)

    kind: Literal["folder", "s3"] = "folder"
    """`folder` for a directory of this machine, `s3` for MinIO or another S3 server."""
    folder: Path = Path("eightcount-data/objects")
    """Directory of the folder store."""
    s3_endpoint: str = ""
    """Host and port of the S3 server, for example `minio:9000`."""
    s3_bucket: str = "eightcount"
    """Bucket; created when it does not exist."""
    s3_access_key: SecretStr = SecretStr("")
    """Access key; empty for anonymous access."""
    s3_secret_key: SecretStr = SecretStr("")
    """Secret key."""
    s3_secure: bool = True
    """Whether the server uses TLS."""
    s3_region: str = "us-east-1"
    """Region, as named by the server."""


class ServiceSettings(BaseSettings):
    """Settings of every gRPC service; each service subclasses them under its own prefix."""

    model_config = SettingsConfigDict(frozen=True)

    host: str = "127.0.0.1"
    """Address to listen on; `[::]` in a cluster."""
    port: int = Field(default=0, ge=0, le=65535)
    """Port of the gRPC server; 0 picks a free one, which is printed."""
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Port of the Prometheus endpoint; 0 turns it off."""
    drain_seconds: float = Field(default=10.0, ge=0)
    """How long running calls may continue after SIGTERM."""
    max_workers: int = Field(default=2, ge=1)
    """Calls that compute at the same time."""
    queue_limit: int = Field(default=256, ge=0)
    """Calls that wait for a worker; any more are refused with RESOURCE_EXHAUSTED."""
    max_suspended: int = Field(default=6, ge=0)
    """Long calls that may be suspended in the middle while shorter ones go first; 0: each runs to its end."""
    log_level: str = "INFO"
    """Level of the JSON log on standard error."""
    tls_certificate: Path | None = None
    """PEM file; with `tls_key` the server uses TLS."""
    tls_key: Path | None = None
    """PEM file of the private key."""
    tls_client_ca: Path | None = None
    """PEM file; when given, clients must present a certificate signed by it (mTLS)."""
    otlp_endpoint: str = ""
    """OpenTelemetry collector, for example `http://otel-collector:4317`; empty turns tracing off."""
