"""The server as an object and as a program: several at once, quick to start and stop, below a path."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

import reconciler.demo.server
from reconciler.demo.server import DemoServer

from .conftest import DUNE, MATRIX, Api

ROOT = Path(__file__).parents[2]


def test_several_servers_run_side_by_side() -> None:
    with DemoServer() as one, DemoServer("overseerr") as two:
        first, second = Api(one), Api(two)
        first.movie(DUNE)
        assert second.get("/request").json()["results"] == []
        assert one.api_key != two.api_key
        assert (
            first.get("/settings/public").json()["vapidPublic"] != second.get("/settings/public").json()["vapidPublic"]
        )
        first.close()
        second.close()


def test_a_server_may_live_below_a_path() -> None:
    with DemoServer(base_path="/seerr") as server:
        assert server.url.endswith("/seerr")
        assert httpx.get(server.url + "/api/v1/status").status_code == 200
        assert httpx.get(f"http://127.0.0.1:{server.port}/api/v1/status").status_code == 404
        assert httpx.get(server.url + "/_demo/state").status_code == 200


def test_a_key_can_be_chosen_and_changed() -> None:
    with DemoServer(api_key="secret") as server:
        api = Api(server)
        assert api.get("/auth/me", key="secret").status_code == 200
        server.people.set_api_key("other")
        assert api.get("/auth/me", key="secret").status_code == 403
        api.close()


def test_stopping_does_not_wait_for_calls_that_hang() -> None:
    with DemoServer() as server:
        server.faults.add("hang", times=0)
        failures: list[Exception] = []

        def call() -> None:
            try:
                httpx.get(server.api_url + "/status", timeout=10)
            except httpx.HTTPError as error:
                failures.append(error)

        thread = threading.Thread(target=call)
        thread.start()
        while not server.faults.fired:
            time.sleep(0.005)
        server.stop()
        thread.join(2)
        assert failures


def test_a_stopped_server_refuses_and_comes_back_with_its_state() -> None:
    with DemoServer() as server:
        api = Api(server)
        api.movie(MATRIX)
        server.stop()
        with pytest.raises(httpx.ConnectError):
            api.get("/status")
        server.start()
        assert api.get("/request/1").status_code == 200
        api.close()


def test_a_taken_port_is_an_error_of_the_operating_system() -> None:
    with DemoServer() as server, pytest.raises(OSError, match=r"[Aa]ddress"):
        DemoServer(port=server.port).start()


def test_the_program_prints_one_line_when_it_is_ready_and_ends_when_interrupted() -> None:
    code = "from reconciler.demo.server import serve; serve(port=0, json_ready=True)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as program:
        assert program.stdout is not None
        ready = json.loads(program.stdout.readline())
        answer = httpx.get(ready["url"] + "/api/v1/auth/me", headers={"X-Api-Key": ready["api_key"]})
        assert answer.status_code == 200
        program.send_signal(signal.SIGINT)
        assert program.wait(5) == 0


def test_the_server_imports_nothing_of_ours() -> None:
    package = Path(reconciler.demo.server.__file__).parent
    for file in package.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not {name.name.split(".")[0] for name in node.names} & {"providers", "schemas", "reconciler"}
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.module or "").split(".")[0] not in {
                    "providers",
                    "schemas",
                    "reconciler",
                }
