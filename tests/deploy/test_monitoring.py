"""Alert rules, scrape configuration and dashboard speak of metrics and labels that exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
import yaml
from prometheus_client import REGISTRY, Metric

import eightcount_common.rpc  # noqa: F401 - registers its metrics
from eightcount_gateway.metrics import JobCollector
from tests.deploy.tools import DEPLOY

_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
_ALERTS = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())
_DASHBOARD = json.loads((DEPLOY / "grafana" / "eightcount.json").read_text())
RULES = {rule["alert"]: rule for group in _ALERTS["groups"] for rule in group["rules"]}
PANELS = {panel["title"]: panel for panel in _DASHBOARD["panels"]}


@pytest.fixture(scope="module")
def exported() -> set[str]:
    """Return the names of the series that gateway and services export."""

    def families() -> Iterator[Metric]:
        yield from REGISTRY.collect()
        yield from JobCollector(lambda: {("comparison", "queued"): 1}, lambda: {("short", "queued"): 1}).collect()

    return {family.name + suffix for family in families() for suffix in _SUFFIXES.get(family.type, ())}


def _series(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:eightcount|process)_\w+", expression))


@pytest.mark.parametrize("alert", RULES)
def test_an_alert_watches_series_that_exist(alert: str, exported: set[str]) -> None:
    expression = RULES[alert]["expr"]
    assert _series(expression) <= exported
    assert _series(expression) or expression.startswith("up{")
    assert {"summary", "description"} <= set(RULES[alert]["annotations"])


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_shows_series_that_exist(panel: str, exported: set[str]) -> None:
    for target in PANELS[panel]["targets"]:
        assert _series(target["expr"])
        assert _series(target["expr"]) <= exported


def test_prometheus_labels_what_the_rules_read() -> None:
    (job,) = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text())["scrape_configs"]
    assert job["job_name"] == "eightcount"
    assert {"component", "pod"} <= {rule.get("target_label") for rule in job["relabel_configs"]}
