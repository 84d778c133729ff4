"""Body of the counts of music."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import BaseModel, Field

from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.library.counts import counts_of


class CountBody(BaseModel):
    """A beat and the time until the next one."""

    start_s: float = Field(examples=[0.512], description="seconds of the music and of the dance")
    end_s: float = Field(examples=[1.024])
    count: int | None = Field(examples=[1], description="from 1; null where it is not known")
    eight_count: int | None = Field(
        examples=[1], description="1-based; null before the first, and where it is not known"
    )
    counts_per_phrase: int = Field(examples=[8], description="counts until 1 comes again: 8, or 6 in a waltz")


class MusicCounts(BaseModel):
    """The counts of the music that is danced to."""

    tempo_bpm: float | None = Field(examples=[117.2], description="null when not known")
    guessed: bool = Field(description="the starts of the eight-counts are a guess; they may be shifted")
    metre: str | None = Field(examples=["4/4"], description="4/4, 3/4 or 6/8; null when not known")
    confidence: float | None = Field(examples=[0.82], description="chance that the beats are right; 1 if given by hand")
    metre_confidence: float | None = Field(examples=[0.97], description="chance that the metre is right")
    count_confidence: float | None = Field(examples=[0.9], description="chance that counting begins on downbeats")
    counts: list[CountBody]

    @classmethod
    def of(cls, music: sync_pb2.Music) -> MusicCounts:
        """Return an analysis as a body."""
        counts = [CountBody.model_validate(asdict(count)) for count in counts_of(music)]
        return cls(
            tempo_bpm=round(music.tempo_bpm, 2) or None, guessed=not music.beat_in_bar, metre=music.metre or None,
            confidence=round(music.confidence, 3) if music.HasField("confidence") else None,
            metre_confidence=round(music.metre_confidence, 3) if music.HasField("metre_confidence") else None,
            count_confidence=round(music.count_confidence, 3) if music.HasField("count_confidence") else None,
            counts=counts,
        )  # fmt: skip
