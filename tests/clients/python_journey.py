"""The whole journey with the generated Python client: `python python_journey.py URL`. Prints what it did as JSON."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from typing import TypeVar

from generated_client import Client
from generated_client.api.comparisons import (
    create_comparison,
    delete_comparison,
    download_comparison_report,
    download_comparison_video,
    follow_comparison,
    get_comparison,
    list_comparisons,
)
from generated_client.api.dance_models import list_dance_models
from generated_client.api.dances import create_dance, delete_dance, download_dance, get_dance
from generated_client.api.videos import delete_video, get_video, list_videos, upload_video
from generated_client.models import (
    ComparisonBody,
    ComparisonReport,
    ComparisonRequest,
    DanceBody,
    DanceRequest,
    DeletionBody,
    DownloadDanceName,
    Problem,
    UploadVideoBody,
    VideoBody,
)
from generated_client.types import File, Response

T = TypeVar("T")


def body(kind: type[T], response: Response[object], status: int) -> T:
    """The typed body of an answer that must have this status."""
    assert response.status_code == status, response
    assert isinstance(response.parsed, kind), response
    return response.parsed


def upload(client: Client, name: str) -> VideoBody:
    """A new file on the server."""
    file = File(payload=io.BytesIO(os.urandom(4000)), file_name=name, mime_type="video/mp4")
    form = UploadVideoBody(file=file)
    return body(
        VideoBody, upload_video.sync_detailed(client=client, body=form, idempotency_key=os.urandom(8).hex()), 201
    )


def last_event(text: str) -> dict[str, object]:
    """The data of the last of some server-sent events, which must be the end."""
    last = [block for block in text.split("\n\n") if "data:" in block][-1]
    lines = dict(line.split(": ", 1) for line in last.splitlines())
    assert lines["event"] == "end"
    return json.loads(lines["data"])


def compare(client: Client) -> str:
    """A comparison from upload to report and video; returns its id."""
    reference, take = upload(client, "reference.mp4"), upload(client, "take.mp4")
    request = ComparisonRequest(reference_video_id=reference.id, take_video_id=take.id)
    job = body(ComparisonBody, create_comparison.sync_detailed(client=client, body=request), 202)
    events = body(str, follow_comparison.sync_detailed(job.id, client=client), 200)
    assert ComparisonBody.from_dict(last_event(events)).status == "succeeded"
    job = body(ComparisonBody, get_comparison.sync_detailed(job.id, client=client), 200)
    report = body(ComparisonReport, download_comparison_report.sync_detailed(job.id, client=client), 200)
    assert report.score == job.score
    video = body(File, download_comparison_video.sync_detailed(job.id, client=client), 200)
    assert video.payload.read()
    part = body(File, download_comparison_video.sync_detailed(job.id, client=client, range_="bytes=0-3"), 206)
    assert len(part.payload.read()) == 4
    return job.id


def dance(client: Client) -> str:
    """A dance from music to glb; returns its id."""
    assert list_dance_models.sync_detailed(client=client).parsed.items
    music = upload(client, "song.mp3")
    job = body(DanceBody, create_dance.sync_detailed(client=client, body=DanceRequest(music_id=music.id)), 202)
    while job.status in {"queued", "running"}:
        time.sleep(0.05)
        job = body(DanceBody, get_dance.sync_detailed(job.id, client=client), 200)
    assert job.status == "succeeded", job
    glb = body(File, download_dance.sync_detailed(job.id, DownloadDanceName.GLB, client=client), 200)
    assert glb.payload.read()
    return job.id


def list_everything(client: Client) -> list[str]:
    """Ids of all videos, a page of one at a time."""
    found, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = list_videos.sync_detailed(client=client, limit=1, **more).parsed
        found += [video.id for video in page.items]
        cursor = page.next_cursor
        if not cursor:
            return found


def main(url: str) -> None:
    client = Client(base_url=url, raise_on_unexpected_status=True)
    comparison, danced = compare(client), dance(client)
    videos = list_everything(client)
    assert [job.id for job in list_comparisons.sync_detailed(client=client).parsed.items] == [comparison]
    deleted = [body(DeletionBody, delete_comparison.sync_detailed(comparison, client=client), 200)]
    deleted.append(body(DeletionBody, delete_dance.sync_detailed(danced, client=client), 200))
    deleted += [body(DeletionBody, delete_video.sync_detailed(video, client=client), 200) for video in videos]
    assert not list_everything(client)
    missing = body(Problem, get_video.sync_detailed(videos[0], client=client), 404)
    ids = [one.id for report in deleted for one in report.deleted]
    print(json.dumps({"videos": len(videos), "reason": str(missing.reason), "deleted": ids}))


if __name__ == "__main__":
    main(sys.argv[1])
