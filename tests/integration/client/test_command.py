"""Properties of every command: help, versions, JSON, keys, completion."""

import json
import re
import resource
import subprocess
import sys

import pytest

from tests.fakes.command import run
from tests.fakes.gateway_process import gateway_environment, running_gateway

COMMANDS = ("compare", "extract", "align", "classify", "choreograph", "styles", "train", "data", "up", "completion")
GOAL_SECONDS = 0.18


def test_the_version_is_printed():
    code, output, _ = run("--version")
    assert code == 0
    assert output.startswith("eightcount ")
    assert json.loads(run("--version", "--json")[1])["version"] in output


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS), ("data", "list"), ("train", "dance")])
def test_short_and_long_help_are_the_same(command):
    code, output, _ = run(*command, "-h")
    assert (code, output) == (0, run(*command, "--help")[1])
    assert not re.search(r"[a-z ]\.\.\.\s", output), "nothing is cut"


def test_help_takes_little_processor_time():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "eightcount_client", "align", "--help"], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2 * GOAL_SECONDS, "0.08 s when idle"


def test_no_help_loads_the_network_or_the_terminal():
    heavy = "httpx", "rich", "eightcount_gateway", "eightcount_common", "numpy", "pydantic", "dataclasses"
    code = (
        "import sys\n"
        "from eightcount_client.cli.application import run\n"
        f"for name in {COMMANDS}:\n"
        "    run([name, '--help'])\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_json_may_stand_before_or_after_the_command_and_errors_are_json_too(gateway, videos):
    assert json.loads(run("--json", "align", *videos, url=gateway.url)[1])["verdict"] == "aligned"
    for arguments in (("--json", "align", "missing.mp4", "b.mp4"), ("align", "missing.mp4", "b.mp4", "--json")):
        code, output, errors = run(*arguments)
        error = json.loads(output)["error"]
        assert (code, error["reason"], "missing.mp4" in error["message"]) == (2, "INVALID_ARGUMENTS", True)
        assert len(errors.splitlines()) == 1
    assert json.loads(run("--json", "nonsense")[1])["error"]["reason"] == "INVALID_ARGUMENTS"
    assert json.loads(run("styles", "--json")[1])["error"]["reason"] == "INVALID_ARGUMENTS"


def test_a_command_is_required():
    code, output, errors = run()
    assert code == 2
    assert "choreograph" in output + errors


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_each_shell(shell):
    code, output, _ = run("completion", shell)
    assert code == 0
    assert "_EIGHTCOUNT_COMPLETE" in output


def test_commands_and_options_are_completed():
    values = {"_EIGHTCOUNT_COMPLETE": "bash_complete", "COMP_WORDS": "eightcount cho", "COMP_CWORD": "1"}
    assert "plain,choreograph" in run(**values)[1]
    values |= {"COMP_WORDS": "eightcount choreograph --sk", "COMP_CWORD": "2"}
    assert "--skeleton" in run(**values)[1]


def test_a_server_with_keys_says_how_to_give_one(shared_backends, videos, tmp_path):
    environment = gateway_environment(tmp_path, shared_backends.targets, api_keys="a key of sixteen letters")
    with running_gateway(environment, tmp_path) as gateway:
        url = gateway.url
        code, output, errors = run("align", *videos, "--json", url=url)
        assert (code, json.loads(output)["error"]["reason"]) == (5, "UNAUTHENTICATED")
        assert "requires an API key; give it with --key or EIGHTCOUNT_API_KEY" in errors
        code, _, errors = run("align", *videos, "--key", "wrong", url=url)
        assert (code, "does not accept this API key" in errors) == (5, True)
        assert run("styles", "list", "--key", "a key of sixteen letters", url=url)[0] == 0
        assert run("--key", "a key of sixteen letters", "styles", "list", url=url)[0] == 0
        assert run("styles", "list", url=url, EIGHTCOUNT_API_KEY="a key of sixteen letters")[0] == 0


def test_services_that_are_not_installed_are_a_message_and_no_traceback(videos, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'eightcount_gateway':\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Missing())\n"
    )
    path = ":".join([str(tmp_path), *sys.path])
    for arguments in (("up",), ("align", *videos)):
        code, output, errors = run(*arguments, "--json", PYTHONPATH=path)
        assert (code, json.loads(output)["error"]["reason"]) == (5, "NOT_INSTALLED")
        assert "pip install eightcount-gateway" in errors
