"""Bodies of `/v1/devices`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID
from eightcount_gateway.lan.devices import Device, Invitation
from eightcount_gateway.lan.network import Network
from eightcount_gateway.lan.qr_code import qr_rows


class InvitationBody(BaseModel):
    """An address that one device opens to join."""

    url: str = Field(
        examples=["http://192.168.1.5:8444/#Vb0Jz0mSGzq1Yw8d8b1J3w"],
        description="address of the page that leads there; the key is its fragment, and is not sent to any server",
    )
    qr_code: list[str] = Field(
        examples=[["1110", "1010"]], description="the address as a QR code: rows of modules, 1 for a dark one"
    )
    expires_at: datetime
    fingerprint: str = Field(
        examples=["3A:7F:..."], description="SHA-256 of the certificate that the device is asked to trust"
    )

    @classmethod
    def of(cls, invitation: Invitation, network: Network) -> InvitationBody:
        """Return the invitation as a body."""
        url = network.invitation_url(invitation.key)
        return cls(
            url=url, qr_code=qr_rows(url), expires_at=invitation.expires_at, fingerprint=network.fingerprint
        )  # fmt: skip


class JoinRequest(BaseModel):
    """A device that wants to join."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=1, max_length=64, description="of the invitation")
    name: str = Field(default="a device", min_length=1, max_length=64, examples=["iPhone"])


class DeviceBody(BaseModel):
    """A device that has joined."""

    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["iPhone"])
    created_at: datetime

    @classmethod
    def of(cls, device: Device) -> DeviceBody:
        """Return the device as a body."""
        return cls.model_validate(asdict(device))
