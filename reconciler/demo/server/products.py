"""The four products that can be embodied, and every point at which they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

REQUEST_FILTERS = ("all", "approved", "available", "pending", "processing", "unavailable", "failed")
MEDIA_FILTERS = ("all", "available", "partial", "allavailable", "processing", "pending")
MEDIA_STATUSES = ("available", "partial", "processing", "pending", "unknown")


@dataclass(frozen=True, slots=True)
class Product:
    """One product in one version. `specials_in_all` says when `seasons: "all"` includes season 0."""

    name: str
    title: str
    version: str
    family: Literal["overseerr", "jellyseerr", "seerr"]
    completes: bool
    deletes: bool
    specials_in_all: Literal["always", "setting", "never"]
    block_paths: tuple[str, ...]
    block_word: str
    sort_direction: bool
    media_type_filter: bool
    service_errors: bool
    user_search: bool
    user_ids: bool
    request_filters: tuple[str, ...]
    media_filters: tuple[str, ...]
    media_statuses: tuple[str, ...]


OVERSEERR = Product(
    name="overseerr",
    title="Overseerr",
    version="1.34.0",
    family="overseerr",
    completes=False,
    deletes=False,
    specials_in_all="always",
    block_paths=(),
    block_word="",
    sort_direction=False,
    media_type_filter=False,
    service_errors=False,
    user_search=False,
    user_ids=False,
    request_filters=REQUEST_FILTERS,
    media_filters=MEDIA_FILTERS,
    media_statuses=MEDIA_STATUSES,
)

JELLYSEERR_2_3 = Product(
    name="jellyseerr-2.3",
    title="Jellyseerr",
    version="2.3.0",
    family="jellyseerr",
    completes=False,
    deletes=False,
    specials_in_all="setting",
    block_paths=("/blacklist",),
    block_word="blacklisted",
    sort_direction=True,
    media_type_filter=False,
    service_errors=False,
    user_search=True,
    user_ids=False,
    request_filters=REQUEST_FILTERS,
    media_filters=MEDIA_FILTERS,
    media_statuses=MEDIA_STATUSES,
)

JELLYSEERR_2_7 = Product(
    name="jellyseerr-2.7",
    title="Jellyseerr",
    version="2.7.3",
    family="jellyseerr",
    completes=True,
    deletes=True,
    specials_in_all="setting",
    block_paths=("/blacklist",),
    block_word="blacklisted",
    sort_direction=True,
    media_type_filter=True,
    service_errors=False,
    user_search=True,
    user_ids=False,
    request_filters=(*REQUEST_FILTERS, "deleted", "completed"),
    media_filters=(*MEDIA_FILTERS, "deleted"),
    media_statuses=(*MEDIA_STATUSES, "deleted"),
)

SEERR = Product(
    name="seerr",
    title="Seerr",
    version="3.1.0",
    family="seerr",
    completes=True,
    deletes=True,
    specials_in_all="never",
    block_paths=("/blocklist", "/blacklist"),
    block_word="blocklisted",
    sort_direction=True,
    media_type_filter=True,
    service_errors=True,
    user_search=True,
    user_ids=True,
    request_filters=(*REQUEST_FILTERS, "deleted", "completed"),
    media_filters=(*MEDIA_FILTERS, "deleted"),
    media_statuses=(*MEDIA_STATUSES, "deleted"),
)

PRODUCTS = {product.name: product for product in (SEERR, JELLYSEERR_2_7, JELLYSEERR_2_3, OVERSEERR)}


def product_named(name: str) -> Product:
    """The product of this name; ValueError names the known ones."""
    try:
        return PRODUCTS[name]
    except KeyError:
        raise ValueError(f"no product is called {name!r}; known are {', '.join(PRODUCTS)}") from None
