"""Serves the gateway: `python -m eightcount_gateway`."""

from __future__ import annotations

import sys

from eightcount_common import telemetry
from eightcount_common.settings import StoreSettings
from eightcount_gateway.http.app import create_app
from eightcount_gateway.http.server import MainServer, ignore_signals, listen, server_config
from eightcount_gateway.lan.servers import network_listeners
from eightcount_gateway.settings import GatewaySettings


def main() -> int:
    settings = GatewaySettings()
    telemetry.configure("gateway", level=settings.log_level, otlp_endpoint=settings.otlp_endpoint)
    with listen(settings.host, settings.port) as listener, network_listeners(settings) as network:
        app = create_app(settings, StoreSettings(), network=network.network if network else None)
        beside = network.servers(app, settings) if network else []
        ignore_signals()
        MainServer(server_config(app, settings), beside).run([listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
