"""Both Python clients against a real gateway."""

from __future__ import annotations

import asyncio
import re
import uuid
from pathlib import Path

import pytest

from eightcount_client import (
    AlignmentRequest,
    AsyncClient,
    ClassificationRequest,
    Client,
    ComparisonRequest,
    ConflictError,
    DanceRequest,
    ExtractionRequest,
    InvalidRequestError,
    JobCancelledError,
    JobFailedError,
    NotFoundError,
    StyleAdditionRequest,
    StyleTrainingRequest,
    TrainingItem,
    UnreachableError,
    UnusableMediaError,
)
from eightcount_client.kinds.dance_training import DanceTrainingRequest
from eightcount_client.protocol.retries import RetryPolicy
from eightcount_common.errors import UnusableMediaError as UnusableMedia
from eightcount_common.importing.motion_file import write_motion_npz
from eightcount_common.storage.folder import FolderStore
from tests.data.rigs import MIXAMO, bvh_of
from tests.fakes.backends import NOT_A_VIDEO, running_backends
from tests.fakes.gateway_process import gateway_environment, running_gateway
from tests.fakes.motion import synthetic_motion

DOCS = Path(__file__).parents[3] / "docs" / "client.md"


def test_an_upload_counts_its_bytes_and_a_name_may_have_any_letters(client, tmp_path):
    path = tmp_path / "Tänze der Woche.mp4"
    path.write_bytes(uuid.uuid4().bytes * 12_500)
    counts = []
    video = client.videos.upload(path, lambda sent, size: counts.append((sent, size)))
    assert (counts[0], counts[-1]) == ((0, 200_000), (200_000, 200_000))
    assert counts == sorted(counts)
    assert (video.file_name, video.size_bytes, video.content_deleted) == (path.name, 200_000, False)
    assert client.videos.get(video.id) == video
    assert video.media is not None
    assert video.media.width == 640


def test_a_comparison_from_upload_to_report(client, videos, tmp_path):
    reference, take = [client.videos.upload(path).id for path in videos]
    states = []
    job = client.comparisons.run(ComparisonRequest(reference_video_id=reference, take_video_id=take), states.append)
    assert (job.kind, job.status, job.score) == ("comparison", "succeeded", 75.0)
    assert job.created_at <= job.started_at <= job.finished_at
    assert all(step.title for step in job.steps)
    assert states[-1] == job
    report = client.comparisons.result(job.id)
    assert (report.score, report.alignment.offset_seconds, len(report.moments)) == (75.0, 1.5, 1)
    assert report.joints["left_elbow"].score == 60.0
    target = client.comparisons.download(job.id, "side_by_side.mp4", tmp_path / "new" / "film.mp4")
    assert (target.stat().st_size, [path.name for path in target.parent.iterdir()]) == (10_240, ["film.mp4"])
    assert client.comparisons.read_json(job.id, "report.json") == report.raw


def two_videos(video):
    """Return the video and another with other bytes: the same bytes under two styles are used under neither."""
    other = video.with_name(f"another {video.name}")
    other.write_bytes(video.read_bytes() + b"\0" * 8)
    return video, other


def test_every_kind_of_job_has_its_result(client, video, tmp_path):
    ids = [client.videos.upload(one).id for one in two_videos(video)]
    extraction = client.extractions.run(ExtractionRequest(video_id=ids[0]))
    assert client.extractions.download(extraction.id, "motion.npz", tmp_path / "m.npz").read_bytes()[:2] == b"PK"
    job = client.classifications.run(ClassificationRequest(video_id=ids[0]))
    assert client.classifications.result(job.id).style == "hip_hop"
    addition = client.style_additions.run(StyleAdditionRequest(name="tango", video_ids=ids))
    assert client.style_additions.result(addition.id).model.styles == ("tango",)
    items = [TrainingItem(video_id=one, style=style) for one, style in zip(ids, ("house", "krump"), strict=True)]
    training = client.style_trainings.run(StyleTrainingRequest(name="ours", items=items))
    assert client.style_trainings.result(training.id).items_used == 2
    dance = client.dances.run(DanceRequest(music_id=ids[0], formats=["npz"]))
    assert client.dances.result(dance.id).source_segments[0].recording == "salsa/a.mp4"
    dances = client.dance_trainings.run(DanceTrainingRequest(name="ours", items=items))
    assert client.dance_trainings.result(dances.id).model.name == "ours"
    assert client.align(AlignmentRequest(a_video_id=ids[0], b_video_id=ids[1])).verdict == "aligned"


def test_motions_skeletons_and_models_are_read(client, tmp_path):
    write_motion_npz(synthetic_motion(60, seed=77), tmp_path / "take.npz")
    (tmp_path / "rig.bvh").write_text(bvh_of(MIXAMO))
    motion = client.motions.upload(tmp_path / "take.npz")
    assert (motion.frames, client.motions.get(motion.id)) == (60, motion)
    skeleton = client.skeletons.upload(tmp_path / "rig.bvh")
    assert skeleton.parts["left_elbow"] == "mixamorig:LeftForeArm"
    assert {model.name for model in client.style_models.list()} == {"starter", "mine", "watcher"}
    assert client.style_models.get("starter").card.startswith("# starter")
    assert [model.name for model in client.dance_models.list()] == ["mine"]


def test_lists_are_read_page_by_page_and_filtered(client, video):
    newest = [client.videos.upload(video).id for _ in range(5)][::-1]
    listed = client.videos.list(page_size=2)
    assert [next(listed).id for _ in range(5)] == newest
    assert newest[0] in [one.id for one in client.videos.list(sha256=client.videos.get(newest[0]).sha256)]
    assert list(client.videos.list(file_name="no such name.mp4")) == []


