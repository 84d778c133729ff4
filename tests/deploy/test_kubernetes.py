"""The Kubernetes manifests: valid, hardened, and in agreement with what the services read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest

from eightcount_common.settings import ServiceSettings, StoreSettings
from tests.deploy.settings import BACKENDS, SERVICES, known_variables, read
from tests.deploy.tools import KUBERNETES, Document, kustomize, with_components

OLDEST_VERSION = "1.30"
SECRETS = {
    "eightcount-store": {"EIGHTCOUNT_STORE_S3_ACCESS_KEY": "key", "EIGHTCOUNT_STORE_S3_SECRET_KEY": "secret"},
    "eightcount-gateway": {
        "EIGHTCOUNT_GATEWAY_DATABASE_URL": "postgresql://user:word@postgres:5432/eightcount",
        "EIGHTCOUNT_GATEWAY_API_KEYS": "",
    },
}
"""Keys of each Secret that docs/deployment.md tells the user to create."""
VARIANTS = ("laptop", "production", "production+gpu", "production+mtls", "production+gpu+mtls")

Objects = list[Document]


@cache
def _built(variant: str, folder: Path) -> Objects:
    overlay, *components = variant.split("+")
    return kustomize(with_components(folder, overlay, *components) if components else KUBERNETES / "overlays" / overlay)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {variant: tmp_path_factory.mktemp(variant) for variant in VARIANTS}


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def objects(variant: str, folders: dict[str, Path]) -> Objects:
    return _built(variant, folders[variant])


def _of_kind(objects: Objects, *kinds: str) -> dict[str, Document]:
    return {item["metadata"]["name"]: item for item in objects if item["kind"] in kinds}


def _pods(objects: Objects) -> dict[str, Document]:
    return {name: item["spec"]["template"] for name, item in _of_kind(objects, "Deployment", "StatefulSet").items()}


def _container(objects: Objects, name: str) -> Document:
    (container,) = _pods(objects)[name]["spec"]["containers"]
    assert isinstance(container, dict)
    return container


def _environment(objects: Objects, name: str) -> dict[str, str]:
    """Return the environment of the container, with the Secrets filled in as documented."""
    container = _container(objects, name)
    maps = _of_kind(objects, "ConfigMap")
    result: dict[str, str] = {}
    for source in container["envFrom"]:
        if "configMapRef" in source:
            result |= maps[source["configMapRef"]["name"]]["data"]
        else:
            result |= SECRETS[source["secretRef"]["name"]]
    for item in container.get("env", ()):
        result[item["name"]] = item.get("value") or f"value of {item['valueFrom']['fieldRef']['fieldPath']}"
    return result


@pytest.mark.parametrize("version", [OLDEST_VERSION, kubernetes_validate.latest_version()])
def test_every_object_is_valid(objects: Objects, version: str) -> None:
    for item in objects:
        kubernetes_validate.validate(item, version, strict=True)


def test_every_object_lies_in_the_namespace(objects: Objects) -> None:
    for item in objects:
        if item["kind"] != "Namespace":
            assert item["metadata"]["namespace"] == "eightcount", item["metadata"]["name"]


def test_every_service_is_deployed(objects: Objects) -> None:
    assert set(_of_kind(objects, "Deployment")) == set(SERVICES)
    assert set(SERVICES) <= set(_of_kind(objects, "Service"))


def test_no_pod_runs_as_root_or_has_rights(objects: Objects) -> None:
    for name, pod in _pods(objects).items():
        spec = pod["spec"]
        security = spec["securityContext"]
        assert security["runAsNonRoot"], name
        assert security["runAsUser"] > 0, name
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["serviceAccountName"] == "eightcount", name
        for container in spec["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"], name
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name


def test_every_image_has_a_version(objects: Objects) -> None:
    for pod in _pods(objects).values():
        for container in pod["spec"]["containers"]:
            tag = container["image"].rpartition(":")[2]
            assert any(character.isdigit() for character in tag), container["image"]


def test_memory_is_limited_and_every_resource_requested(objects: Objects) -> None:
    for name, pod in _pods(objects).items():
        for container in pod["spec"]["containers"]:
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]), name
            assert "memory" in container["resources"]["limits"], name


def test_selectors_find_the_pods(objects: Objects) -> None:
    labels = {name: pod["metadata"]["labels"] for name, pod in _pods(objects).items()}
    for name, service in _of_kind(objects, "Service").items():
        assert service["spec"]["selector"].items() <= labels[name].items(), name
        (container,) = _pods(objects)[name]["spec"]["containers"]
        ports = {port["name"] for port in container["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports, name
    for name, item in _of_kind(objects, "Deployment", "StatefulSet", "PodDisruptionBudget").items():
        assert item["spec"]["selector"]["matchLabels"].items() <= labels[name].items(), name


def test_each_policy_for_pods_finds_some(objects: Objects) -> None:
    labels = [pod["metadata"]["labels"] for pod in _pods(objects).values()]
    for name, policy in _of_kind(objects, "NetworkPolicy").items():
        selector = policy["spec"]["podSelector"].get("matchLabels", {})
        assert any(selector.items() <= each.items() for each in labels), name


def test_no_secret_is_written_down(objects: Objects) -> None:
    assert not _of_kind(objects, "Secret")
    for name in _of_kind(objects, "ConfigMap"):
        for variable in _of_kind(objects, "ConfigMap")[name]["data"]:
            assert not any(part in variable for part in ("SECRET", "PASSWORD", "ACCESS_KEY", "API_KEYS", "URL")), (
                variable
            )


@pytest.mark.parametrize("service", SERVICES)
def test_every_variable_is_one_that_the_service_reads(objects: Objects, service: str) -> None:
    assert set(_environment(objects, service)) <= known_variables(service)


@pytest.mark.parametrize("service", BACKENDS)
def test_a_service_listens_where_it_is_probed_and_called(
    objects: Objects, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, store = read(service, _environment(objects, service), monkeypatch)
    assert isinstance(settings, ServiceSettings)
    assert isinstance(store, StoreSettings)
    pod, container = _pods(objects)[service], _container(objects, service)
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports == {"grpc": settings.port, "metrics": settings.metrics_port}
    assert pod["metadata"]["annotations"]["prometheus.io/port"] == str(settings.metrics_port)
    assert settings.host == "0.0.0.0"
    assert store.kind == "s3"
    assert store.s3_endpoint
    assert pod["spec"]["terminationGracePeriodSeconds"] >= settings.drain_seconds + 10
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        _check_grpc_probe(container[probe], settings)


def _check_grpc_probe(probe: Document, settings: ServiceSettings) -> None:
    if settings.tls_certificate is None:
        assert probe["grpc"] == {"port": settings.port}
        return
    assert "grpc" not in probe
    assert f"localhost:{settings.port}" in probe["exec"]["command"]
    assert f"--certificate={settings.tls_certificate}" in probe["exec"]["command"]


def test_the_gateway_calls_every_pod_of_each_service(objects: Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway: Any = read("gateway", _environment(objects, "gateway"), monkeypatch)[0]
    services = _of_kind(objects, "Service")
    for name in BACKENDS:
        (port,) = services[name]["spec"]["ports"]
        assert services[name]["spec"]["clusterIP"] == "None"
        assert getattr(gateway, f"{name}_target") == f"dns:///{name}:{port['port']}"


def test_the_gateway_is_probed_where_it_listens(objects: Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway: Any = read("gateway", _environment(objects, "gateway"), monkeypatch)[0]
    pod, container = _pods(objects)["gateway"], _container(objects, "gateway")
    assert {port["name"]: port["containerPort"] for port in container["ports"]} == {"http": gateway.port}
    assert pod["metadata"]["annotations"]["prometheus.io/port"] == str(gateway.port)
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"] == {"path": "/healthz", "port": "http"}
    pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["spec"]["terminationGracePeriodSeconds"] >= pause + gateway.drain_seconds + 10


def test_tls_files_lie_where_the_settings_look(objects: Objects, variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for service in SERVICES:
        settings: Any = read(service, _environment(objects, service), monkeypatch)[0]
        files = [settings.tls_certificate, settings.tls_key]
        files.append(settings.tls_ca if service == "gateway" else settings.tls_client_ca)
        mounts = {item["mountPath"] for item in _container(objects, service)["volumeMounts"]}
        if "mtls" in variant:
            assert [path.name for path in files] == ["tls.crt", "tls.key", "ca.crt"]
            assert {str(path.parent) for path in files} <= mounts
        else:
            assert files == [None, None, None]


def test_the_gpu_component_gives_pose_a_device_and_nobody_else(objects: Objects, variant: str) -> None:
    with_device = {
        name
        for name, pod in _pods(objects).items()
        if any("nvidia.com/gpu" in container["resources"]["limits"] for container in pod["spec"]["containers"])
    }
    assert with_device == ({"pose"} if "gpu" in variant else set())


def test_production_survives_the_loss_of_a_node(folders: dict[str, Path]) -> None:
    objects = _built("production", folders["production"])
    assert set(_of_kind(objects, "PodDisruptionBudget")) == set(SERVICES)
    scalers = _of_kind(objects, "HorizontalPodAutoscaler")
    assert {name for name, item in scalers.items() if item["spec"]["minReplicas"] >= 2} == set(SERVICES)
    for name in SERVICES:
        assert "replicas" not in _of_kind(objects, "Deployment")[name]["spec"], "the autoscaler decides"
        assert scalers[name]["spec"]["scaleTargetRef"]["name"] == name
        keys = {item["topologyKey"] for item in _pods(objects)[name]["spec"]["topologySpreadConstraints"]}
        assert keys == {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}
