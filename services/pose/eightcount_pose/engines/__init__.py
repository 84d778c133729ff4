"""The engines that can run the networks. A new one is a module with a `LoadNetworks`, and one line in `ENGINES`."""

from __future__ import annotations

from eightcount_pose.engines.base import LoadNetworks
from eightcount_pose.engines.openvino import OpenVinoNetworks

ENGINES: dict[str, LoadNetworks] = {
    "openvino": OpenVinoNetworks,
}
"""Name of an engine -> how its networks are loaded; `EIGHTCOUNT_POSE_ENGINE` selects one."""
