"""Music in, a dance out: a dance as a durable job, against fake services."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from eightcount.generator.v1 import generator_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError, UnusableMediaError
from tests.fakes.gateway_process import gateway_environment, running_gateway, wait_until
from tests.fakes.generator import dance_model

FORMATS = ["mp4", "bvh", "glb", "npz"]


def content() -> bytes:
    return uuid.uuid4().bytes * 50


@pytest.fixture
def song(gateway) -> str:
    return gateway.upload(content(), "song.mp3")


def start(gateway, song: str, **wishes: Any) -> str:
    response = gateway.client.post("/v1/dances", json={"music_id": song, **wishes})
    assert response.status_code == 202, response.text
    assert response.headers["location"] == f"/v1/dances/{response.json()['id']}"
    return response.json()["id"]


def finished(gateway, dance: str) -> dict:
    return gateway.finished(dance, "dances")


def states(job: dict) -> dict[str, str]:
    return {step["name"]: step["state"] for step in job["steps"]}


def test_a_song_becomes_a_dance_in_every_format(gateway, backends, song):
    job = finished(gateway, start(gateway, song))
    assert job["status"] == "succeeded", job
    assert [(step["name"], step["state"], step["done"], step["total"]) for step in job["steps"]] == [
        ("listen", "done", 0, None), ("generate", "done", 120, 120), ("export", "done", 4, 4)
    ]  # fmt: skip
    assert job["formats"] == FORMATS
    assert set(job["links"]) == {"self", "events", "page", "result.json", *(f"dance.{name}" for name in FORMATS)}
    assert gateway.client.get(job["links"]["result.json"]).json() == {
        "model": "mine/0a1b", "frames": 120, "seconds": 4.0, "seed": 0, "formats": FORMATS,
        "source_segments": [{"first_frame": 0, "frames": 120, "recording": "salsa/a.mp4", "recording_frame": 12}],
    }  # fmt: skip


def test_the_generator_gets_the_music_and_every_wish(gateway, backends, store, song):
    wishes = {
        "model": "mine", "style": "salsa", "seed": 7, "energy": 0.5, "mirrored": True, "duration_seconds": 2.0,
        "formats": ["glb", "mp4", "glb"],
    }  # fmt: skip
    job = finished(gateway, start(gateway, song, **wishes))
    assert job["status"] == "succeeded", job
    (request,) = backends.generator.asked(generator_pb2.GenerateRequest)
    assert list(request.music.beats_seconds) == [0.5 * beat for beat in range(8)]
    assert (request.model.name, request.style, request.seed, request.energy) == ("mine", "salsa", 7, 0.5)
    assert (request.mirrored, request.duration_seconds) == (True, 2.0)
    exports = backends.generator.asked(generator_pb2.ExportRequest)
    assert [one.format for one in exports] == [generator_pb2.EXPORT_FORMAT_GLB, generator_pb2.EXPORT_FORMAT_MP4]
    assert exports[0].dance_uri == store.uri(f"dances/{job['id']}/dance.bin")
    assert exports[0].target_uri == store.uri(f"dances/{job['id']}/dance.glb")
    assert exports[0].music_uri == store.uri(f"videos/{song}/content")
    result = gateway.client.get(job["links"]["result.json"]).json()
    assert (result["frames"], result["seed"], result["formats"]) == (60, 7, ["glb", "mp4"])


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("mp4", "video/mp4"), ("bvh", "text/plain; charset=utf-8"), ("glb", "model/gltf-binary"),
     ("npz", "application/zip")],
)  # fmt: skip
def test_files_are_served_whole_and_in_ranges(gateway, song, name, media_type):
    job = finished(gateway, start(gateway, song, formats=[name]))
    whole = gateway.client.get(job["links"][f"dance.{name}"])
    number = generator_pb2.ExportFormat.Value(f"EXPORT_FORMAT_{name.upper()}")
    assert whole.content == f"120 frames as {number}".encode() * 40
    assert whole.headers["content-type"] == media_type
    assert whole.headers["content-disposition"] == f'inline; filename="dance.{name}"'
    part = gateway.client.get(job["links"][f"dance.{name}"], headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, b"frames")
    head = gateway.client.head(job["links"][f"dance.{name}"])
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))


def test_a_format_that_was_not_asked_for_is_a_reason(gateway, song):
    job = finished(gateway, start(gateway, song, formats=["npz"]))
    answer = gateway.client.get(f"/v1/dances/{job['id']}/dance.mp4")
    assert (answer.status_code, answer.json()["reason"]) == (404, "FORMAT_NOT_WRITTEN")
    assert answer.json()["detail"] == "the dance was not written as mp4, but as npz"


@pytest.mark.parametrize(
    ("reason", "words"),
    [("SILENT_AUDIO", "silent"), ("NO_AUDIO", "no sound"), ("NO_STEADY_BEAT", "speech"), ("ODD", "ODD")],
)
def test_what_has_no_beat_is_refused_in_words(gateway, backends, song, reason, words):
    backends.music = sync_pb2.Music(has_beat=False, reason=reason)
    job = finished(gateway, start(gateway, song))
    assert (job["status"], job["error"]["reason"]) == ("failed", reason)
    assert words in job["error"]["message"]
    assert states(job) == {"listen": "failed", "generate": "pending", "export": "pending"}
    assert backends.generator.requests == []


def test_sound_that_cannot_be_read_is_refused_with_its_reason(gateway, backends, song):
    backends.errors["AnalyseMusic"] = UnusableMediaError("the file ends early", reason="TRUNCATED_FILE")
    assert finished(gateway, start(gateway, song))["error"]["reason"] == "TRUNCATED_FILE"


def test_a_file_that_is_no_music_is_not_taken_in(gateway):
    answer = gateway.client.post("/v1/videos", files={"file": ("song.mp3", b"this is text")})
    assert (answer.status_code, answer.json()["reason"]) == (422, "NOT_A_VIDEO")


def test_music_over_two_hours_is_refused(gateway, backends, song):
    backends.music = sync_pb2.Music(has_beat=True, reason="OK", beats_seconds=[1.0, 7201.0])
    job = finished(gateway, start(gateway, song))
    assert (job["error"]["reason"], "2 hours" in job["error"]["message"]) == ("MUSIC_TOO_LONG", True)


def test_a_video_over_two_hours_is_refused_unheard(gateway, backends):
    backends.frames = 30 * 7300
    job = finished(gateway, start(gateway, gateway.upload(content())))
    assert job["error"]["reason"] == "MUSIC_TOO_LONG"
    assert "AnalyseMusic" not in backends.calls


def test_without_a_model_the_dance_fails_with_how_to_make_one(gateway, backends, song):
    backends.generator.models = []
    job = finished(gateway, start(gateway, song))
    assert job["error"]["reason"] == "NO_DANCE_MODEL"
    assert "eightcount train dance" in job["error"]["message"]
    assert "AnalyseMusic" not in backends.calls


def test_an_unknown_model_is_refused_with_those_that_there_are(gateway, backends, song):
    backends.generator.models = [dance_model("mine"), dance_model("yours")]
    job = finished(gateway, start(gateway, song, model="theirs"))
    assert job["error"]["reason"] == "MODEL_NOT_FOUND"
    assert job["error"]["message"].endswith("the models are: mine, yours")


def test_an_error_of_the_generator_fails_the_dance_with_its_reason(gateway, backends, song):
    backends.errors["Generate"] = InvalidInputError("the model has no style 'tango'", reason="UNKNOWN_STYLE")
    job = finished(gateway, start(gateway, song, style="tango"))
    assert (job["error"]["reason"], states(job)["generate"]) == ("UNKNOWN_STYLE", "failed")
    answer = gateway.client.get(f"/v1/dances/{job['id']}/result.json")
    assert (answer.status_code, answer.json()["reason"]) == (409, "NOT_FINISHED")


def test_a_dance_that_ends_early_is_a_fault(gateway, backends, store, song):
    backends.generator.cut_short = True
    job = finished(gateway, start(gateway, song))
    assert job["error"]["reason"] == "PROTOCOL"
    assert not store.exists(f"dances/{job['id']}/dance.bin")


def test_music_is_heard_once_and_need_not_be_kept(gateway, backends, song):
    finished(gateway, start(gateway, song, formats=["npz"]))
    gateway.client.delete(f"/v1/videos/{song}/content")
    job = finished(gateway, start(gateway, song, seed=1, formats=["mp4"]))
    assert (job["status"], states(job)["listen"]) == ("succeeded", "cached")
    assert backends.calls.count("AnalyseMusic") == 1
    assert backends.generator.asked(generator_pb2.ExportRequest)[-1].music_uri == "", "a silent film"


def test_progress_is_told_frame_by_frame_and_file_by_file(gateway, backends, song):
    backends.held |= {"Generate", "Export"}
    dance = start(gateway, song, formats=["npz"])
    step = wait_until(lambda: (step := gateway.job(dance, "dances")["steps"][1])["done"] and step)
    assert (step["state"], step["done"], step["total"]) == ("running", 30, 120)
    backends.held.remove("Generate")
    note = wait_until(lambda: "of" in (step := gateway.job(dance, "dances")["steps"][2])["note"] and step["note"])
    assert note == "npz: 60 of 120 frames"
    backends.held.clear()
    assert finished(gateway, dance)["steps"][2]["note"] == ""


def test_events_end_with_the_dance(gateway, song):
    dance = start(gateway, song)
    with gateway.client.stream("GET", f"/v1/dances/{dance}/events") as response:
        lines = list(response.iter_lines())
    assert "event: end" in lines
    assert '"status":"succeeded"' in lines[-2]


@pytest.mark.parametrize(("step", "call"), [(1, "Generate"), (2, "Export")])
def test_a_cancelled_dance_stops_the_generator(gateway, backends, song, step, call):
    backends.held.add(call)
    dance = start(gateway, song)
    wait_until(lambda: gateway.job(dance, "dances")["steps"][step]["state"] == "running")
    wait_until(lambda: backends.generator.running)
    gateway.client.post(f"/v1/dances/{dance}/cancel")
    wait_until(lambda: backends.generator.running == 0)
    assert finished(gateway, dance)["status"] == "cancelled"


@pytest.mark.parametrize("step", ["generate", "export"])
def test_a_killed_gateway_goes_on_with_a_dance(tmp_path, backends, store, folder, step):
    environment = gateway_environment(tmp_path, backends.targets)
    environment["EIGHTCOUNT_STORE_FOLDER"] = str(folder / "objects")
    backends.held.add("Generate" if step == "generate" else "Export EXPORT_FORMAT_BVH")
    with running_gateway(environment, tmp_path) as gateway:
        dance = start(gateway, gateway.upload(content(), "song.mp3"), formats=["npz", "bvh"])
        if step == "generate":
            wait_until(lambda: "Generate" in backends.calls)
        else:
            wait_until(lambda: backends.calls.count("Export") == 2)
        gateway.kill()
    backends.held.clear()
    with running_gateway(environment, tmp_path) as gateway:
        job = finished(gateway, dance)
        assert job["status"] == "succeeded", job
    assert backends.calls.count("AnalyseMusic") == 1
    assert backends.calls.count("Generate") == (2 if step == "generate" else 1)
    written = [one.format for one in backends.generator.asked(generator_pb2.ExportRequest)]
    assert written.count(generator_pb2.EXPORT_FORMAT_NPZ) == 1, "a file that is written is not written again"


def test_dances_are_listed_newest_first(gateway, song):
    first, second = start(gateway, song), start(gateway, song, seed=1)
    listed = [dance["id"] for dance in gateway.client.get("/v1/dances").json()["items"]]
    assert listed[:2] == [second, first]


def test_models_are_listed_and_have_cards(gateway, backends):
    assert gateway.client.get("/v1/dance-models").json()["items"] == [
        {"name": "mine", "version": "0a1b2c3d4e5f", "family": "graph", "styles": ["salsa"], "origin": "trained",
         "is_default": False, "size_bytes": 4096, "created_at": None, "supports_constraints": False}
    ]  # fmt: skip
    assert gateway.client.get("/v1/dance-models/mine").json()["card"].startswith("# mine")
    answer = gateway.client.get("/v1/dance-models/theirs")
    assert (answer.status_code, answer.json()["reason"]) == (404, "MODEL_NOT_FOUND")


@pytest.mark.parametrize(
    "wish",
    [
        {"energy": 1.5}, {"seed": -1}, {"duration_seconds": -1}, {"duration_seconds": 0}, {"duration_seconds": 1e9},
        {"formats": []}, {"formats": ["fbx"]}, {"music_id": None}, {"tempo": 120},
    ],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_refused(gateway, song, wish):
    assert gateway.client.post("/v1/dances", json={"music_id": song} | wish).status_code == 400


def test_unknown_music_and_unknown_dances_are_not_found(gateway):
    answer = gateway.client.post("/v1/dances", json={"music_id": "x"})
    assert (answer.status_code, answer.json()["reason"]) == (404, "VIDEO_NOT_FOUND")
    answer = gateway.client.get("/v1/dances/x")
    assert (answer.status_code, answer.json()["reason"]) == (404, "DANCE_NOT_FOUND")


def test_a_server_without_a_generator_says_so(tmp_path, backends, folder):
    targets = {name: target for name, target in backends.targets.items() if name != "generator"}
    environment = gateway_environment(tmp_path, targets) | {"EIGHTCOUNT_STORE_FOLDER": str(folder / "objects")}
    with running_gateway(environment, tmp_path) as gateway:
        song = gateway.upload(content(), "song.mp3")
        answers = [
            gateway.client.post("/v1/dances", json={"music_id": song}),
            gateway.client.post("/v1/dance-trainings", json={"name": "x", "items": [{"video_id": song}]}),
            gateway.client.get("/v1/dance-models"),
        ]
        assert [(one.status_code, one.json()["reason"]) for one in answers] == [(503, "GENERATOR_NOT_CONFIGURED")] * 3
        assert gateway.client.get("/readyz").status_code == 200
