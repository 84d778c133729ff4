"""Live sessions over the WebSocket of a real gateway, with fake services."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from eightcount.scoring.v1 import scoring_pb2
from eightcount_common.errors import InvalidInputError, UnusableMediaError
from eightcount_common.skeletons import BLAZEPOSE_33
from tests.fakes.backends import TURNED_FRAME
from tests.fakes.gateway_process import GatewayProcess, gateway_environment, running_gateway, wait_until

FRAME = b"\xff\xd8\xffpicture"
HEAD = struct.Struct("<B7xddd")
NAN = float("nan")


@dataclass
class Client:
    """A client of one session, and what it was told."""

    socket: ClientConnection
    told: list[dict[str, Any]] = field(default_factory=list)

    def say(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def start(self, reference: str | None = None, **options: Any) -> dict[str, Any]:
        self.say(type="start", reference_video_id=reference, width=640, height=640, **options)
        return self.wait_for("ready")

    def show(self, seconds: float, image: bytes = FRAME, *, reference: float = NAN, rate: float = 1.0) -> None:
        self.socket.send(HEAD.pack(1, seconds, reference, rate) + image)

    def wait_for(self, kind: str) -> dict[str, Any]:
        while True:
            message = json.loads(self.socket.recv(timeout=30))
            self.told.append(message)
            if message["type"] == kind:
                return message
            assert message["type"] != "error", message

    def dance(self, poses: int, *, start: float = 0.0) -> None:
        """Dance before the camera; each pose is waited for, so that none is dropped."""
        for index in range(poses):
            seconds = start + index / 30
            self.show(seconds, reference=seconds)
            assert self.wait_for("pose")["seconds"] == pytest.approx(seconds)

    def kinds(self) -> set[str]:
        return {message["type"] for message in self.told}

    def closing(self) -> tuple[int, list[dict[str, Any]]]:
        """The close code, and what was said before."""
        said = []
        try:
            while True:
                said.append(json.loads(self.socket.recv(timeout=30)))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006, said


@contextmanager
def client_of(gateway: GatewayProcess, **options: Any) -> Iterator[Client]:
    url = gateway.url.replace("http://", "ws://") + "/v1/live"
    with connect(url, open_timeout=30, **options) as socket:
        yield Client(socket)


@pytest.fixture
def client(gateway) -> Iterator[Client]:
    with client_of(gateway) as client:
        yield client


@pytest.fixture
def reference(gateway, new_video) -> str:
    """A video whose motion has been extracted."""
    video = gateway.upload(new_video)
    job = gateway.client.post("/v1/extractions", json={"video_id": video, "model": "full"}).json()["id"]
    assert gateway.finished(job, "extractions")["status"] == "succeeded"
    return video


def test_a_session_from_start_to_result(client, reference, backends):
    ready = client.start(reference)
    assert ready["joints"] == ["left_elbow", "right_elbow"]
    assert ready["keypoints"] == list(BLAZEPOSE_33.keypoints)
    assert ready["counts"][0]["count"] == 1
    client.dance(16)
    client.say(type="finish")
    result = client.wait_for("result")
    assert (result["report"]["score"], result["style"], result["poses"], result["dropped"]) == (75.0, None, 16, 0)
    assert client.closing() == (1000, [])
    assert client.kinds() >= {"ready", "pose", "states", "count", "eight_count", "result"}
    states = next(message for message in client.told if message["type"] == "states")
    assert states["multiples"] == [1.5, None]
    pose = next(message for message in client.told if message["type"] == "pose")
    assert len(pose["keypoints"]) == len(BLAZEPOSE_33)
    assert backends.frames_seen == [FRAME] * 16
    assert client.told[-2]["type"] != "pose" or client.told[-2]["dropped"] == 0


def test_scoring_is_given_the_reference_its_music_and_the_players_clock(client, reference, backends):
    client.start(reference, mirrored=True)
    client.show(1.0, reference=0.5, rate=0.75)
    client.wait_for("pose")
    client.show(2.0)
    client.wait_for("pose")
    client.say(type="finish")
    client.wait_for("result")
    settings, header, *chunks, take, first, second = backends.live
    assert settings.settings.mirrored
    assert settings.settings.music.has_beat
    assert header.motion.role == scoring_pb2.ROLE_REFERENCE
    assert sum(len(chunk.motion.chunk.timestamps) for chunk in chunks) == backends.frames
    assert (take.motion.header.image_width, take.motion.header.image_height) == (640, 640)
    assert (first.pose.reference_seconds, first.pose.rate) == (0.5, 0.75)
    assert not second.pose.HasField("reference_seconds")


def test_a_phone_that_is_turned_begins_anew(client, reference, backends):
    client.start(reference)
    client.show(0.1)
    client.wait_for("pose")
    client.show(0.2, TURNED_FRAME)
    client.wait_for("pose")
    client.say(type="finish")
    client.wait_for("result")
    takes = [one.motion.header for one in backends.live if one.motion.role == scoring_pb2.ROLE_TAKE]
    assert [(header.image_width, header.image_height) for header in takes] == [(640, 640), (360, 640)]


def test_keypoints_of_the_client_need_no_pose_service(client, reference, backends):
    client.start(reference)
    points = np.full((33, 6), 0.5, "<f4")
    for index in range(4):
        seconds = index / 30
        client.socket.send(HEAD.pack(2, seconds, seconds, 1.0) + points.tobytes())
        client.wait_for("states")
    client.socket.send(HEAD.pack(2, 1.0, 1.0, 1.0) + np.full_like(points, np.nan).tobytes())
    client.wait_for("states")
    client.say(type="finish")
    assert client.wait_for("result")["poses"] == 5
    assert "Track" not in backends.calls
    assert "pose" not in client.kinds()


def test_the_style_is_named_without_a_reference(client, backends):
    assert client.start(styles=True)["joints"] == []
    client.dance(8)
    client.say(type="finish")
    result = client.wait_for("result")
    assert (result["report"], result["style"]["style"]) == (None, "hip_hop")
    style = next(message for message in client.told if message["type"] == "style")
    assert set(style["probabilities"]) == {"ballet", "hip_hop", "not_a_dance"}
    assert "ScoreLive" not in backends.calls


def test_nothing_danced_is_no_report(client, reference):
    client.start(reference)
    client.say(type="finish")
    assert client.wait_for("result")["report"] is None


def test_a_connection_that_breaks_is_taken_up_again(gateway, reference):
    with client_of(gateway) as first:
        token = first.start(reference)["session"]
        first.dance(2)
        first.wait_for("count")
        first.socket.socket.close()
    with client_of(gateway) as second:
        second.say(type="resume", session=token)
        assert second.wait_for("ready")["session"] == token
        second.dance(4, start=5.0)
        second.say(type="finish")
        assert second.wait_for("result")["poses"] == 6


def test_what_was_found_while_nobody_was_connected_is_told_afterwards(gateway, backends, reference):
    with client_of(gateway) as first:
        token = first.start(reference)["session"]
        for index in range(8):
            points = np.full((33, 6), 0.5, "<f4").tobytes()
            first.socket.send(HEAD.pack(2, index / 30, index / 30, 1.0) + points)
        first.socket.socket.close()
    wait_until(lambda: len([one for one in backends.live if one.HasField("pose")]) == 8)
    with client_of(gateway) as second:
        second.say(type="resume", session=token)
        second.wait_for("ready")
        second.say(type="finish")
        second.wait_for("result")
    counts = [one for client in (first, second) for one in client.told if one["type"] == "count"]
    assert len(counts) >= 1


def test_a_second_connection_takes_the_session_over(gateway, reference):
    with client_of(gateway) as first, client_of(gateway) as second:
        token = first.start(reference)["session"]
        second.say(type="resume", session=token)
        second.wait_for("ready")
        assert first.closing()[0] == 4001
        second.dance(2)


def test_a_session_that_nobody_comes_back_to_is_forgotten(backends, tmp_path):
    environment = gateway_environment(tmp_path, backends.targets, resume_seconds="0.1", max_live_sessions="1")
    with running_gateway(environment, tmp_path) as gateway:
        with client_of(gateway) as first:
            token = first.start()["session"]
            first.socket.socket.close()
        wait_until(lambda: may_start(gateway))
        with client_of(gateway) as second:
            second.say(type="resume", session=token)
            code, said = second.closing()
    assert (code, said[0]["reason"]) == (1008, "SESSION_NOT_FOUND")


def may_start(gateway: GatewayProcess) -> bool:
    """Whether there is room for a session."""
    with client_of(gateway) as client:
        client.say(type="start", width=640, height=640)
        return json.loads(client.socket.recv(timeout=30))["type"] == "ready"


def test_a_client_that_leaves_makes_room_at_once(backends, tmp_path):
    environment = gateway_environment(tmp_path, backends.targets, resume_seconds="600", max_live_sessions="1")
    with running_gateway(environment, tmp_path) as gateway:
        with client_of(gateway) as first:
            first.start()
        wait_until(lambda: may_start(gateway))


def test_a_session_in_which_nothing_is_sent_ends(backends, tmp_path):
    environment = gateway_environment(tmp_path, backends.targets, idle_session_seconds="0.2")
    with running_gateway(environment, tmp_path) as gateway, client_of(gateway) as client:
        client.start()
        code, said = client.closing()
    assert (code, said[-1]["reason"]) == (1008, "SESSION_IDLE")


def test_one_session_too_many_is_refused_until_another_ends(backends, tmp_path):
    environment = gateway_environment(tmp_path, backends.targets, max_live_sessions="1")
    with running_gateway(environment, tmp_path) as gateway, client_of(gateway) as first:
        first.start()
        with client_of(gateway) as second:
            second.say(type="start", width=640, height=640)
            assert [message["reason"] for message in second.closing()[1]] == ["TOO_MANY_SESSIONS"]
        first.say(type="finish")
        first.wait_for("result")
        with client_of(gateway) as third:
            third.start()


def test_a_reference_must_be_known_and_extracted(gateway, new_video):
    unknown = {"type": "start", "width": 640, "height": 640, "reference_video_id": "none"}
    for message, reason in (
        (unknown, "VIDEO_NOT_FOUND"),
        (unknown | {"reference_video_id": gateway.upload(new_video)}, "REFERENCE_NOT_EXTRACTED"),
    ):
        with client_of(gateway) as client:
            client.say(**message)
            code, said = client.closing()
        assert (code, [one["reason"] for one in said]) == (1008, [reason])


@pytest.mark.parametrize(
    ("first", "field"),
    [
        ("no json", "type"), ("{}", "type"), ('{"type": "dance"}', "type"), ('{"type": "finish"}', None),
        ('{"type": "start", "width": 0, "height": 640}', "start.width"),
        ('{"type": "start", "width": 640, "height": 640, "more": 1}', "start.more"), (b"\x01\x02", None),
        ('{"type": "resume", "session": "none"}', None),
    ],
)  # fmt: skip
def test_wrong_beginnings_are_refused_with_a_reason(client, first, field):
    client.socket.send(first)
    code, said = client.closing()
    assert (code, said[0]["type"], said[0]["fatal"]) == (1008, "error", True)
    assert said[0]["reason"] in ("INVALID_INPUT", "SESSION_NOT_FOUND")
    if field:
        assert field.split(".")[-1] in json.dumps(said[0]["errors"])


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([b"\x00" * 40], "INVALID_PACKET"),
        ([b"\x01"], "INVALID_PACKET"),
        ([HEAD.pack(2, 0.0, 0.0, 1.0) + b"\x00" * 8], "INVALID_PACKET"),
        ([HEAD.pack(1, NAN, 0.0, 1.0) + FRAME], "INVALID_PACKET"),
        ([HEAD.pack(1, 0.0, 0.0, 0.0) + FRAME], "INVALID_PACKET"),
        ([HEAD.pack(1, 1.0, 0.0, 1.0) + FRAME] * 2, "FRAMES_NOT_ASCENDING"),
        (['{"type": "start", "width": 640, "height": 640}'], "INVALID_INPUT"),
        (["no json"], "INVALID_INPUT"),
        (["x" * 70_000], "INVALID_INPUT"),
    ],
)
def test_wrong_messages_end_the_session_with_a_reason(client, messages, reason):
    client.start()
    for message in messages:
        client.socket.send(message)
    code, said = client.closing()
    assert (code, said[-1]["type"], said[-1]["reason"]) == (1008, "error", reason)


def test_a_message_that_is_too_large_closes_the_connection(client):
    client.start()
    with suppress(ConnectionClosed):  # a client that is still sending may see the connection break before it sees why
        client.socket.send(b"\x01" * (3 * 1024 * 1024))
    assert client.closing()[0] in {1009, 1006}


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("Track frame", InvalidInputError("no image", reason="UNREADABLE_FRAME")),
        ("ScoreLive", UnusableMediaError("too short", reason="REFERENCE_TOO_SHORT")),
    ],
)
def test_a_service_that_fails_ends_the_session_with_its_reason(client, reference, backends, call, error):
    backends.errors[call] = error
    client.say(type="start", reference_video_id=reference, width=640, height=640)
    client.show(0.0, reference=0.0)
    code, said = client.closing()
    assert (code, said[-1]["type"], said[-1]["reason"]) == (1000, "error", error.reason)


def test_other_sites_and_clients_without_a_key_are_refused(gateway, backends, tmp_path):
    with pytest.raises(InvalidStatus) as refused, client_of(gateway, origin="http://elsewhere.example"):
        pass
    assert refused.value.response.status_code == 403
    with running_gateway(gateway_environment(tmp_path, backends.targets, api_keys="secret"), tmp_path) as locked:
        with pytest.raises(InvalidStatus) as refused, client_of(locked):
            pass
        assert refused.value.response.status_code == 401
        password = base64.b64encode(b"dancer:secret").decode()
        for header in ({"Authorization": "Bearer secret"}, {"Authorization": f"Basic {password}"}):
            with client_of(locked, additional_headers=header) as client:
                client.start()
