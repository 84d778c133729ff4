"""Pickled numpy arrays, read without running the pickle.

A pickle is a program; `pickle.load` runs it. Here its opcodes are read with `pickletools`, and only those that build
containers, text and numbers are executed, with replacements for the few callables in `pickles.arrays`. No import,
attribute, class or foreign function is ever touched, so nothing has to be undone when a pickle is refused.
"""

from __future__ import annotations

import pickletools

from eightcount_common.errors import InvalidInputError, TooLargeError
from eightcount_common.importing.pickles.machine import Machine
from eightcount_common.importing.pickles.tokens import Budget
from eightcount_common.importing.source import Source, read_bytes

MAX_BYTES = 256 * 2**20
"""Maximum size of a file in bytes."""

MAX_STEPS = 20_000
"""Maximum number of opcodes: a file of a few arrays has some hundred."""

_SPARE_BYTES = 2**20


def read_pickle(source: Source, *, max_bytes: int = MAX_BYTES) -> object:
    """Return the content of a pickle.

    It may hold numpy arrays, dtypes and scalars in dicts, lists, tuples and sets, text, bytes and numbers.

    Arrays are views of the file's bytes and may be read-only. Protocols 0 to 5, of Python 2 and 3, numpy 1 and 2.

    Raises:
        InvalidInputError: UNSAFE_PICKLE naming what the pickle requires; DAMAGED_PICKLE; UNREADABLE_FILE.
        TooLargeError: it has too many steps, or copies its content.
    """
    data = read_bytes(source, max_bytes=max_bytes)
    machine = Machine(Budget(len(data) + _SPARE_BYTES))
    try:
        for step, (opcode, argument, _) in enumerate(pickletools.genops(data)):
            if step == MAX_STEPS:
                raise TooLargeError(f"the pickle has more than {MAX_STEPS} steps")
            machine.execute(opcode.name, argument)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(f"the file is not a complete pickle: {error}", reason="DAMAGED_PICKLE") from error
    return machine.pop_result()
