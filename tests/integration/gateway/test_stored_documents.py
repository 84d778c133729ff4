"""Documents that an earlier version stored are served as those of today."""

from __future__ import annotations

import io
import json
import sqlite3
import uuid
from typing import Any

EARLIER_MODEL = {"name": "mine", "version": "0a1b", "family": "graph", "styles": ["salsa"], "shipped": False}


def overwrite(store, key: str, document: dict[str, Any]) -> None:
    store.delete(key)
    store.put(key, io.BytesIO(json.dumps(document).encode()), media_type="application/json")


def test_a_report_of_an_earlier_version_is_served(gateway, store, new_video):
    video = gateway.upload(new_video)
    job = gateway.finished(gateway.compare(video, video))
    moment = {
        "id": "m1",
        "start_s": 1.0,
        "end_s": 2.0,
        "joint": "left_knee",
        "what": "it is bent",
        "kind": "ANGLE",
    }
    alignment = {"verdict": "aligned", "offset_seconds": 1.5, "confidence": 0.9, "reason": "OK"}
    earlier = {"score": 71.0, "joints": {"torso": {"score": 80.0}}, "moments": [moment], "alignment": alignment}
    overwrite(store, f"comparisons/{job['id']}/report.json", earlier)
    report = gateway.client.get(f"/v1/comparisons/{job['id']}/report.json").json()
    assert report["moments"][0]["description"] == "it is bent"
    assert (report["score"], report["timeline"], report["alignment"]["segments"]) == (71.0, [], [])
    assert report["joints"]["torso"] == {"score": 80.0, "mean_angle_error_deg": None, "timing_ms": None}


def test_a_report_that_was_not_changed_is_not_sent_again(gateway, new_video):
    video = gateway.upload(new_video)
    url = f"/v1/comparisons/{gateway.finished(gateway.compare(video, video))['id']}/report.json"
    etag = gateway.client.get(url).headers["etag"]
    assert gateway.client.get(url, headers={"if-none-match": etag}).status_code == 304


def test_the_results_of_earlier_dances_and_trainings_are_served(gateway, store):
    song = gateway.upload(uuid.uuid4().bytes * 50, "song.mp3")
    dance = gateway.client.post("/v1/dances", json={"music_id": song, "formats": ["npz"]}).json()
    gateway.finished(dance["id"], "dances")
    segment = {"first_frame": 0, "frames": 9, "recording": "a.mp4", "recording_frame": 4}
    earlier = {"model": "mine/0a1b", "frames": 9, "seconds": 0.3, "seed": 1, "formats": ["npz"], "borrowed": [segment]}
    overwrite(store, f"dances/{dance['id']}/result.json", earlier)
    result = gateway.client.get(f"/v1/dances/{dance['id']}/result.json").json()
    assert result["source_segments"] == [segment]


def test_a_dance_of_an_earlier_version_has_no_zeros_for_what_was_not_given(gateway, store, folder):
    song = gateway.upload(uuid.uuid4().bytes * 50, "song.mp3")
    dance = gateway.client.post("/v1/dances", json={"music_id": song, "formats": ["npz"]}).json()
    gateway.finished(dance["id"], "dances")
    edit = {"dance_id": dance["id"], "keep": ["legs"], "start_seconds": 0.0, "end_seconds": 0.0}
    with sqlite3.connect(folder / "jobs.sqlite") as database:
        (text,) = database.execute("SELECT request FROM eightcount_jobs WHERE id = ?", (dance["id"],)).fetchone()
        request = json.loads(text) | {"duration_seconds": 0.0, "edit": edit}
        database.execute("UPDATE eightcount_jobs SET request = ? WHERE id = ?", (json.dumps(request), dance["id"]))
    body = gateway.client.get(f"/v1/dances/{dance['id']}").json()
    assert (body["duration_seconds"], body["edit"]) == (None, edit | {"end_seconds": None})


def test_a_video_of_an_earlier_version_has_null_for_what_its_container_does_not_state(gateway, store, new_video):
    video = gateway.upload(new_video)
    record = json.loads(b"".join(store.read(f"videos/{video}/video.json")))
    unstated = {"audio_codec": "", "frame_rate": 0.0, "duration_seconds": 0.0, "frame_count": 0}
    overwrite(store, f"videos/{video}/video.json", record | {"media": record["media"] | unstated})
    media = gateway.client.get(f"/v1/videos/{video}").json()["media"]
    assert media == record["media"] | dict.fromkeys(unstated)


def test_the_model_of_an_earlier_training_says_where_it_comes_from(gateway, store, new_video):
    video = gateway.upload(new_video)
    body = {"name": "earlier", "items": [{"video_id": video, "style": "house"}] * 2}
    training = gateway.client.post("/v1/style-trainings", json=body).json()
    job = gateway.finished(training["id"], "style-trainings")
    assert job["status"] == "succeeded"
    (key,) = [info.key for info in store.list("style-trainings/") if info.key.endswith("result.json")]
    earlier = {"model": EARLIER_MODEL, "items_used": 2, "rejected": [], "kept_apart": ["performer"]}
    overwrite(store, key, earlier)
    result = gateway.client.get(f"/v1/style-trainings/{training['id']}/result.json").json()
    assert result["split_by"] == ["performer"]
    assert (result["model"]["origin"], result["model"]["created_at"]) == ("trained", None)
