"""The public names, and that both clients offer the same."""

from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys

import eightcount_client
from eightcount_client import AsyncClient, Client
from eightcount_client.asynchronous import collections as asynchronous
from eightcount_client.blocking import collections as blocking


def public(kind: type) -> dict[str, list[str]]:
    """Public methods with their parameters."""
    return {
        name: list(inspect.signature(method).parameters)
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }


def test_the_package_is_loaded_whole_without_the_server_and_its_libraries():
    modules = [module.name for module in pkgutil.walk_packages(eightcount_client.__path__, "eightcount_client.")]
    absent = ("eightcount", "eightcount_common", "eightcount_gateway", "google", "grpc", "numpy", "pydantic", "fastapi")
    code = (
        "import importlib, sys\n"
        f"sys.modules |= dict.fromkeys({absent})\n"
        f"for name in {[name for name in modules if not name.endswith('__main__')]}: importlib.import_module(name)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_name_can_be_imported():
    assert all(inspect.isclass(getattr(eightcount_client, name)) for name in eightcount_client.__all__)
    assert set(eightcount_client.__all__) == set(eightcount_client._MODULE_OF)


def test_both_clients_offer_the_same_methods():
    assert public(Client) == public(AsyncClient)
    for name in ("Collection", "UploadCollection", "JobCollection", "ResultJobCollection"):
        assert public(getattr(blocking, name)) == public(getattr(asynchronous, f"Async{name}"))


def test_both_clients_have_the_same_collections():
    with Client("http://127.0.0.1:9") as client:
        assert list(client.collections) == list(AsyncClient("http://127.0.0.1:9").collections)
        assert {"comparisons", "style-models", "videos"} <= set(client.collections)
