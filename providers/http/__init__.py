"""Outgoing list traffic: see `HttpPool` (a run), `Http` (a provider's) and `Reply` (an answer)."""

from providers.http.client import Http, Repeat
from providers.http.events import HttpEvent
from providers.http.mask import host_of, masked
from providers.http.pool import HttpPool
from providers.http.reply import Headers, Reply
from providers.http.shelf import Kept, MemoryShelf, Shelf

__all__ = [
    "Headers",
    "Http",
    "HttpEvent",
    "HttpPool",
    "Kept",
    "MemoryShelf",
    "Repeat",
    "Reply",
    "Shelf",
    "host_of",
    "masked",
]
