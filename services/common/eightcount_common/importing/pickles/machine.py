"""The stack machine that executes pickles, without the opcodes that run code."""

from __future__ import annotations

from collections.abc import Callable

from eightcount_common.importing.pickles.arrays import call, find_callable
from eightcount_common.importing.pickles.tokens import (
    Arguments,
    Budget,
    Token,
    Unfinished,
    check_key,
    refuse_damaged,
    refuse_unsafe,
    type_name,
)

_LITERALS = frozenset((
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES",
    "BINBYTES8", "BYTEARRAY8",
))  # fmt: skip
_CONSTANTS: dict[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_NEW: dict[str, Callable[[], object]] = {"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_SET": set}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


class Machine:
    """The stack and memory that opcodes work on (`pickletools` documents each)."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._stack: list[object] = []
        self._marks: list[int] = []
        self._memo: dict[int, object] = {}
        self._actions: dict[str, Callable[[], None]] = {
            "MARK": lambda: self._marks.append(len(self._stack)),
            "POP": self._discard_top,
            "POP_MARK": lambda: self._pop_to_mark().clear(),
            "DUP": lambda: self._stack.append(self._peek()),
            "TUPLE": lambda: self._stack.append(_build_tuple(self._pop_to_mark())),
            "LIST": lambda: self._stack.append(_check_values(self._pop_to_mark())),
            "DICT": lambda: self._stack.append(_pair_items(self._pop_to_mark())),
            "FROZENSET": lambda: self._stack.append(frozenset(map(check_key, self._pop_to_mark()))),
            "APPEND": lambda: self._extend([self._pop()]),
            "APPENDS": lambda: self._extend(self._pop_to_mark()),
            "SETITEM": lambda: self._update([self._pop(), self._pop()][::-1]),
            "SETITEMS": lambda: self._update(self._pop_to_mark()),
            "ADDITEMS": lambda: self._add(self._pop_to_mark()),
            "STACK_GLOBAL": self._global,
            "MEMOIZE": lambda: self._remember(len(self._memo)),
            "REDUCE": self._call,
            "BUILD": self._finish,
        }

    def execute(self, name: str, argument: object) -> None:
        """Execute one opcode."""
        if name in _LITERALS:
            self._stack.append(argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _NEW:
            self._stack.append(_NEW[name]())
        elif name in _TUPLES:
            self._stack.append(_build_tuple([self._pop() for _ in range(_TUPLES[name])][::-1]))
        elif name in self._actions:
            self._actions[name]()
        elif name in ("PUT", "BINPUT", "LONG_BINPUT") and isinstance(argument, int):
            self._remember(argument)
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self._recall(argument)
        elif name == "GLOBAL":
            self._stack.append(find_callable(*str(argument).split(" ", 1)))
        elif name not in ("PROTO", "FRAME", "STOP"):
            refuse_unsafe(f"the opcode {name}")

    def pop_result(self) -> object:
        """Return the one value that is left."""
        if len(self._stack) != 1 or self._marks:
            refuse_damaged("one value at the end", f"{len(self._stack)} values")
        return _check_value(self._stack[0])

    def _pop(self) -> object:
        if len(self._stack) <= (self._marks[-1] if self._marks else 0):
            refuse_damaged("a value on the stack", "none")
        return self._stack.pop()

    def _discard_top(self) -> None:
        if self._marks and self._marks[-1] == len(self._stack):
            self._marks.pop()
        else:
            self._pop()

    def _pop_to_mark(self) -> list[object]:
        if not self._marks:
            refuse_damaged("a mark on the stack", "none")
        start = self._marks.pop()
        items = self._stack[start:]
        del self._stack[start:]
        return items

    def _peek(self) -> object:
        if not self._stack:
            refuse_damaged("a value on the stack", "none")
        return self._stack[-1]

    def _extend(self, items: list[object]) -> None:
        target = self._peek()
        if not isinstance(target, list):
            refuse_damaged("a list to append to", type_name(target))
        target.extend(_check_values(items))

    def _update(self, items: list[object]) -> None:
        target = self._peek()
        if not isinstance(target, dict):
            refuse_damaged("a dict to set items of", type_name(target))
        target.update(_pair_items(items))

    def _add(self, items: list[object]) -> None:
        target = self._peek()
        if not isinstance(target, set):
            refuse_damaged("a set to add to", type_name(target))
        target.update(map(check_key, items))

    def _global(self) -> None:
        name, module = self._pop(), self._pop()
        self._stack.append(find_callable(str(module), str(name)))

    def _remember(self, memo_key: int) -> None:
        value = self._peek()
        self._memo[memo_key] = value
        if isinstance(value, Unfinished):
            value.memo_keys.append(memo_key)

    def _recall(self, memo_key: object) -> None:
        if not isinstance(memo_key, int) or memo_key not in self._memo:
            refuse_damaged("a key of the memo", "an unknown one")
        self._stack.append(self._memo[memo_key])

    def _call(self) -> None:
        arguments, function = self._pop(), self._pop()
        self._stack.append(call(function, arguments, self._budget))

    def _finish(self) -> None:
        state, target = self._pop(), self._pop()
        if not isinstance(target, Unfinished):
            refuse_unsafe(f"a change of the state of a {type_name(target)}")
        value = target.finish(state)
        for memo_key in target.memo_keys:
            self._memo[memo_key] = value
        self._stack.append(value)


def _check_value(item: object) -> object:
    """Return the item when it is a value and not a token."""
    if isinstance(item, Token):
        refuse_unsafe(f"{type_name(item)} as a value")
    return item


def _check_values(items: list[object]) -> list[object]:
    return [_check_value(item) for item in items]


def _pair_items(items: list[object]) -> dict[object, object]:
    if len(items) % 2:
        refuse_damaged("a value for each key", f"{len(items)} keys and values")
    return {check_key(name): _check_value(item) for name, item in zip(items[::2], items[1::2], strict=True)}


def _build_tuple(items: list[object]) -> tuple[object, ...]:
    return Arguments(items) if any(isinstance(item, Token) for item in items) else tuple(items)
