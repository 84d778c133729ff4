"""The local stack: every service as its own process on this machine, watched, restarted and stopped together."""

from eightcount_gateway.stack.process import StackError
from eightcount_gateway.stack.supervisor import Stack

__all__ = ["Stack", "StackError", "missing_parts"]


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
