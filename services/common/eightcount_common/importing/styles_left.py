"""Checks that no style of a training vanishes without a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from eightcount_common.errors import InvalidInputError, UnusableMediaError

_SHOWN = 3


def check_styles_left(
    wanted: Sequence[tuple[str, str]], used: Iterable[str], reasons: Mapping[str, str], *, at_least: int = 1
) -> None:
    """Stop where recordings were left out and a style keeps too few.

    Args:
        wanted: style and label of every recording of the request; recordings without a style are not looked at.
        used: styles of the recordings that can be used.
        reasons: why each of the others cannot be used, by label.
        at_least: recordings that each style requires.

    Raises:
        UnusableMediaError: STYLE_WOULD_VANISH; the message names the style and why its recordings were left out.
    """
    left = Counter(used)
    asked = Counter(style for style, _ in wanted if style)
    for style, count in asked.items():
        if left[style] >= min(at_least, count):
            continue
        lost = [f"{label}: {reasons[label]}" for name, label in wanted if name == style and label in reasons]
        shown = "; ".join(lost[:_SHOWN]) + ("; ..." if len(lost) > _SHOWN else "")
        raise UnusableMediaError(
            f"{left[style] or 'none'} of the {count} recordings of the style {style!r} can be used, so it would vanish"
            f" ({at_least} required): {shown}",
            reason="STYLE_WOULD_VANISH",
        )


def check_styles_differ(styles: Iterable[str]) -> None:
    """Refuse names of styles that differ only by upper and lower case.

    Raises:
        InvalidInputError: STYLES_ALIKE.
    """
    first: dict[str, str] = {}
    for style in styles:
        known = first.setdefault(style.casefold(), style)
        if known != style:
            raise InvalidInputError(
                f"the styles {known!r} and {style!r} differ only by upper and lower case: give both one name",
                reason="STYLES_ALIKE",
            )
