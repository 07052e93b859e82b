"""What a tab's network does while a page is read: its document's status, whether it rests, its own data calls."""

import asyncio
import base64
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from providers.browser.chromium import Tab

Tell = Callable[[str, int, Mapping[str, str], bytes], None]


@dataclass(frozen=True, slots=True)
class Document:
    """The last answer to a navigation of the tab itself."""

    status: int
    headers: Mapping[str, str]


class Traffic:
    """Handlers on one tab. None of them may raise: SeleniumBase's listener would end with it."""

    def __init__(self, tab: Tab, pattern: re.Pattern[str] | None, tell: Tell) -> None:
        self._tab = tab
        self._pattern = pattern
        self._tell = tell
        self._calls: dict[str, Any] = {}
        self._waiting: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.document: Document | None = None
        self.told = 0

    @property
    def busy(self) -> bool:
        """Whether requests are under way."""
        return bool(self._waiting)

    @property
    def reading(self) -> bool:
        """Whether the body of an answer is still being fetched from the browser."""
        return bool(self._tasks)

    def forget_document(self) -> None:
        """What is on the page now is no answer to what comes."""
        self.document = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """For as long as the block runs."""
        from mycdp import network

        handlers = {
            network.RequestWillBeSent: self._on_request,
            network.ResponseReceived: self._on_response,
            network.LoadingFinished: self._on_finished,
            network.LoadingFailed: self._on_failed,
        }
        for event, handler in handlers.items():
            self._tab.connection.add_handler(event, handler)
        try:
            yield
        finally:
            for event, handler in handlers.items():
                self._tab.connection.handlers[event].remove(handler)

    def _on_request(self, event: Any) -> None:
        if event.type_ is not None and event.type_.value in ("XHR", "Fetch", "Document", "Script"):
            self._waiting.add(event.request_id)

    def _on_response(self, event: Any) -> None:
        kind, answer = event.type_.value, event.response
        if kind == "Document" and event.frame_id == self._tab.connection.target.target_id:
            self.document = Document(int(answer.status), _headers(answer))
        elif kind in ("XHR", "Fetch") and self._pattern is not None and self._pattern.search(answer.url):
            self._calls[event.request_id] = answer

    def _on_finished(self, event: Any) -> None:
        self._waiting.discard(event.request_id)
        if (answer := self._calls.pop(event.request_id, None)) is not None:
            task = asyncio.get_running_loop().create_task(self._read(event.request_id, answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _on_failed(self, event: Any) -> None:
        self._waiting.discard(event.request_id)
        self._calls.pop(event.request_id, None)

    async def _read(self, request_id: Any, answer: Any) -> None:
        from mycdp import network

        found = await self._tab.send(network.get_response_body(request_id))
        if found is not None:
            text, is_base64 = found
            body = base64.b64decode(text) if is_base64 else text.encode("utf-8", "surrogatepass")
            self.told += 1
            self._tell(answer.url, int(answer.status), _headers(answer), body)


def _headers(answer: Any) -> Mapping[str, str]:
    return {str(name).lower(): str(value) for name, value in answer.headers.items()}
