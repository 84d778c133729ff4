"""Devices in the same network: `/v1/devices`. They join by an invitation, and only the owner of the server invites."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from eightcount_common.errors import ConflictError
from eightcount_gateway.http.contract import contract_router, problems, repeatable
from eightcount_gateway.http.dependencies import DryRun, GatewayOf
from eightcount_gateway.http.errors import ForbiddenError
from eightcount_gateway.http.paging import Cursor, CursorText, Limit, Page, page_of
from eightcount_gateway.http.schemas.deletions import DeletionBody
from eightcount_gateway.jobs.kind import Resource
from eightcount_gateway.lan.access import COOKIE, is_from_network
from eightcount_gateway.lan.schemas import DeviceBody, InvitationBody, JoinRequest
from eightcount_gateway.library.deletion.deletion import DeletionReport
from eightcount_gateway.threads import run_in_thread

_YEAR_SECONDS = 365 * 24 * 3600

router = contract_router("/v1/devices", "devices")


def _check_owner(request: Request) -> None:
    """Refuse devices.

    Raises:
        ForbiddenError: OWNER_ONLY.
    """
    if is_from_network(request.scope):
        raise ForbiddenError("only the machine of the server may do this", reason="OWNER_ONLY")


Owner = Annotated[None, Depends(_check_owner)]


@router.post("/invitations", operation_id="inviteDevice", responses=problems("OWNER_ONLY", "NETWORK_OFF"))
@repeatable
async def invite_device(gateway: GatewayOf, _owner: Owner) -> InvitationBody:
    """Invite one device; the address that it opens is good once, for 15 minutes."""
    if gateway.network is None:
        raise ConflictError(
            "this server is not open to other devices; start it with `eightcount up --lan`", reason="NETWORK_OFF"
        )
    return InvitationBody.of(gateway.devices.invite(), gateway.network)


@router.post(
    "", operation_id="joinDevice", responses=problems("INVITATION_UNKNOWN", "NETWORK_ONLY")
)  # fmt: skip
@repeatable
async def join_device(body: JoinRequest, request: Request, response: Response, gateway: GatewayOf) -> DeviceBody:
    """Join with an invitation; the answer sets the cookie that lets the device in from then on."""
    if not is_from_network(request.scope):
        raise ConflictError("devices join at the server's address in the network", reason="NETWORK_ONLY")
    device, secret = await run_in_thread(gateway.devices.join, body.key, body.name)
    response.set_cookie(
        COOKIE, secret, max_age=_YEAR_SECONDS, path="/", secure=True, httponly=True, samesite="strict"
    )  # fmt: skip
    response.headers["Location"] = f"/v1/devices/{device.id}"
    return DeviceBody.of(device)


@router.get("", operation_id="listDevices", responses=problems("OWNER_ONLY"))
async def list_devices(
    gateway: GatewayOf, _owner: Owner, limit: Limit = 50, cursor: CursorText = None
) -> Page[DeviceBody]:
    """List the devices that have joined, newest first."""
    devices = await run_in_thread(gateway.devices.list, limit=limit + 1, after=Cursor.decode(cursor))
    page = page_of(devices, limit, lambda device: Cursor(device.created_at.timestamp(), device.id))
    return Page[DeviceBody](items=[DeviceBody.of(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/{device_id}", operation_id="getDevice", responses=problems("DEVICE_NOT_FOUND", "OWNER_ONLY"))
async def get_device(device_id: str, gateway: GatewayOf, _owner: Owner) -> DeviceBody:
    """Return a device that has joined."""
    return DeviceBody.of(await run_in_thread(gateway.devices.get, device_id))


@router.delete("/{device_id}", operation_id="deleteDevice", responses=problems("DEVICE_NOT_FOUND", "OWNER_ONLY"))
async def delete_device(device_id: str, gateway: GatewayOf, _owner: Owner, dry_run: DryRun = False) -> DeletionBody:
    """Remove a device: it is let in no longer."""
    await run_in_thread(gateway.devices.get, device_id)
    if not dry_run:
        await run_in_thread(gateway.devices.remove, device_id)
    return DeletionBody.of(DeletionReport((Resource("device", device_id),), (), dry_run))
