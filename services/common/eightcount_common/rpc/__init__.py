"""gRPC around a pure core: serving, calling, and work off the event loop."""

from eightcount_common.rpc.client import ClientTls, open_channel, translated
from eightcount_common.rpc.server import serve
from eightcount_common.rpc.workers import CancelToken, WorkerPool

__all__ = ["CancelToken", "ClientTls", "WorkerPool", "open_channel", "serve", "translated"]
