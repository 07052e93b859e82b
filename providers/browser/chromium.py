"""Starts Chromium the way SeleniumBase's CDP mode would, but as a process of our own on a leash, and connects to it."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, Self

from providers.browser import leash
from providers.browser.guard import Failure, Guard

QUIET = (
    "--remote-debugging-port=0",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--block-new-web-contents",
    "--mute-audio",
    "--log-level=3",
)
NO_SANDBOX = "--no-sandbox"
CONTAINER_VARIABLE = "LISTSYNC_CONTAINER"
"""Set to 1 in our image: with a read-only root there need not be a mark."""
CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv", "/var/run/secrets/kubernetes.io")
SANDBOX_WORDS = ("No usable sandbox", "setuid sandbox", "Failed to move to new namespace", "zygote_host_impl")

Launched = tuple["subprocess.Popen[bytes]", int]
"""The process and its debugging port."""


class Chromium:
    """A running Chromium and its one tab."""

    def __init__(self, tab: Any, step: float) -> None:
        self.tab = Tab(tab, step)

    @classmethod
    async def start(cls, facts: Mapping[str, Any], guard: Guard) -> Self:
        """Start and connect. Failure: `unavailable` when it does not run here, `transient` when it does not answer."""
        from seleniumbase.undetected import cdp_driver

        home, step = Path(facts["home"]), float(facts["step"])
        async with asyncio.timeout(step):
            process, port = await _launched(facts["chromium"], home, guard.starting)
            browser = await cdp_driver.start_async(
                host="127.0.0.1", port=port, headless=True, headed=True, user_data_dir=str(home / "connected")
            )
        chromium = cls(browser.main_tab, step)
        await chromium.tab.prepare()
        threading.Thread(target=_follow, args=(process, guard), daemon=True).start()
        return chromium

    async def cookies(self, host: str) -> Mapping[str, Any]:
        """Name and value of the cookies a request to `host` would carry, and the user agent."""
        from mycdp import network

        found = await self.tab.send(network.get_cookies([f"https://{host}/", f"http://{host}/"]))
        return {"cookies": {cookie.name: cookie.value for cookie in found or ()}, "agent": self.tab.agent}


def _follow(process: "subprocess.Popen[bytes]", guard: Guard) -> None:
    """A browser that died takes the child with it: the parent sees that at once, and starts another if need be."""
    process.wait()
    guard.take_down()


async def _launched(program: str, home: Path, starting: threading.Lock) -> "Launched":
    """A new Chromium; without its sandbox where there can be none."""
    if os.getuid() == 0:
        return await _launch(program, home, starting, sandbox=False)
    try:
        return await _launch(program, home, starting, sandbox=True)
    except Failure:
        if not any(word in _log(home) for word in SANDBOX_WORDS) or not _in_container():
            raise
    return await _launch(program, home, starting, sandbox=False)


def _in_container() -> bool:
    return os.environ.get(CONTAINER_VARIABLE) == "1" or any(map(os.path.exists, CONTAINER_MARKS))


async def _launch(program: str, home: Path, starting: threading.Lock, *, sandbox: bool) -> "Launched":
    from seleniumbase.undetected.cdp_driver.config import Config

    profile = home / "profile"
    config = Config(
        str(profile), headless=True, browser_executable_path=program, browser_args=list(QUIET), sandbox=sandbox
    )
    command = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), program, *config(), "about:blank"]
    with starting, (home / "chromium.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # noqa: S603 - no shell
    told = profile / "DevToolsActivePort"
    while not told.exists() or "\n" not in told.read_text():
        if process.poll() is not None:
            last = (_log(home).strip().splitlines() or ["it said nothing"])[-1]
            raise Failure("unavailable", f"{program} does not run here: {last[:300]}", remedy=_REMEDY)
        await asyncio.sleep(0.05)
    return process, int(told.read_text().splitlines()[0])


_REMEDY = "try it by hand: `chromium --headless=new --dump-dom about:blank`, as the user that runs listsync"


def _log(home: Path) -> str:
    with (home / "chromium.log").open("rb") as log:
        return log.read(64 * 1024).decode("utf-8", "replace")


class Tab:
    """SeleniumBase's connection to a tab; a refused command neither closes it nor is taken for an answer."""

    def __init__(self, connection: Any, step: float) -> None:
        self.connection = connection
        self.step = step
        self.agent = ""

    async def prepare(self) -> None:
        """A user agent that does not say "Headless", and nothing that could stand in the way of a page unattended."""
        from mycdp import browser, network, page

        self.connection.add_handler(page.JavascriptDialogOpening, self._dismiss)
        await self.send(page.enable())
        self.agent = str(await self.evaluate("navigator.userAgent")).replace("Headless", "")
        await self.send(network.enable(max_total_buffer_size=64 << 20, max_resource_buffer_size=32 << 20))
        await self.send(network.set_user_agent_override(user_agent=self.agent))
        await self.send(browser.set_download_behavior(behavior="deny"))

    async def send(self, command: Generator[Any, Any, Any]) -> Any:
        """A command's answer; None when Chromium refused it. TimeoutError when none comes: then nothing can be relied
        on. The wait is shielded, since SeleniumBase's connection does not survive the end of a pending command."""
        from seleniumbase.undetected.cdp_driver.connection import ProtocolException, Transaction

        link = self.connection
        await link.aopen()
        sent = Transaction(command)
        sent.connection = link
        sent.id = next(link.__count__)
        link.mapper[sent.id] = sent
        await link.websocket.send(sent.message)
        try:
            return await asyncio.wait_for(asyncio.shield(sent), self.step)
        except ProtocolException:
            return None

    async def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression in the page; None also when the page was just being replaced."""
        from mycdp import runtime

        answer = await self.send(runtime.evaluate(script, return_by_value=True, await_promise=False))
        return None if answer is None or answer[1] is not None else answer[0].value

    async def _dismiss(self, event: Any) -> None:
        from mycdp import page

        accept = str(event.type_) == "beforeunload" or "BEFOREUNLOAD" in str(event.type_)
        await self.send(page.handle_java_script_dialog(accept=accept))
