"""The supervisor with tiny services in place of the real ones."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from eightcount_gateway.stack import Stack, StackError
from eightcount_gateway.stack.process import ServiceSpec

SCRIPT = str(Path(__file__).with_name("tiny_service.py"))


def tiny(name, mode="", **environment):
    return ServiceSpec(name, (sys.executable, SCRIPT, mode), environment, port_variable="PORT")


def stack_of(folder, *backends, **options):
    return Stack(folder, backends=backends, gateway=lambda _: tiny("gateway"), **options)


def wait_until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def runs(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_started_stack_answers_and_a_stopped_one_leaves_no_process(tmp_path):
    with stack_of(tmp_path, tiny("pose"), tiny("sync")) as stack:
        pids = stack.pids
        assert set(pids) == {"pose", "sync", "gateway"}
        assert httpx.get(stack.url).status_code == 200
    assert not any(runs(pid) for pid in pids.values())
    assert "a line of output" in (tmp_path / "logs" / "pose.log").read_text()


def test_a_crashed_service_is_started_again_on_its_port(tmp_path):
    said = []
    with stack_of(tmp_path, tiny("pose"), announce=said.append) as stack:
        first, url = stack.pids["gateway"], stack.url
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: stack.pids["gateway"] != first)
        wait_until(lambda: _answers(url))
    assert any("gateway" in line and "starting it again" in line for line in said)


def test_the_gateway_is_told_the_ports_of_the_backends(tmp_path):
    told = {}

    def gateway(ports):
        told.update(ports)
        return tiny("gateway")

    with Stack(tmp_path, backends=[tiny("pose")], gateway=gateway):
        assert httpx.get(f"http://127.0.0.1:{told['pose']}").status_code == 200


def test_a_service_that_ends_while_it_starts_is_named_with_its_last_words(tmp_path):
    with pytest.raises(StackError, match="pose ended with code 1 while it started: pose weights are missing") as caught:
        stack_of(tmp_path, tiny("sync"), tiny("pose", "broken")).start()
    assert caught.value.reason == "SERVICE_FAILED"


def test_a_service_that_never_listens_is_given_up(tmp_path):
    with pytest.raises(StackError) as caught:
        stack_of(tmp_path, tiny("pose", "stuck"), start_seconds=0.5).start()
    assert caught.value.reason == "START_TIMEOUT"


def test_a_taken_port_is_refused_before_anything_starts(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(StackError, match="cannot listen on") as caught:
            stack_of(tmp_path, tiny("pose"), port=other.getsockname()[1]).start()
    assert caught.value.reason == "PORT_TAKEN"


def test_two_stacks_do_not_share_a_data_folder(tmp_path):
    with stack_of(tmp_path), pytest.raises(StackError) as caught:
        stack_of(tmp_path).start()
    assert caught.value.reason == "DATA_IN_USE"
    with stack_of(tmp_path) as again:
        assert httpx.get(again.url).status_code == 200


def test_a_service_that_ignores_sigterm_and_its_children_are_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("eightcount_gateway.stack.supervisor._STOP_SECONDS", 0.5)
    child_file = tmp_path / "child.pid"
    with stack_of(tmp_path, tiny("pose", "deaf"), tiny("sync", "parent", CHILD_PID_FILE=str(child_file))) as stack:
        pids = [*stack.pids.values(), int(child_file.read_text())]
    assert not any(runs(pid) for pid in pids)


SUPERVISOR = """
import sys, time
from pathlib import Path
sys.path[:0] = {path!r}
from eightcount_gateway.stack import Stack
from eightcount_gateway.stack.process import ServiceSpec
tiny = lambda name: ServiceSpec(name, (sys.executable, {script!r}), {{}}, port_variable="PORT")
stack = Stack(Path({data!r}), backends=[tiny("pose")], gateway=lambda _: tiny("gateway"))
stack.start()
print(*stack.pids.values(), flush=True)
time.sleep(600)
"""


def test_services_do_not_outlive_a_supervisor_that_was_killed(tmp_path):
    code = SUPERVISOR.format(path=sys.path, script=SCRIPT, data=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as supervisor:
        pids = [int(word) for word in supervisor.stdout.readline().split()]
        assert len(pids) == 2
        supervisor.kill()
    wait_until(lambda: not any(runs(pid) for pid in pids))
    wait_until(lambda: _starts(tmp_path))


def _starts(folder):
    try:
        with stack_of(folder):
            return True
    except StackError as error:
        if error.reason != "DATA_IN_USE":
            raise
        return False


def _answers(url):
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False
