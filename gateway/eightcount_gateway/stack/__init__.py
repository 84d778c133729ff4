"""The local stack: every service as its own process on this machine, watched, restarted and stopped together."""

from eightcount_gateway.stack.process import StackError
from eightcount_gateway.stack.supervisor import Stack

__all__ = ["Stack", "StackError"]
