"""Devices and their invitations in the database; addresses of the network."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import psutil
import pytest
import sqlalchemy as sa

from eightcount_common.errors import InvalidInputError, NotFoundError, UnauthenticatedError
from eightcount_gateway.jobs.database import open_database
from eightcount_gateway.lan import addresses, devices
from eightcount_gateway.lan.devices import DEVICES, INVITATION_SECONDS, Devices


@pytest.fixture
def engine(tmp_path) -> sa.Engine:
    return open_database(f"sqlite:///{tmp_path / 'jobs.sqlite'}")


@pytest.fixture
def clock(monkeypatch) -> SimpleNamespace:
    """A clock that a test sets."""
    clock = SimpleNamespace(now=1_800_000_000.0)
    monkeypatch.setattr(devices.time, "time", lambda: clock.now)
    return clock


def test_an_invitation_is_good_until_it_expires(engine, clock):
    known = Devices(engine)
    early, late = known.invite().key, known.invite().key
    clock.now += INVITATION_SECONDS - 1
    known.join(early, "early")
    clock.now += 2
    with pytest.raises(UnauthenticatedError) as refused:
        known.join(late, "late")
    assert refused.value.reason == "INVITATION_UNKNOWN"


def test_only_hashes_are_stored(engine):
    known = Devices(engine)
    invitation = known.invite()
    device, secret = known.join(invitation.key, "phone")
    with engine.connect() as connection:
        (row,) = connection.execute(sa.select(DEVICES)).all()
    assert secret not in row
    assert invitation.key not in row
    assert row.id == device.id
    assert known.find(secret) == device.id


def test_a_device_is_found_by_its_secret_alone_and_after_a_restart(engine):
    known = Devices(engine)
    first, secret = known.join(known.invite().key, "first")
    second, other = known.join(known.invite().key, "second")
    assert Devices(engine).find(secret) == first.id
    for wrong in ("", first.id, secret[:-1], secret + "x", "\ud800"):
        assert known.find(wrong) is None
    known.remove(first.id)
    assert (known.find(secret), Devices(engine).find(secret)) == (None, None)
    assert known.find(other) == second.id
    with pytest.raises(NotFoundError, match=first.id):
        known.get(first.id)


PRIVATE = ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.5", "169.254.3.4", "127.0.0.1")
OTHERS = (
    "172.32.0.1", "192.169.0.1", "8.8.8.8", "100.64.0.1", "::1", "fd00::2", "", "router", "192.168.1.5/24",
)  # fmt: skip


@pytest.mark.parametrize("address", [*PRIVATE, *OTHERS])
def test_private_addresses_are_told_from_others(address):
    assert addresses.is_private(address) is (address in PRIVATE)


def test_the_address_of_the_default_route_comes_first(monkeypatch):
    found = {
        "lo": ["127.0.0.1"], "docker0": ["172.17.0.1"], "wlan0": ["192.168.1.5", "fe80::1"], "eth9": ["10.0.0.9"],
        "ppp0": ["84.1.2.3"],
    }  # fmt: skip
    families = {True: socket.AF_INET6, False: socket.AF_INET}
    known = {
        name: [SimpleNamespace(address=one, family=families[":" in one]) for one in texts]
        for name, texts in found.items()
    }
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: known)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: {name: SimpleNamespace(isup=name != "eth9") for name in found})
    monkeypatch.setattr(addresses, "_default_address", lambda: "192.168.1.5")
    assert addresses.find_addresses() == ["192.168.1.5", "172.17.0.1"]


def test_addresses_of_the_internet_are_refused():
    addresses.check_addresses(["192.168.1.5"])
    with pytest.raises(InvalidInputError, match=r"8\.8\.8\.8 is not a private"):
        addresses.check_addresses(["192.168.1.5", "8.8.8.8"])
