"""The machine that a pickle is a program for, without the parts that run anything."""

from __future__ import annotations

from collections.abc import Callable

from eightcount_common.importing.pickles.arrays import call, named
from eightcount_common.importing.pickles.tokens import Arguments, Budget, Token, Unfinished, damaged, key, kind, unsafe

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
            "POP": self._drop,
            "POP_MARK": lambda: self._since_mark().clear(),
            "DUP": lambda: self._stack.append(self._top()),
            "TUPLE": lambda: self._stack.append(_tuple(self._since_mark())),
            "LIST": lambda: self._stack.append(_values(self._since_mark())),
            "DICT": lambda: self._stack.append(_pairs(self._since_mark())),
            "FROZENSET": lambda: self._stack.append(frozenset(map(key, self._since_mark()))),
            "APPEND": lambda: self._extend([self._pop()]),
            "APPENDS": lambda: self._extend(self._since_mark()),
            "SETITEM": lambda: self._update([self._pop(), self._pop()][::-1]),
            "SETITEMS": lambda: self._update(self._since_mark()),
            "ADDITEMS": lambda: self._add(self._since_mark()),
            "STACK_GLOBAL": self._global,
            "MEMOIZE": lambda: self._remember(len(self._memo)),
            "REDUCE": self._call,
            "BUILD": self._finish,
        }

    def take(self, name: str, argument: object) -> None:
        """Does what an opcode says."""
        if name in _LITERALS:
            self._stack.append(argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _NEW:
            self._stack.append(_NEW[name]())
        elif name in _TUPLES:
            self._stack.append(_tuple([self._pop() for _ in range(_TUPLES[name])][::-1]))
        elif name in self._actions:
            self._actions[name]()
        elif name in ("PUT", "BINPUT", "LONG_BINPUT") and isinstance(argument, int):
            self._remember(argument)
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self._recall(argument)
        elif name == "GLOBAL":
            self._stack.append(named(*str(argument).split(" ", 1)))
        elif name not in ("PROTO", "FRAME", "STOP"):
            unsafe(f"the opcode {name}")

    def result(self) -> object:
        """The one value that is left."""
        if len(self._stack) != 1 or self._marks:
            damaged("one value at the end", f"{len(self._stack)} values")
        return _value(self._stack[0])

    def _pop(self) -> object:
        if len(self._stack) <= (self._marks[-1] if self._marks else 0):
            damaged("a value on the stack", "none")
        return self._stack.pop()

    def _drop(self) -> None:
        if self._marks and self._marks[-1] == len(self._stack):
            self._marks.pop()
        else:
            self._pop()

    def _since_mark(self) -> list[object]:
        if not self._marks:
            damaged("a mark on the stack", "none")
        start = self._marks.pop()
        items = self._stack[start:]
        del self._stack[start:]
        return items

    def _top(self) -> object:
        if not self._stack:
            damaged("a value on the stack", "none")
        return self._stack[-1]

    def _extend(self, items: list[object]) -> None:
        target = self._top()
        if not isinstance(target, list):
            damaged("a list to append to", kind(target))
        target.extend(_values(items))

    def _update(self, items: list[object]) -> None:
        target = self._top()
        if not isinstance(target, dict):
            damaged("a dict to set items of", kind(target))
        target.update(_pairs(items))

    def _add(self, items: list[object]) -> None:
        target = self._top()
        if not isinstance(target, set):
            damaged("a set to add to", kind(target))
        target.update(map(key, items))

    def _global(self) -> None:
        name, module = self._pop(), self._pop()
        self._stack.append(named(str(module), str(name)))

    def _remember(self, memo_key: int) -> None:
        value = self._top()
        self._memo[memo_key] = value
        if isinstance(value, Unfinished):
            value.memo_keys.append(memo_key)

    def _recall(self, memo_key: object) -> None:
        if not isinstance(memo_key, int) or memo_key not in self._memo:
            damaged("something remembered", "nothing")
        self._stack.append(self._memo[memo_key])

    def _call(self) -> None:
        arguments, function = self._pop(), self._pop()
        self._stack.append(call(function, arguments, self._budget))

    def _finish(self) -> None:
        state, target = self._pop(), self._pop()
        if not isinstance(target, Unfinished):
            unsafe(f"a change of the state of a {kind(target)}")
        value = target.finish(state)
        for memo_key in target.memo_keys:
            self._memo[memo_key] = value
        self._stack.append(value)


def _value(item: object) -> object:
    """The item, when it is a value and no token."""
    if isinstance(item, Token):
        unsafe(f"{kind(item)} as a value")
    return item


def _values(items: list[object]) -> list[object]:
    return [_value(item) for item in items]


def _pairs(items: list[object]) -> dict[object, object]:
    if len(items) % 2:
        damaged("a value for each key", f"{len(items)} keys and values")
    return {key(name): _value(item) for name, item in zip(items[::2], items[1::2], strict=True)}


def _tuple(items: list[object]) -> tuple[object, ...]:
    return Arguments(items) if any(isinstance(item, Token) for item in items) else tuple(items)
