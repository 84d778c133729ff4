"""A training and the metadata of the model that results from it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from eightcount_generator.families import Family, TrainingConfig, TrainingProgress
from eightcount_generator.model_card import render_card
from eightcount_generator.model_file import ModelFile, ModelMetadata, content_version
from eightcount_generator.sources.recording import Recording


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """A training of one model.

    Attributes:
        name: name of the model.
        family_name: name of its family in `FAMILIES`.
        family: the family of that name.
        base: the model to fine-tune, if there is one.
    """

    name: str
    family_name: str
    family: Family
    base: ModelFile | None = None

    def run(
        self, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:  # fmt: skip
        """Train; yield progress and return the model as its family writes it.

        Raises:
            InvalidInputError: as `Family.train` and `Family.fine_tune`.
        """
        if self.base is None:
            return self.family.train(recordings, config)
        return self.family.fine_tune(self.base.data, recordings, config)

    def describe_model(
        self, data: bytes, recordings: Sequence[Recording], *, excluded: Sequence[tuple[str, str]] = (),
        notes: str = "",
    ) -> ModelMetadata:  # fmt: skip
        """Return the metadata of the trained model.

        Args:
            data: the model.
            recordings: recordings that it was trained on.
            excluded: names of recordings that could not be used, and why.
            notes: Markdown that is added to the card.
        """
        created_at = datetime.now(UTC).isoformat(timespec="microseconds")
        card = render_card(
            self.name, self.family_name, recordings, created_at=created_at, notes=f"{self.family.notes}{notes}",
            excluded=excluded, base=self.base.metadata if self.base else None,
        )  # fmt: skip
        styles = self.family.read(data).styles
        return ModelMetadata(self.name, content_version(data), self.family_name, styles, created_at, card)
