"""gRPC around a pure core: serving, calling, and computing off the event loop."""

from eightcount_common.rpc.cancellation import CancelToken
from eightcount_common.rpc.client import ClientTls, open_channel
from eightcount_common.rpc.errors import translate_errors
from eightcount_common.rpc.server import serve
from eightcount_common.rpc.workers import WorkerPool

__all__ = ["CancelToken", "ClientTls", "WorkerPool", "open_channel", "serve", "translate_errors"]
