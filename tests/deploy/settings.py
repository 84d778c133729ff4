"""The settings that the services read, to check the deployment files against."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import AliasChoices
from pydantic_settings import BaseSettings

from eightcount_common.settings import StoreSettings

BACKENDS = tuple(
    sorted(
        path.parent.name
        for path in (Path(__file__).parents[2] / "services").glob("*/pyproject.toml")
        if path.parent.name != "common"
    )
)
"""The gRPC services: every folder of `services/` but the shared code."""
SERVICES = (*BACKENDS, "gateway")


def settings_classes(service: str) -> tuple[type[BaseSettings], type[BaseSettings]]:
    """Return the classes of the service's settings and of the store's."""
    prefix = f"EIGHTCOUNT_{service.upper()}_"
    module = import_module(f"eightcount_{service}.settings")
    (own,) = {
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, BaseSettings)
        and value.model_config.get("env_prefix") == prefix
    }
    return own, StoreSettings


def known_variables(service: str) -> set[str]:
    """Return every environment variable that the service reads."""
    return {name for kind in settings_classes(service) for name in _variables(kind)}


def read(
    service: str, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> tuple[BaseSettings, BaseSettings]:
    """Return the settings as the service would read them in that environment: its own, and the store's."""
    with monkeypatch.context() as patch:
        for name in known_variables(service):
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        own, store = settings_classes(service)
        return own(), store()


def _variables(kind: type[BaseSettings]) -> set[str]:
    names: set[str] = set()
    for name, field in kind.model_fields.items():
        alias = field.validation_alias
        if alias is None:
            names.add(f"{kind.model_config.get('env_prefix', '')}{name}".upper())
        else:
            choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
            names |= {choice for choice in choices if isinstance(choice, str)}
    return names
