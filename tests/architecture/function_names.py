"""A lint: a function is named by a verb and its object, never by a participle alone (`told`, `kept_apart`, `_opened`).

A noun phrase (`weighted_mean`, `decode_frames`) is a name; properties are exempt, as they state what something is.

    python -m tests.architecture.function_names
"""

from __future__ import annotations

import sys

from tests.architecture.source import SourceFunction, functions

_IRREGULAR = frozenset((
    "beaten", "become", "begun", "bent", "borne", "bound", "brought", "built", "caught", "chosen", "come", "dealt",
    "done", "drawn", "driven", "fallen", "fed", "felt", "fled", "forgotten", "fought", "found", "given", "gone",
    "grown", "had", "heard", "held", "hidden", "hung", "kept", "known", "laid", "led", "left", "lent", "lost",
    "made", "meant", "met", "paid", "ridden", "risen", "said", "seen", "sent", "shaken", "shot", "shown", "sold",
    "sought", "spent", "spoken", "spun", "stolen", "stood", "struck", "stuck", "sung", "swept", "sworn", "taken",
    "taught", "thought", "thrown", "told", "torn", "understood", "won", "worn", "woven", "written",
))  # fmt: skip
_VERBS_IN_ED = frozenset((
    "bleed", "breed", "embed", "exceed", "feed", "heed", "need", "proceed", "seed", "shed", "speed", "succeed",
    "weed",
))  # fmt: skip
_PARTICLES = frozenset((
    "after", "ahead", "along", "among", "anew", "apart", "around", "as", "at", "away", "back", "before", "behind",
    "beside", "between", "by", "down", "for", "from", "here", "in", "into", "more", "near", "off", "on",
    "otherwise", "out", "over", "per", "so", "there", "through", "to", "together", "under", "up", "well", "with",
    "within",
))  # fmt: skip


def is_bare_participle(name: str) -> bool:
    """Whether a function's name is a participle, alone or with particles behind it."""
    first, *rest = name.strip("_").split("_")
    is_participle = first in _IRREGULAR or (first.endswith("ed") and first not in _VERBS_IN_ED)
    return is_participle and all(word in _PARTICLES for word in rest[:1])


def bare_participles() -> list[SourceFunction]:
    """The functions that carry such a name."""
    return [
        function
        for function in functions()
        if is_bare_participle(function.node.name) and not any("property" in name for name in function.decorators)
    ]


def main() -> int:
    """Prints the offenders; the exit status says whether there are any."""
    offenders = bare_participles()
    for function in offenders:
        print(
            f"{function.path}:{function.node.lineno}: {function.node.name}: name the function by a verb and its object"
        )
    return 1 if offenders else 0


if __name__ == "__main__":
    sys.exit(main())
