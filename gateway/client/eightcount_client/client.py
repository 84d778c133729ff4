"""The synchronous client."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import httpx

from eightcount_client.blocking.collections import Collection, JobCollection, ResultJobCollection, UploadCollection
from eightcount_client.blocking.transport import Transport
from eightcount_client.decoding import encode
from eightcount_client.protocol import calls, kinds
from eightcount_client.protocol.connection import Connection
from eightcount_client.protocol.retries import RetryPolicy
from eightcount_client.values import dances, jobs, media, reports, requests, styles


class Client:
    """Talks to one server; a context manager.

    Args:
        url: of the server, such as `http://127.0.0.1:8000`.
        api_key: sent as a bearer token when given.
        timeout_seconds: how long the server may take to answer a request.
        patience_seconds: how long a job is followed while the server stays away.
        retries: when requests are sent again.
        transport: replaces the network, for example `httpx.ASGITransport` or `httpx.MockTransport`.

    Raises:
        ValueError: the URL is not one of a server.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str = "",
        timeout_seconds: float = 60.0,
        patience_seconds: float = 60.0,
        retries: RetryPolicy | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        connection = Connection(url, api_key, timeout_seconds, patience_seconds, retries or RetryPolicy())
        self._transport = Transport(connection, transport)
        self.url = url.rstrip("/")
        self.videos = UploadCollection[media.Video](self._transport, kinds.VIDEOS)
        self.motions = UploadCollection[media.Motion](self._transport, kinds.MOTIONS)
        self.skeletons = UploadCollection[media.Skeleton](self._transport, kinds.SKELETONS)
        self.styles = Collection[styles.Style](self._transport, kinds.STYLES)
        self.style_models = Collection[styles.StyleModel](self._transport, kinds.STYLE_MODELS)
        self.dance_models = Collection[dances.DanceModel](self._transport, kinds.DANCE_MODELS)
        self.comparisons = ResultJobCollection[requests.ComparisonRequest, jobs.Comparison, reports.Report](
            self._transport, kinds.COMPARISONS
        )
        self.extractions = JobCollection[requests.ExtractionRequest, jobs.Extraction](
            self._transport, kinds.EXTRACTIONS
        )
        self.classifications = ResultJobCollection[
            requests.ClassificationRequest, jobs.Classification, styles.ClassificationResult
        ](self._transport, kinds.CLASSIFICATIONS)
        self.style_additions = ResultJobCollection[
            requests.StyleAdditionRequest, jobs.StyleAddition, styles.StyleAdditionResult
        ](self._transport, kinds.STYLE_ADDITIONS)
        self.style_trainings = ResultJobCollection[
            requests.StyleTrainingRequest, jobs.StyleTraining, styles.StyleTrainingResult
        ](self._transport, kinds.STYLE_TRAININGS)
        self.dances = ResultJobCollection[requests.DanceRequest, jobs.Dance, dances.DanceResult](
            self._transport, kinds.DANCES
        )
        self.dance_trainings = ResultJobCollection[
            requests.DanceTrainingRequest, jobs.DanceTraining, dances.DanceTrainingResult
        ](self._transport, kinds.DANCE_TRAININGS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def align(self, request: requests.AlignmentRequest) -> reports.Alignment:
        """Align two recordings by their sound, which takes seconds.

        Raises:
            EightcountError: a recording has no sound that can be read, or the server cannot be reached.
        """
        return self._transport.run(calls.compute("/v1/alignments", encode(request), reports.Alignment))

    def find_known_video(self, sha256: str, file_name: str, *, model: requests.PoseModel | None = None) -> str:
        """Return the id of a recording whose motion the server keeps; empty when the recording must be uploaded.

        Raises:
            EightcountError: the server cannot be reached.
        """
        return self._transport.run(calls.find_known_video(sha256, file_name, model))

    def delete_video_content(self, video_id: str) -> None:
        """Delete an uploaded video and keep what was found in it.

        Raises:
            EightcountError: there is no such video, or the server cannot be reached.
        """
        self._transport.run(calls.delete_video_content(video_id))
