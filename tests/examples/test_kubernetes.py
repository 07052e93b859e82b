"""The manifests follow Kubernetes' own schemas, fit together, and pass for a restricted namespace."""

from pathlib import Path
from typing import Any

import pytest

from tests.examples.conftest import EXAMPLES, document, documents

FOLDER = EXAMPLES / "kubernetes"
CUSTOMIZATION = document(FOLDER / "kustomization.yaml")
MANIFESTS = [FOLDER / name for name in CUSTOMIZATION["resources"]]


def deployment() -> Any:
    return document(FOLDER / "deployment.yaml")["spec"]


def pod() -> Any:
    return deployment()["template"]["spec"]


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_it_follows_the_schema_of_kubernetes(path: Path) -> None:
    validator = pytest.importorskip("kubernetes_validate", reason="needs `pip install kubernetes-validate`")
    for one in documents(path):
        validator.validate(one, validator.latest_version(), strict=True)


def test_kustomize_is_told_of_every_manifest_and_of_files_that_are_there() -> None:
    lie_there = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml", "listsync.yaml"}
    assert set(CUSTOMIZATION["resources"]) == lie_there
    [config] = CUSTOMIZATION["configMapGenerator"]
    assert all((FOLDER / name).is_file() for name in config["files"])
    [secret] = CUSTOMIZATION["secretGenerator"]
    assert secret["files"] == (FOLDER / ".gitignore").read_text("utf-8").split()


def test_there_is_one_writer_at_a_time() -> None:
    assert (deployment()["replicas"], deployment()["strategy"]) == (1, {"type": "Recreate"})


def test_the_pod_passes_for_a_restricted_namespace() -> None:
    """The standard `restricted`: not root, no capability, no way to gain one, the runtime's seccomp profile."""
    context = pod()["securityContext"]
    assert context["runAsNonRoot"]
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    [container] = pod()["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not pod()["automountServiceAccountToken"]


def test_volumes_come_from_what_is_declared() -> None:
    volumes = {one["name"]: one for one in pod()["volumes"]}
    assert {one["name"] for one in pod()["containers"][0]["volumeMounts"]} == set(volumes)
    assert volumes["config"]["configMap"]["name"] == CUSTOMIZATION["configMapGenerator"][0]["name"]
    assert volumes["secrets"]["secret"]["secretName"] == CUSTOMIZATION["secretGenerator"][0]["name"]
    claim = document(FOLDER / "storage.yaml")["metadata"]["name"]
    assert volumes["data"]["persistentVolumeClaim"]["claimName"] == claim


def test_probes_ask_where_listsync_listens() -> None:
    [container] = pod()["containers"]
    port = container["ports"][0]
    assert document(FOLDER / "listsync.yaml")["run"]["http"] == f"0.0.0.0:{port['containerPort']}"
    probes = {name: one["httpGet"] for name, one in container.items() if name.endswith("Probe")}
    assert probes == {
        "startupProbe": {"path": "/livez", "port": port["name"]},
        "livenessProbe": {"path": "/livez", "port": port["name"]},
        "readinessProbe": {"path": "/readyz", "port": port["name"]},
    }
