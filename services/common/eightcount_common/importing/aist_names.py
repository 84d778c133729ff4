"""File names of the AIST Dance Video Database (Tsuchida et al., ISMIR 2019) and of AIST++ (Li et al., ICCV 2021)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eightcount_common.errors import InvalidInputError

GENRES: dict[str, str] = {
    "BR": "break",
    "PO": "pop",
    "LO": "lock",
    "MH": "middle_hip_hop",
    "LH": "la_style_hip_hop",
    "HO": "house",
    "WA": "waack",
    "KR": "krump",
    "JS": "street_jazz",
    "JB": "ballet_jazz",
}
"""Code of a genre in a file name -> name of the style."""

SITUATIONS: dict[str, str] = {
    "BM": "basic dance",
    "FM": "advanced dance",
    "MO": "moving camera",
    "GR": "group dance",
    "SH": "showcase",
    "CY": "cypher",
    "BT": "battle",
}
"""Code of a situation in a file name -> its description."""

_NAME = re.compile(
    r"g(?P<genre>[A-Z]{2})_s(?P<situation>[A-Z]{2})_c(?P<camera>\d{2}|All)_(?P<performer>d\d{2}(?:_d\d{2})*)"
    r"_(?P<music>m[A-Z]{2}\d)_(?P<number>ch\d{2})"
)


@dataclass(frozen=True, slots=True)
class AistName:
    """The parts of a name gXX_sXX_cXX_dXX_mXXX_chXX.

    Attributes:
        genre: two letters, a key of `GENRES`.
        situation: two letters, a key of `SITUATIONS`.
        camera: "c01" to "c10", or "" for all cameras together (cAll).
        performer: "d01" and so on; of several dancers joined by "_".
        music: "mBR0" and so on: genre and tempo.
        number: "ch01" and so on.
    """

    genre: str
    situation: str
    camera: str
    performer: str
    music: str
    number: str

    @classmethod
    def parse(cls, name: str) -> AistName:
        """Parse a name, with or without the ending of a file.

        Raises:
            InvalidInputError: INVALID_AIST_NAME.
        """
        found = _NAME.fullmatch(name.strip().split(".", 1)[0])
        if found is None or found["genre"] not in GENRES or found["situation"] not in SITUATIONS:
            raise InvalidInputError(
                f"AIST: the name must look like gBR_sBM_c01_d04_mBR0_ch01; got {name[:80]!r}",
                reason="INVALID_AIST_NAME",
            )
        camera = "" if found["camera"] == "All" else f"c{found['camera']}"
        return cls(found["genre"], found["situation"], camera, found["performer"], found["music"], found["number"])

    @property
    def style(self) -> str:
        """Name of the genre, one of the values of `GENRES`."""
        return GENRES[self.genre]

    @property
    def choreography(self) -> str:
        """Identifies the choreography as gXX_sXX_chXX: the numbers restart in every genre and situation.

        Neither dancer nor music is part of it, since each basic dance is one choreography that several dancers dance to
        several pieces of music.
        """
        return f"g{self.genre}_s{self.situation}_{self.number}"

    @property
    def take(self) -> str:
        """The name with cAll: identifies one performance over all cameras."""
        return f"g{self.genre}_s{self.situation}_cAll_{self.performer}_{self.music}_{self.number}"

    def __str__(self) -> str:
        return self.take.replace("cAll", self.camera or "cAll")
