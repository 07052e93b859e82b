"""A real Chromium for pages that plain HTTP is refused: see `BrowserPool`. Importing this costs nothing; SeleniumBase
and Chromium live in a child process that starts with the first page."""

from providers.browser.page import BrowserPage, Response
from providers.browser.pool import BrowserPool, open_pool

__all__ = ["BrowserPage", "BrowserPool", "Response", "open_pool"]
