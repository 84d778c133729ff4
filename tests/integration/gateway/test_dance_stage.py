"""The content of the 3D stage of a dance: the counts of its music, and its figure."""

from __future__ import annotations

import uuid
from typing import Any

from eightcount.generator.v1 import generator_pb2
from tests.fakes.gateway_process import wait_until


def _song(gateway) -> str:
    return gateway.upload(uuid.uuid4().bytes * 50, "song.mp3")


def _start(gateway, song: str, **wishes: Any) -> str:
    return gateway.client.post("/v1/dances", json={"music_id": song, **wishes}).json()["id"]


def _dance(gateway, **wishes: Any) -> str:
    dance = _start(gateway, _song(gateway), **wishes)
    assert gateway.finished(dance, "dances")["status"] == "succeeded"
    return f"/v1/dances/{dance}"


def test_the_counts_are_those_of_the_music(gateway):
    answer = gateway.client.get(f"{_dance(gateway, formats=['npz'])}/counts.json").json()
    assert [count["start_s"] for count in answer["counts"]] == [0.5 * beat for beat in range(8)]
    assert [count["count"] for count in answer["counts"]] == list(range(1, 9))
    assert answer["tempo_bpm"] == 120


def test_counts_are_there_while_the_dance_is_made(gateway, backends):
    backends.generator.seconds_per_step, backends.generator.frames = 0.5, 30_000
    dance = _start(gateway, _song(gateway))
    wait_until(lambda: gateway.client.get(f"/v1/dances/{dance}/counts.json").status_code == 200)
    gateway.client.post(f"/v1/dances/{dance}/cancel")


def test_the_figure_is_the_glb_that_was_asked_for(gateway, backends):
    dance = _dance(gateway, formats=["glb"])
    figure = gateway.client.get(f"{dance}/stage.glb")
    assert figure.content == gateway.client.get(f"{dance}/dance.glb").content
    assert figure.headers["content-type"] == "model/gltf-binary"
    assert len(backends.generator.asked(generator_pb2.ExportRequest)) == 1


def test_the_figure_of_a_dance_without_glb_is_written_when_it_is_first_looked_at(gateway, backends, store):
    dance = _dance(gateway, formats=["npz"])
    number = generator_pb2.EXPORT_FORMAT_GLB
    for _ in range(2):
        assert gateway.client.get(f"{dance}/stage.glb").content == f"120 frames as {number}".encode() * 40
    exports = backends.generator.asked(generator_pb2.ExportRequest)
    assert [one.format for one in exports] == [generator_pb2.EXPORT_FORMAT_NPZ, number]
    assert exports[1].target_uri == store.uri(f"{dance.removeprefix('/v1/')}/stage.glb")
    assert gateway.client.get(f"{dance}/dance.glb").json()["reason"] == "FORMAT_NOT_WRITTEN"


def test_a_dance_that_is_not_done_has_no_figure(gateway, backends):
    backends.generator.seconds_per_step, backends.generator.frames = 0.5, 30_000
    dance = _start(gateway, _song(gateway))
    answer = gateway.client.get(f"/v1/dances/{dance}/stage.glb")
    assert (answer.status_code, answer.json()["reason"]) == (409, "NOT_FINISHED")
    gateway.client.post(f"/v1/dances/{dance}/cancel")
    assert gateway.client.get("/v1/dances/nothing/counts.json").status_code == 404
