"""What is taught, and the label of the model that comes of it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from eightcount_generator.card import card_of
from eightcount_generator.families import Family, Order, Step
from eightcount_generator.model_file import ModelFile, ModelLabel, version_of
from eightcount_generator.sources.library import Recording


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is taught.

    Attributes:
        name: of the model.
        family_name: as in `FAMILIES`.
        family: of that name.
        base: the model to begin with, if there is one.
    """

    name: str
    family_name: str
    family: Family
    base: ModelFile | None = None

    def steps(self, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """Teaches; returns the model as its family writes it.

        Raises:
            InvalidInputError: as `Family.teach` and `Family.teach_more` do.
        """
        if self.base is None:
            return self.family.teach(recordings, order)
        return self.family.teach_more(self.base.data, recordings, order)

    def label(
        self, data: bytes, recordings: Sequence[Recording], *, left_out: Sequence[tuple[str, str]] = (),
        notes: str = "",
    ) -> ModelLabel:  # fmt: skip
        """The label of what was taught.

        Args:
            data: the model.
            recordings: that it was taught from.
            left_out: names of recordings that were not learned from, and why.
            notes: Markdown for the card.
        """
        made_at = datetime.now(UTC).isoformat(timespec="microseconds")
        card = card_of(
            self.name, self.family_name, recordings, made_at=made_at, notes=f"{self.family.notes}{notes}",
            left_out=left_out, base=self.base.label if self.base else None,
        )  # fmt: skip
        styles = self.family.read(data).styles
        return ModelLabel(self.name, version_of(data), self.family_name, styles, made_at, card)
