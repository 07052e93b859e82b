"""Answers kept so that the next read can ask "has it changed?" instead of fetching them again."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from providers.http.reply import Headers


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer with the validators that its service gave it."""

    etag: str | None
    last_modified: str | None
    headers: Headers
    content: bytes

    def conditions(self) -> dict[str, str]:
        """The header fields that ask for a newer version only (RFC 9110, section 13)."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


class Shelf(Protocol):
    """Where answers are kept; from many threads."""

    def get(self, key: str) -> Kept | None:
        """The answer kept under a key."""

    def put(self, key: str, kept: Kept) -> None:
        """Keep an answer, or decline to."""


class MemoryShelf:
    """A shelf in memory that never holds more than `limit` bytes; what was used longest ago goes first."""

    def __init__(self, limit: int = 16 << 20) -> None:
        self._limit = limit
        self._size = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def get(self, key: str) -> Kept | None:
        """The answer kept under a key."""
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
            return kept

    def put(self, key: str, kept: Kept) -> None:
        """Keep an answer unless it alone would take a quarter of the shelf."""
        with self._lock:
            if (old := self._kept.pop(key, None)) is not None:
                self._size -= len(old.content)
            if len(kept.content) > self._limit // 4:
                return
            self._kept[key] = kept
            self._size += len(kept.content)
            while self._size > self._limit:
                _, gone = self._kept.popitem(last=False)
                self._size -= len(gone.content)


def shelf_key(url: str, headers: Mapping[str, str]) -> str:
    """One answer's name: the address and everything that was asked with it, as a digest that shows no secret."""
    fields = "\n".join(f"{name.lower()}: {value}" for name, value in sorted(headers.items()))
    return hashlib.sha256(f"{url}\n{fields}".encode()).hexdigest()


def keepable(status: int, headers: Headers, content: bytes) -> Kept | None:
    """What to keep of an answer; None when it gave no validator or forbids it."""
    etag, modified = headers.get("etag"), headers.get("last-modified")
    if status != 200 or not (etag or modified) or "no-store" in headers.get("cache-control", "").lower():
        return None
    return Kept(etag=etag, last_modified=modified, headers=headers, content=content)
