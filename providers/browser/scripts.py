"""What is evaluated in a page. All of it only looks, except for scrolling and following a link."""

import json
from collections.abc import Sequence

HTML = "document.documentElement ? document.documentElement.outerHTML : ''"
SIZE = f"({HTML}).length"

SCROLL = """(() => {
  const page = document.scrollingElement || document.documentElement;
  window.scrollTo(0, page.scrollHeight);
  return [page.scrollHeight, document.getElementsByTagName('*').length].join(' ');
})()"""
"""Scroll to the end; a text that changes as long as the page grows."""

_MEMORY = "__listsync_page"

FOLLOW = f"""(() => {{
  const memory = window.{_MEMORY}, link = memory.next;
  if (link.href && link.href === location.href) return false;
  memory.before = [...document.body.querySelectorAll('*')];
  memory.text = document.body.innerText;
  memory.place = location.href;
  link.removeAttribute('target');
  link.click();
  return true;
}})()"""
"""Follow the link found last, remembering how the page looked before. The memory goes with the document."""

CHANGE = f"""(() => {{
  const memory = window.{_MEMORY};
  if (!document.body || document.readyState === 'loading') return 'same';
  if (!memory) return 'document';
  if (memory.place === location.href && memory.text === document.body.innerText) return 'same';
  const kept = memory.before.filter(element => element.isConnected).length;
  const now = document.body.getElementsByTagName('*').length;
  return kept >= 0.95 * memory.before.length && now > memory.before.length ? 'grown' : 'contents';
}})()"""
"""What following did: the "same" as yet, another "document", other "contents" of this one, or this one "grown"."""


def state(wait_for: str | None, start: int) -> str:
    """Whether the document is ready, has what is waited for, and how it begins."""
    found = f"!!document.querySelector({json.dumps(wait_for)})" if wait_for else "document.readyState === 'complete'"
    return (
        f"({{ready: document.readyState !== 'loading' && !!document.body, found: {found}, "
        f"start: ({HTML}).slice(0, {start})}})"
    )


def find_next(selectors: Sequence[str]) -> str:
    """Whether there is a visible, enabled element to follow; the first that matches is remembered for FOLLOW."""
    return f"""(() => {{
  for (const selector of {json.dumps(list(selectors))}) {{
    for (const element of document.querySelectorAll(selector)) {{
      const shown = element.getClientRects().length && getComputedStyle(element).visibility !== 'hidden';
      const off = element.disabled || element.getAttribute('aria-disabled') === 'true'
        || element.classList.contains('disabled');
      if (shown && !off) {{ window.{_MEMORY} = {{next: element}}; return true; }}
    }}
  }}
  return false;
}})()"""