def test_problems_are_typed(client, tmp_path):
    (tmp_path / "letter.mp4").write_bytes(NOT_A_VIDEO)
    with pytest.raises(UnusableMediaError) as media:
        client.videos.upload(tmp_path / "letter.mp4")
    assert media.value.reason == "NOT_A_VIDEO"
    with pytest.raises(NotFoundError) as missing:
        client.comparisons.get("no such comparison")
    assert missing.value.request_id
    with pytest.raises(InvalidRequestError) as invalid:
        client.comparisons.create(ComparisonRequest(reference_video_id="x" * 65, take_video_id="y"))
    assert invalid.value.field_errors[0].field == "reference_video_id"


def test_a_broken_download_leaves_no_file(client, tmp_path):
    with pytest.raises(NotFoundError):
        client.dances.download("none", "dance.glb", tmp_path / "dance.glb")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_job_raises_its_reason(client, backends, video):
    backends.errors["Extract"] = UnusableMedia("nobody is there", reason="NO_PERSON")
    with pytest.raises(JobFailedError, match="nobody is there") as caught:
        client.extractions.run(ExtractionRequest(video_id=client.videos.upload(video).id))
    assert (caught.value.reason, caught.value.job.status) == ("NO_PERSON", "failed")


def test_a_cancelled_job_raises_an_error_of_its_own(client, backends, video):
    backends.seconds_per_chunk = 30
    job = client.extractions.create(ExtractionRequest(video_id=client.videos.upload(video).id))
    events = client.extractions.events(job.id)
    assert not next(events).ended
    with pytest.raises(ConflictError):
        client.extractions.delete(job.id)
    client.extractions.cancel(job.id)
    assert [state.status for state in events][-1] == "cancelled"
    with pytest.raises(JobCancelledError):
        client.extractions.wait(job.id)


def test_an_idempotency_key_creates_once(gateway, client, video):
    one = client.videos.upload(video).id
    body, headers = {"video_id": one}, {"Idempotency-Key": str(uuid.uuid4())}
    first, second = [gateway.client.post("/v1/extractions", json=body, headers=headers).json()["id"] for _ in range(2)]
    assert first == second


def test_a_job_is_followed_over_a_restart_of_the_gateway(video, tmp_path):
    with running_backends(FolderStore(tmp_path / "objects")) as services:
        services.seconds_per_chunk = 0.5
        environment = gateway_environment(tmp_path, services.targets)
        with running_gateway(environment, tmp_path) as gateway:
            url, port = gateway.url, gateway.url.rpartition(":")[2]
            client = Client(url, retries=RetryPolicy(first_pause_seconds=0.1))
            job = client.extractions.create(ExtractionRequest(video_id=client.videos.upload(video).id))
            events = client.extractions.events(job.id)
            states = [next(events)]
            gateway.kill()
        with running_gateway(environment | {"EIGHTCOUNT_GATEWAY_PORT": port}, tmp_path):
            states += events
        client.close()
    assert states[-1].status == "succeeded"


def test_an_unreachable_server_and_an_address_that_is_none():
    client = Client("http://127.0.0.1:9", retries=RetryPolicy(attempts=1))
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:9 cannot be reached"):
        client.videos.get("x")
    client.close()
    for url in ("", "server", "ftp://server", "http://"):
        with pytest.raises(ValueError, match="is not a URL"):
            Client(url)


async def test_the_asynchronous_client_does_the_same(gateway, videos, tmp_path):
    async with AsyncClient(gateway.url) as client:
        reference, take = await asyncio.gather(*(client.videos.upload(path) for path in videos))
        request = ComparisonRequest(reference_video_id=reference.id, take_video_id=take.id)
        states = []
        job = await client.comparisons.run(request, states.append)
        assert (job.status, states[-1]) == ("succeeded", job)
        assert (await client.comparisons.result(job.id)).score == 75.0
        target = await client.comparisons.download(job.id, "motions/take.npz", tmp_path / "take.npz")
        assert target.read_bytes()[:2] == b"PK"
        assert job.id in [one.id async for one in client.comparisons.list(page_size=1)]
        with pytest.raises(NotFoundError):
            await client.dances.get("none")


async def test_a_cancelled_task_cancels_its_job(gateway, backends, video):
    backends.seconds_per_chunk = 30
    async with AsyncClient(gateway.url) as client:
        upload = await client.videos.upload(video)
        followed = asyncio.Event()
        task = asyncio.create_task(
            client.extractions.run(ExtractionRequest(video_id=upload.id), lambda _: followed.set())
        )
        await asyncio.wait_for(followed.wait(), 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        job = await anext(client.extractions.list())
        assert (await asyncio.to_thread(gateway.finished, job.id, "extractions"))["status"] == "cancelled"


def test_the_snippets_of_the_documentation_run(gateway, tmp_path, monkeypatch, capsys):
    for name in ("reference.mp4", "take.mp4", "song.mp3"):
        (tmp_path / name).write_bytes(uuid.uuid4().bytes * 50)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EIGHTCOUNT_URL", gateway.url)
    snippets = re.findall(r"```python\n(.*?)```", DOCS.read_text(), flags=re.DOTALL)
    code = compile("\n".join(snippets), str(DOCS), "exec")
    exec(code, {"__name__": "docs"})
    assert capsys.readouterr().out.splitlines()[-1] == "hip_hop"
    assert (tmp_path / "result" / "side_by_side.mp4").exists()
    assert (tmp_path / "stage" / "dance.glb").exists()
