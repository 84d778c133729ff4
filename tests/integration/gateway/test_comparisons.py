from __future__ import annotations

import io
import json
import uuid
import zipfile

import httpx
import numpy as np
import pytest

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import BusyError, InternalError, UnavailableError, UnusableMediaError
from eightcount_common.rpc.wire import decode_motion, read_delimited, read_motion_messages
from tests.fakes.backends import ONLY_SOUND, aligned
from tests.fakes.gateway_process import wait_until
from tests.fakes.motion import synthetic_motion

STEPS = ["probe", "extract_reference", "extract_take", "align", "score", "render"]


def content() -> bytes:
    return uuid.uuid4().bytes * 50


@pytest.fixture
def videos(gateway) -> tuple[str, str]:
    return gateway.upload(content(), "reference.mp4"), gateway.upload(content(), "take.mp4")


def states(job: dict) -> dict[str, str]:
    return {step["name"]: step["state"] for step in job["steps"]}


def events(gateway, path: str, headers: dict[str, str] | None = None, on_event=None) -> list[tuple[str, str, dict]]:
    """(event, id, data) of a whole stream."""
    found = []
    with gateway.client.stream("GET", path, headers=headers or {}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        fields: dict[str, str] = {}
        for line in response.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                found.append((fields["event"], fields["id"], json.loads(fields["data"])))
                fields = {}
                if on_event:
                    on_event(found[-1][2])
    return found


def test_a_comparison_runs_through_its_steps_to_a_report(gateway, backends, videos):
    comparison = gateway.finished(gateway.compare(*videos))
    assert comparison["status"] == "succeeded", comparison
    assert comparison["score"] == 75.0
    assert comparison["error"] is None
    assert states(comparison) == dict.fromkeys(STEPS, "done")
    assert [step["name"] for step in comparison["steps"]] == STEPS
    assert {step["name"]: (step["done"], step["total"]) for step in comparison["steps"]}["render"] == (120, 120)
    base = f"/v1/comparisons/{comparison['id']}"
    report = gateway.client.get(f"{base}/report.json").json()
    assert report["score"] == 75.0
    assert report["joints"]["left_elbow"] == {"score": 60.0, "mean_angle_error_deg": 21.0, "timing_ms": None}
    assert report["moments"][0]["id"] == "m1"
    assert report["alignment"]["verdict"] == "aligned"
    assert report["alignment"]["offset_seconds"] == 1.5
    assert report["model"] == {"reference": "fake-3/1", "take": "fake-3/1"}
    assert backends.scored_frames == [240]
    assert {"settings", "motion", "errors", "report"} == set(backends.rendered_messages)


def test_pages_get_the_skeletons_and_the_previews(gateway, backends, videos):
    backends.preview = b"a small copy"
    comparison = gateway.finished(gateway.compare(*videos))
    motion = synthetic_motion(120)
    for role, video in zip(("reference", "take"), videos, strict=True):
        track = gateway.client.get(comparison["links"][f"skeletons/{role}.json"]).json()
        assert (track["width"], track["height"], track["has_preview"]) == (640, 640, True)
        assert track["keypoints"] == list(motion.skeleton.keypoints)
        assert track["bones"] == motion.skeleton.edge_indices.tolist()
        np.testing.assert_allclose(track["seconds"], motion.timestamps, atol=1e-4)
        np.testing.assert_allclose(track["points"], motion.image.reshape(120, -1), atol=0.051)
        preview = gateway.client.get(f"/v1/videos/{video}/preview.mp4", headers={"range": "bytes=2-6"})
        assert (preview.status_code, preview.content) == (206, b"small")
        assert preview.headers["content-type"] == "video/mp4"
    extraction = gateway.client.post("/v1/extractions", json={"video_id": videos[0]}).json()
    links = gateway.finished(extraction["id"], "extractions")["links"]
    assert gateway.client.get(links["skeleton.json"]).json()["has_preview"]


def test_everything_comes_in_one_archive(gateway, videos):
    comparison = gateway.finished(gateway.compare(*videos))
    response = gateway.client.get(comparison["links"]["everything.zip"])
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        names = ["report.json", "errors.json", "side_by_side.mp4", "reference.npz", "take.npz"]
        assert archive.namelist() == names
        report, errors = (json.loads(archive.read(name)) for name in names[:2])
        assert report == gateway.client.get(comparison["links"]["report.json"]).json()
        assert errors == gateway.client.get(comparison["links"]["errors.json"]).json()
        assert archive.read("side_by_side.mp4") == gateway.client.get(comparison["links"]["side_by_side.mp4"]).content
        assert np.load(io.BytesIO(archive.read("take.npz")))["timestamps"].shape == (120,)


def test_a_recording_without_a_preview_says_so(gateway, videos):
    response = gateway.client.get(f"/v1/videos/{videos[0]}/preview.mp4")
    assert (response.status_code, response.json()["reason"]) == (404, "PREVIEW_NOT_FOUND")
    comparison = gateway.finished(gateway.compare(*videos))
    gateway.client.delete(f"/v1/videos/{videos[1]}/content")
    links = [comparison["links"][f"skeletons/{role}.json"] for role in ("reference", "take")]
    assert [gateway.client.get(link).json()["has_preview"] for link in links] == [True, False]


def test_the_results_can_be_downloaded(gateway, videos):
    comparison = gateway.finished(gateway.compare(*videos))
    links = comparison["links"]
    video = gateway.client.get(links["side_by_side.mp4"], headers={"range": "bytes=256-259"})
    assert (video.status_code, video.content) == (206, b"\x00\x01\x02\x03")
    assert video.headers["content-type"] == "video/mp4"
    errors = gateway.client.get(links["errors.json"]).json()
    assert errors["joints"] == ["left_elbow", "right_elbow"]
    assert len(errors["errors"]) == len(errors["reference_seconds"]) == len(errors["take_seconds"]) == 120
    assert errors["errors"][0] == [None, 0.5]
    assert len(errors["reference_angles"]) == len(errors["take_angles"]) == 120
    assert (errors["reference_angles"][0], errors["take_angles"][0]) == ([90, 90], [70, 70])
    motion = np.load(io.BytesIO(gateway.client.get(links["motions/take.npz"]).content))
    wanted = synthetic_motion(120)
    assert str(motion["model"]) == "fake-3/1"
    assert str(motion["skeleton"]) == "blazepose_33"
    assert tuple(motion["keypoints"]) == wanted.skeleton.keypoints
    for name in ("timestamps", "image", "world", "visibility"):
        np.testing.assert_array_equal(motion[name], getattr(wanted, name))


def test_artifacts_lie_where_the_other_services_expect_them(gateway, store, videos):
    comparison = gateway.finished(gateway.compare(*videos))
    sha256 = gateway.client.get(f"/v1/videos/{videos[0]}").json()["sha256"]
    with store.open(f"motions/{sha256}/fake-3_1.motion") as file:
        assert len(decode_motion(*read_motion_messages(file))) == 120
    assert not list(store.list(f"motions/{sha256}/fake-3_1.part"))
    with store.open(f"comparisons/{comparison['id']}/errors.pb") as file:
        assert read_delimited(scoring_pb2.FrameErrors, file).joints == ["left_elbow", "right_elbow"]
    assert store.exists(f"comparisons/{comparison['id']}/side_by_side.mp4")


def test_progress_is_sent_as_events_until_the_end(gateway, backends, videos):
    backends.held.add("Extract")
    comparison = gateway.compare(*videos)

    def go_on_after_half(job: dict) -> None:
        if any(step["name"] == "extract_take" and step["done"] >= 60 for step in job["steps"]):
            backends.held.clear()

    found = events(gateway, f"/v1/comparisons/{comparison}/events", on_event=go_on_after_half)
    assert [name for name, _, _ in found[-2:]] == ["progress", "end"]
    assert all(name == "progress" for name, _, _ in found[:-1])
    assert found[-1][2]["status"] == "succeeded"
    assert found[-1][2] == gateway.job(comparison)
    partly = [step for _, _, job in found for step in job["steps"] if step["name"] == "extract_take"]
    assert any(step["state"] == "running" and 0 < step["done"] < step["total"] == 120 for step in partly)
    done = [step["done"] for step in partly]
    assert done == sorted(done)
    assert backends.running == 0


def test_a_reconnecting_client_gets_the_present_state_unless_it_has_seen_it(gateway, videos):
    comparison = gateway.compare(*videos)
    gateway.finished(comparison)
    path = f"/v1/comparisons/{comparison}/events"
    first = events(gateway, path)
    assert [name for name, _, _ in first] == ["progress", "end"]
    again = events(gateway, path, {"Last-Event-ID": first[0][1]})
    assert [name for name, _, _ in again] == ["end"]
    assert [name for name, _, _ in events(gateway, path, {"Last-Event-ID": "3"})] == ["progress", "end"]


def test_a_second_comparison_extracts_only_what_is_new(gateway, backends, videos):
    gateway.finished(gateway.compare(*videos))
    backends.calls.clear()
    other = gateway.upload(content())
    comparison = gateway.finished(gateway.compare(videos[0], other))
    assert states(comparison)["extract_reference"] == "cached"
    assert states(comparison)["extract_take"] == "done"
    assert backends.calls.count("Extract") == 1
    assert backends.calls.count("AnalyseMusic") == 0


def test_the_same_content_uploaded_twice_is_extracted_once(gateway, backends):
    data = content()
    comparison = gateway.finished(gateway.compare(gateway.upload(data), gateway.upload(data)))
    assert comparison["status"] == "succeeded"
    assert backends.calls.count("Extract") == 1


def test_two_comparisons_at_the_same_time_share_an_extraction(gateway, backends, videos):
    backends.seconds_per_chunk = 0.2
    other = gateway.upload(content())
    jobs = [gateway.compare(videos[0], videos[1]), gateway.compare(videos[0], other)]
    assert {gateway.finished(job)["status"] for job in jobs} == {"succeeded"}
    assert backends.calls.count("Extract") == 3


def test_another_model_is_another_motion(gateway, backends, videos):
    gateway.finished(gateway.compare(*videos))
    backends.calls.clear()
    gateway.finished(gateway.compare(*videos, model="lite"))
    assert backends.calls.count("Extract") == 2


def test_cancelling_stops_the_pose_work(gateway, backends, videos):
    backends.held.add("Extract")
    comparison = gateway.compare(*videos)
    wait_until(lambda: backends.running == 2)
    assert gateway.client.post(f"/v1/comparisons/{comparison}/cancel").status_code == 202
    wait_until(lambda: backends.running == 0)
    job = gateway.finished(comparison)
    assert job["status"] == "cancelled"
    assert states(job)["extract_take"] == "pending"
    assert [name for name, _, _ in events(gateway, f"/v1/comparisons/{comparison}/events")] == ["progress", "end"]


def test_a_job_that_waits_in_the_queue_is_cancelled_too(gateway, backends, videos):
    backends.held.add("Extract")
    running = [gateway.compare(*videos), gateway.compare(videos[1], videos[0])]
    wait_until(lambda: all(gateway.job(job)["status"] == "running" for job in running))
    waiting = gateway.compare(*videos)
    gateway.cancel(waiting)
    assert gateway.finished(waiting)["status"] == "cancelled"
    for job in running:
        gateway.client.post(f"/v1/comparisons/{job}/cancel")
    wait_until(lambda: backends.running == 0)


def test_when_one_of_two_sharing_jobs_is_cancelled_the_other_goes_on(gateway, backends, videos):
    backends.held.add("Extract")
    jobs = [gateway.compare(*videos), gateway.compare(*videos)]
    wait_until(lambda: all(gateway.job(job)["status"] == "running" for job in jobs))
    wait_until(lambda: backends.running == 2)
    gateway.cancel(jobs[0])
    assert gateway.finished(jobs[0])["status"] == "cancelled"
    backends.held.clear()
    assert gateway.finished(jobs[1])["status"] == "succeeded"


def test_an_ended_comparison_cannot_be_cancelled_any_more(gateway, videos):
    comparison = gateway.finished(gateway.compare(*videos))
    assert gateway.client.post(f"/v1/comparisons/{comparison['id']}/cancel").json()["status"] == "succeeded"


@pytest.mark.parametrize(
    ("call", "step", "error"),
    [
        ("DescribeModel", "probe", InternalError("internal error 11", reason="INTERNAL")),
        ("Extract", None, UnusableMediaError("no person was found", reason="NO_PERSON")),
        ("Align", "align", InternalError("internal error 12", reason="INTERNAL")),
        ("Score", "score", UnusableMediaError("too short to score", reason="TOO_SHORT")),
        ("Render", "render", InternalError("no encoder", reason="RENDER_FAILED")),
    ],
)
def test_an_error_of_a_service_fails_the_job_with_its_reason(gateway, backends, videos, call, step, error):
    backends.errors[call] = error
    comparison = gateway.finished(gateway.compare(*videos))
    assert comparison["status"] == "failed"
    assert comparison["error"] == {"reason": error.reason, "message": error.message}
    assert not step or states(comparison)[step] == "failed"
    response = gateway.client.get(f"/v1/comparisons/{comparison['id']}/report.json")
    assert (response.status_code, response.json()["reason"]) == (409, "NOT_FINISHED")


def test_a_failed_step_does_not_stop_the_next_try(gateway, backends, videos):
    backends.errors["Score"] = UnusableMediaError("once", reason="ONCE")
    assert gateway.finished(gateway.compare(*videos))["status"] == "failed"
    again = gateway.finished(gateway.compare(*videos))
    assert again["status"] == "succeeded"
    assert states(again)["extract_take"] == "cached"


@pytest.mark.parametrize(
    "call", ["DescribeModel", "Extract", "Align", "MeasurePictureOffset", "AnalyseMusic", "Score", "Render"]
)
def test_a_busy_service_is_asked_again(gateway, backends, videos, call):
    backends.errors[call] = BusyError("all workers are busy")
    assert gateway.finished(gateway.compare(*videos))["status"] == "succeeded"


def test_an_extraction_that_breaks_off_continues_after_the_last_chunk(gateway, backends):
    data = content()
    backends.break_after_frames = 60
    backends.errors["Align"] = UnusableMediaError("no sound", reason="NO_AUDIO")
    comparison = gateway.finished(gateway.compare(gateway.upload(data), gateway.upload(data)))
    assert comparison["status"] == "succeeded"
    assert [(first, last) for _, first, last in backends.extracted] == [(0, 60), (60, 120)]


def test_a_checkpoint_that_is_refused_means_starting_over(gateway, backends, store):
    data = content()
    video = gateway.upload(data)
    backends.errors["Extract"] = UnavailableError("busy restarting")
    backends.break_after_frames = 60
    backends.refuse_checkpoints = True
    assert gateway.finished(gateway.compare(video, video))["status"] == "succeeded"
    assert [(first, last) for _, first, last in backends.extracted][-1] == (0, 120)


NO_MATCH = aligned(verdict=sync_pb2.VERDICT_NO_MATCH, reason="DIFFERENT_MUSIC", confidence=0.9, offset_seconds=0)
AMBIGUOUS = aligned(
    verdict=sync_pb2.VERDICT_AMBIGUOUS, reason="REPEATING_MUSIC", confidence=0.5,
    candidates=[
        sync_pb2.AlignmentCandidate(offset_seconds=1.5, speed_ratio=1, strength=1),
        sync_pb2.AlignmentCandidate(offset_seconds=9.5, speed_ratio=1, strength=0.99),
    ],
)  # fmt: skip
NO_MOTION = aligned(
    verdict=sync_pb2.VERDICT_NO_MATCH,
    reason="DIFFERENT_MOTION",
    method=sync_pb2.ALIGNMENT_METHOD_MOTION,
    confidence=0.7,
    offset_seconds=0.75,
)


@pytest.mark.parametrize(
    ("shift", "mode", "scored_at", "warnings"),
    [
        (0.7, "auto", 2.2, ["SOUND_AND_PICTURE_APART"]),
        (0.7, "audio", 1.5, ["SOUND_AND_PICTURE_APART"]),
        (0.15, "auto", 1.5, []),
    ],
)
def test_a_comparison_is_scored_by_the_movement_where_sound_and_picture_are_apart(
    gateway, backends, videos, shift, mode, scored_at, warnings
):
    backends.picture_offset = sync_pb2.MeasurePictureOffsetResponse(clear=True, shift_seconds=shift, confidence=0.97)
    comparison = gateway.finished(gateway.compare(*videos, align=mode))
    report = gateway.client.get(f"/v1/comparisons/{comparison['id']}/report.json").json()
    assert report["alignment"]["sound_offset_seconds"] == 1.5
    assert report["alignment"]["picture_offset_seconds"] == pytest.approx(1.5 + shift)
    assert report["alignment"]["offset_seconds"] == pytest.approx(scored_at)
    assert [warning["reason"] for warning in report["warnings"]] == warnings
    (scored,) = backends.score_settings
    assert scored.alignment.offset_seconds == pytest.approx(scored_at)


@pytest.mark.parametrize(
    ("sound", "motion", "mode", "verdict", "method", "offset", "warnings"),
    [
        (NO_MATCH, None, "auto", "aligned", "motion", 0.25, ["NO_SHARED_MUSIC"]),
        (UnusableMediaError("silent", reason="NO_AUDIO"), None, "auto", "aligned", "motion", 0.25, ["NO_SHARED_MUSIC"]),
        (NO_MATCH, NO_MOTION, "auto", "no_match", "motion", 0.75, ["NO_SHARED_MUSIC", "NOT_ALIGNED"]),
        (NO_MATCH, None, "audio", "no_match", "audio", 0, ["NOT_ALIGNED"]),
        (None, None, "motion", "aligned", "motion", 0.25, []),
        (AMBIGUOUS, None, "auto", "ambiguous", "audio", 1.5, ["AMBIGUOUS_ALIGNMENT"]),
        (AMBIGUOUS, aligned(offset_seconds=9.6), "auto", "aligned", "audio", 9.5, []),
    ],
)
def test_a_comparison_is_scored_whatever_the_alignment_says(
    gateway, backends, videos, sound, motion, mode, verdict, method, offset, warnings
):
    backends.alignment = sound or backends.alignment
    backends.motion_alignment = motion or backends.motion_alignment
    comparison = gateway.finished(gateway.compare(*videos, align=mode))
    assert comparison["status"] == "succeeded"
    report = gateway.client.get(f"/v1/comparisons/{comparison['id']}/report.json").json()
    alignment = report["alignment"]
    assert (alignment["verdict"], alignment["method"], alignment["offset_seconds"]) == (verdict, method, offset)
    assert [warning["reason"] for warning in report["warnings"]] == warnings
    assert alignment["confidence"] <= 0.2 or verdict == "aligned"
    assert backends.score_settings[-1].alignment.offset_seconds == offset
    assert backends.score_settings[-1].alignment.speed_ratio == 1


def test_warnings_of_the_pose_service_say_which_video_they_mean(gateway, backends, videos):
    backends.warnings = (("SEVERAL_PEOPLE", "two people are visible"),)
    comparison = gateway.finished(gateway.compare(*videos))
    report = gateway.client.get(f"/v1/comparisons/{comparison['id']}/report.json").json()
    assert report["warnings"] == [
        {"reason": "SEVERAL_PEOPLE", "message": "Reference: two people are visible"},
        {"reason": "SEVERAL_PEOPLE", "message": "Take: two people are visible"},
    ]


def test_counts_that_are_a_guess_are_called_one(gateway, backends, videos):
    backends.bars_known = False
    comparison = gateway.finished(gateway.compare(*videos))
    report = gateway.client.get(f"/v1/comparisons/{comparison['id']}/report.json").json()
    assert [warning["reason"] for warning in report["warnings"]] == ["COUNTS_GUESSED"]


def test_a_new_pose_pipeline_does_not_reuse_the_old_motions(gateway, backends, videos):
    gateway.finished(gateway.compare(*videos))
    again = gateway.finished(gateway.compare(*videos))
    backends.pose_version = 2
    renewed = gateway.finished(gateway.compare(*videos))
    states = [[step["state"] for step in job["steps"][1:3]] for job in (again, renewed)]
    assert states == [["cached", "cached"], ["done", "done"]]


def test_options_are_passed_on(gateway, backends, videos):
    gateway.finished(gateway.compare(*videos, mirrored=True, skeletons_only=True))
    assert backends.score_settings[-1].mirrored
    assert backends.render_settings[-1].mirrored
    assert backends.render_settings[-1].skeletons_only


def test_comparisons_are_listed_newest_first(gateway, videos):
    ids = [gateway.compare(*videos) for _ in range(3)]
    page = gateway.client.get("/v1/comparisons", params={"limit": 2}).json()
    assert [job["id"] for job in page["items"]] == ids[:0:-1]
    rest = gateway.client.get("/v1/comparisons", params={"limit": 1, "cursor": page["next_cursor"]}).json()
    assert [job["id"] for job in rest["items"]] == ids[:1]
    for job in ids:
        gateway.finished(job)


@pytest.mark.parametrize("change", [{"model": "huge"}, {"align": "smell"}, {"take_video_id": None}, {"speed": 2}])
def test_a_request_that_makes_no_sense_is_refused(gateway, videos, change):
    body = {"reference_video_id": videos[0], "take_video_id": videos[1]} | change
    response = gateway.client.post("/v1/comparisons", json=body)
    assert response.status_code == 400
    assert response.json()["reason"] == "INVALID_INPUT"
    assert next(iter(change)) in response.json()["detail"]


def test_an_unknown_video_or_comparison_is_not_found(gateway, videos):
    body = {"reference_video_id": videos[0], "take_video_id": "nothing"}
    assert gateway.client.post("/v1/comparisons", json=body).json()["reason"] == "VIDEO_NOT_FOUND"
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/events"), ("GET", "/report.json")):
        response = gateway.client.request(method, f"/v1/comparisons/nothing{path}")
        assert (response.status_code, response.json()["reason"]) == (404, "COMPARISON_NOT_FOUND")


def test_an_extraction_gives_a_motion(gateway, backends):
    video = gateway.upload(content())
    response = gateway.client.post("/v1/extractions", json={"video_id": video, "model": "full"})
    assert response.status_code == 202
    extraction = response.json()["id"]
    assert response.headers["location"] == f"/v1/extractions/{extraction}"
    found = events(gateway, f"/v1/extractions/{extraction}/events")
    assert found[-1][2]["status"] == "succeeded"
    motion = np.load(io.BytesIO(gateway.client.get(f"/v1/extractions/{extraction}/motion.npz").content))
    assert motion["image"].shape == (120, 33, 2)
    assert str(motion["model"]) == "fake-2/1"
    assert gateway.client.get(f"/v1/comparisons/{extraction}").status_code == 404


def test_an_extraction_can_be_cancelled(gateway, backends):
    backends.held.add("Extract")
    extraction = gateway.client.post("/v1/extractions", json={"video_id": gateway.upload(content())}).json()["id"]
    wait_until(lambda: backends.running == 1)
    gateway.cancel(extraction, "extractions")
    assert gateway.finished(extraction, "extractions")["status"] == "cancelled"
    wait_until(lambda: backends.running == 0)
    response = gateway.client.get(f"/v1/extractions/{extraction}/motion.npz")
    assert (response.status_code, response.json()["reason"]) == (409, "NOT_FINISHED")


def test_two_recordings_are_aligned_at_once(gateway, videos):
    response = gateway.client.post("/v1/alignments", json={"a_video_id": videos[0], "b_video_id": videos[1]})
    assert response.status_code == 200
    assert response.json()["offset_seconds"] == 1.5
    assert response.json()["verdict"] == "aligned"


def test_an_error_of_a_service_is_answered_as_a_problem(gateway, backends, videos):
    backends.errors["Align"] = UnusableMediaError("the file has no sound", reason="NO_AUDIO")
    body = {"a_video_id": videos[0], "b_video_id": videos[1]}
    response: httpx.Response = gateway.client.post("/v1/alignments", json=body)
    assert response.status_code == 422
    assert response.json()["reason"] == "NO_AUDIO"
    assert response.headers["content-type"] == "application/problem+json"


def test_an_audio_file_can_be_aligned_but_not_compared(gateway, videos):
    song = gateway.upload(ONLY_SOUND + content(), "song.mp3")
    assert gateway.client.get(f"/v1/videos/{song}").json()["media"] is None
    comparison = gateway.finished(gateway.compare(song, videos[1]))
    assert comparison["error"]["reason"] == "NO_VIDEO_STREAM"


def test_a_report_of_a_joint_that_is_not_visible_can_be_read(gateway, backends, videos):
    backends.report = scoring_pb2.Report(version="1")
    backends.report.moments.add(id="m1", joint="left_shoulder", kind=scoring_pb2.MOMENT_KIND_MISSING)
    job = gateway.finished(gateway.compare(*videos))
    assert job["status"] == "succeeded", job
    response = gateway.client.get(f"/v1/comparisons/{job['id']}/report.json")
    assert response.status_code == 200, response.text
    (moment,) = response.json()["moments"]
    assert (moment["kind"], moment["amount"], moment["unit"]) == ("MISSING", None, None)
    assert response.json()["score"] is None
    assert job["score"] is None


def test_a_score_that_is_not_known_is_null_in_job_list_and_report_with_its_reason(gateway, backends, videos):
    backends.report = scoring_pb2.Report(version="2", no_score_reason="TAKE_SEEMS_MIRRORED")
    backends.report.causes.add(kind=scoring_pb2.CAUSE_KIND_MIRRORED, confidence=0.97, stated=True)
    job = gateway.finished(gateway.compare(*videos))
    listed = next(one for one in gateway.client.get("/v1/comparisons").json()["items"] if one["id"] == job["id"])
    assert job["score"] is None
    assert listed["score"] is None
    report = gateway.client.get(f"/v1/comparisons/{job['id']}/report.json").json()
    assert (report["score"], report["no_score_reason"], report["timing_ms"]) == (None, "TAKE_SEEMS_MIRRORED", None)
    cause = {"kind": "MIRRORED", "confidence": 0.97, "stated": True, "angle_deg": None, "shift_s": None}
    assert report["causes"] == [cause]


def test_an_extraction_shows_the_warnings_of_its_motion(gateway, backends):
    backends.warnings = (("DAMAGED_VIDEO", "3 frames cannot be decoded and were left out."),)
    video = gateway.upload(content())
    for _ in range(2):  # the second job finds the motion in the store
        created = gateway.client.post("/v1/extractions", json={"video_id": video}).json()
        assert created["warnings"] == []
        events(gateway, f"/v1/extractions/{created['id']}/events")
        done = gateway.client.get(f"/v1/extractions/{created['id']}").json()
        assert [one["reason"] for one in done["warnings"]] == ["DAMAGED_VIDEO"]
        assert done["warnings"][0]["message"].startswith("3 frames")
