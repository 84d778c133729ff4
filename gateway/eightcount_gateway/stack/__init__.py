"""The local stack: every service as its own process on this machine, watched, restarted and stopped together."""

from collections.abc import Sequence

from eightcount_gateway.stack.process import StackError
from eightcount_gateway.stack.services import NetworkChoice
from eightcount_gateway.stack.supervisor import Stack

__all__ = ["Stack", "StackError", "choose_network", "missing_parts"]


def choose_network(addresses: Sequence[str], port: int) -> NetworkChoice:
    """Return how devices in the same network reach the stack; at every private address when none is given.

    Raises:
        StackError: NO_NETWORK; there is no private address, or one that is given is not.
    """
    from eightcount_gateway.lan.addresses import find_addresses, is_private

    chosen = tuple(addresses) or tuple(find_addresses())
    if not chosen:
        raise StackError("this machine has no private IPv4 address: it is in no network, or in a public one",
                         reason="NO_NETWORK")  # fmt: skip
    for address in chosen:
        if not is_private(address):
            raise StackError(f"{address} is not a private IPv4 address of this machine", reason="NO_NETWORK")
    return NetworkChoice(chosen, port)


def missing_parts() -> list[str]:
    """Return one sentence for each optional part that is not there, and how to get it."""
    from eightcount_gateway import fetch_three
    from eightcount_gateway.browser_pose import files
    from eightcount_gateway.settings import GatewaySettings

    settings = GatewaySettings()
    missing = []
    if not fetch_three.is_there(settings.three):
        missing.append(f"dances are shown as videos only; for the 3D stage run {fetch_three.COMMAND}")
    if not files.are_there(settings.browser_pose):
        missing.append(f"cameras send their images to this server; for poses in the browser run {files.COMMAND}")
    return missing
