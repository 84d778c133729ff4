"""Skeletons over HTTP: taken in with what was found in them, or refused; dances are written for them."""

from __future__ import annotations

import uuid

from eightcount.generator.v1 import generator_pb2
from tests.data.rigs import MIXAMO, PLAIN, bvh_of


def upload(gateway, text: str):
    return gateway.client.post("/v1/skeletons", files={"file": ("my rig.bvh", text.encode())})


def test_a_skeleton_is_taken_in_and_described(gateway, store):
    answer = upload(gateway, bvh_of(MIXAMO))
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert answer.headers["location"] == f"/v1/skeletons/{body['id']}"
    assert body["parts"]["left_elbow"] == "mixamorig:LeftForeArm"
    assert (body["file_name"], "mixamorig:Hips" in body["joints"]) == ("my rig.bvh", True)
    assert gateway.client.get(f"/v1/skeletons/{body['id']}").json() == body
    with store.open(f"skeletons/{body['id']}/skeleton.bvh") as file:
        assert file.read().decode() == bvh_of(MIXAMO)


def test_a_skeleton_of_megabytes_is_accepted(gateway):
    text = bvh_of(MIXAMO)
    answer = upload(gateway, text + "\n" * (1024 * 1024))
    assert answer.status_code == 201, answer.text
    assert answer.json()["size_bytes"] > 1024 * 1024


def test_skeletons_are_listed_newest_first_by_pages(gateway):
    ids = [upload(gateway, bvh_of(MIXAMO)).json()["id"] for _ in range(3)]
    first = gateway.client.get("/v1/skeletons", params={"limit": 2}).json()
    assert [one["id"] for one in first["items"]] == ids[:0:-1]
    second = gateway.client.get("/v1/skeletons", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [one["id"] for one in second["items"]] == ids[:1]


UNKNOWN = bvh_of(PLAIN).replace("RightKnee", "Something").replace("LeftWrist", "Other").replace(" 4.4200000", " 9")
"""A body that is known neither by its names nor by its shape."""


def test_what_is_no_skeleton_of_a_person_is_refused_before_any_dance(gateway):
    for text, reason in (
        ("no BVH", "INVALID_BVH"),
        (UNKNOWN, "SKELETON_UNKNOWN"),
        (bvh_of(PLAIN, frame=False).replace("6 Xposition Yposition Zposition", "3"), "SKELETON_UNUSABLE"),
    ):
        answer = upload(gateway, text)
        assert (answer.status_code, answer.json()["reason"]) == (400, reason)


def test_a_dance_is_written_for_a_skeleton(gateway, backends, store):
    skeleton = upload(gateway, bvh_of(MIXAMO)).json()["id"]
    song = gateway.upload(uuid.uuid4().bytes * 50, "song.mp3")
    asked = {"music_id": song, "skeleton_id": skeleton, "formats": ["bvh", "mp4"]}
    answer = gateway.client.post("/v1/dances", json=asked)
    assert answer.status_code == 202, answer.text
    job = gateway.finished(answer.json()["id"], "dances")
    assert (job["status"], job["skeleton_id"]) == ("succeeded", skeleton)
    exports = backends.generator.asked(generator_pb2.ExportRequest)
    assert {one.skeleton_uri for one in exports} == {store.uri(f"skeletons/{skeleton}/skeleton.bvh")}


def test_a_dance_for_an_unknown_skeleton_or_without_a_use_for_it_is_not_begun(gateway, backends):
    skeleton = upload(gateway, bvh_of(MIXAMO)).json()["id"]
    song = gateway.upload(uuid.uuid4().bytes * 50, "song.mp3")
    for wishes, status, reason in (
        ({"skeleton_id": "0" * 20}, 404, "SKELETON_NOT_FOUND"),
        ({"skeleton_id": "../videos"}, 404, "SKELETON_NOT_FOUND"),
        ({"skeleton_id": skeleton, "formats": ["mp4", "npz"]}, 400, "SKELETON_NOT_USED"),
    ):
        answer = gateway.client.post("/v1/dances", json={"music_id": song, **wishes})
        assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert backends.generator.requests == []
