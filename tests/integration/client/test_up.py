"""The real services under the real supervisor, as `eightcount up` and private stacks start them."""

import json
import os
import signal
import ssl
import subprocess
import sys
import wave
from pathlib import Path

import httpx
import numpy as np
import psutil
import pytest

WEIGHTS = Path(os.environ.get("EIGHTCOUNT_POSE_WEIGHTS", Path.home() / ".cache" / "eightcount" / "weights"))
RATE = 22_050

pytestmark = pytest.mark.skipif(
    not (WEIGHTS / "pose_detection.tflite").exists(), reason=f"no pose weights in {WEIGHTS}: make weights"
)


def eightcount(*arguments, cache):
    environment = {
        **os.environ,
        "EIGHTCOUNT_POSE_WEIGHTS": str(WEIGHTS),
        "EIGHTCOUNT_CACHE": str(cache),
        "EIGHTCOUNT_URL": "",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    line = [sys.executable, "-m", "eightcount_client", *map(str, arguments)]
    return subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_up_serves_until_sigterm_and_leaves_no_process(tmp_path):
    process = eightcount("up", "--port", 0, "--data", tmp_path / "data", "--json", cache=tmp_path / "cache")
    ready = json.loads(process.stdout.readline() or process.stderr.read())
    assert set(ready["pids"]) == {"pose", "sync", "scoring", "classifier", "generator", "gateway"}
    assert httpx.get(f"{ready['url']}/healthz").status_code == 200
    assert httpx.get(f"{ready['url']}/readyz").status_code == 200
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert not any(psutil.pid_exists(pid) for pid in ready["pids"].values())


def test_up_lets_a_phone_in_and_says_by_which_address(tmp_path):
    lan = ("--lan-address", "127.0.0.1", "--lan-port", 0)
    process = eightcount("up", "--port", 0, "--data", tmp_path / "data", "--json", *lan, cache=tmp_path / "cache")
    invitation = json.loads(process.stdout.readline() or process.stderr.read())["invitation"]
    address, _, key = invitation["url"].partition("#")
    network = httpx.get(f"{address}network.json").json()
    assert network["fingerprint"] == invitation["fingerprint"]
    trust = ssl.create_default_context(cadata=(tmp_path / "data" / "lan" / "authority.pem").read_text())
    joined = httpx.post(f"{network['url']}/v1/devices", json={"key": key}, verify=trust)
    assert joined.json()["name"] == "a device"
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors


@pytest.mark.parametrize("address", ["8.8.8.8", "router", "::1"])
def test_up_refuses_an_address_of_the_internet(tmp_path, address):
    line = ("up", "--data", tmp_path / "data", "--json", "--lan-address", address)
    process = eightcount(*line, cache=tmp_path / "cache")
    output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert json.loads(output)["error"]["reason"] == "NO_NETWORK"


def write_sound(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 12_000).astype("<i2").tobytes())


def music(seconds):
    """Notes of random pitch and length: no two stretches sound alike."""
    generator = np.random.default_rng(3)
    parts = []
    while sum(part.size for part in parts) < seconds * RATE:
        times = np.arange(int(RATE * generator.uniform(0.15, 0.6))) / RATE
        tone = sum(np.sin(2 * np.pi * k * generator.uniform(110, 880) * times) / k for k in (1, 2, 3))
        parts.append(tone * np.exp(-4 * times) / 2)
    return np.concatenate(parts)[: seconds * RATE]


def test_align_finds_the_offset_on_a_private_stack(tmp_path):
    song = music(30)
    write_sound(tmp_path / "a.wav", song)
    write_sound(tmp_path / "b.wav", song[round(2.5 * RATE) :])
    process = eightcount("align", tmp_path / "a.wav", tmp_path / "b.wav", "--json", cache=tmp_path / "cache")
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert json.loads(output)["offset_seconds"] == pytest.approx(2.5, abs=0.02)


def test_extract_of_no_video_ends_with_3_and_one_line(tmp_path):
    (tmp_path / "letter.mp4").write_text("Dear dancer, this is no video.")
    process = eightcount("extract", tmp_path / "letter.mp4", "--out", tmp_path / "m.npz", cache=tmp_path / "cache")
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 3, errors
    assert output == ""
    assert "Traceback" not in errors
    assert not (tmp_path / "m.npz").exists()
