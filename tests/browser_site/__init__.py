"""A site with the things that make people use a browser: a check by script, endless scrolling, pages behind buttons."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CHALLENGE = """<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>
<script>window._cf_chl_opt = {cType: 'managed'};
setTimeout(() => { document.cookie = 'passed=yes; path=/'; PASS; }, 300);</script></body></html>"""

ENDLESS = """<!DOCTYPE html><html><body><ul></ul><script>
let from = 0, busy = false;
async function more() {
  if (busy || from >= 100) return;
  busy = true;
  const rows = await (await fetch('/api/rows?from=' + from)).json();
  for (const row of rows.rows) {
    const item = document.createElement('li');
    item.className = 'item'; item.style.height = '120px'; item.textContent = row;
    document.querySelector('ul').append(item);
  }
  from += rows.rows.length; busy = false;
}
addEventListener('scroll', more); more();
</script></body></html>"""

BUTTONS = """<!DOCTYPE html><html><body><nav><a href="/plain">Home</a></nav><ul></ul>
<button class="go">Older</button><script>
let page = 0;
function show() {
  page += 1;
  setTimeout(() => {
    const list = document.querySelector('ul');
    if (MODE === 'replace') list.textContent = '';
    for (let i = 1; i <= 10; i++)
      list.insertAdjacentHTML('beforeend', `<li class="item">row ${(page - 1) * 10 + i}</li>`);
    if (page === 4) document.querySelector('button').disabled = true;
  }, 80);
}
document.querySelector('button').addEventListener('click', show); show();
</script></body></html>"""


def rows(first: int, last: int) -> str:
    """List items `row FIRST` to `row LAST`."""
    return "<ul>" + "".join(f'<li class="item">row {number}</li>' for number in range(first, last + 1)) + "</ul>"


def document(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>A list</title></head><body>{body}</body></html>"


@dataclass
class Site:
    url: str
    host: str
    requests: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        self.site.requests.append(self.path)
        parts = split.path.strip("/").split("/")
        answer = getattr(self, f"at_{parts[0].replace('.', '_')}", None)
        if answer is None:
            return self.say(404, document("nothing here"))
        return answer(*parts[1:], **{name: values[0] for name, values in parse_qs(split.query).items()})

    def at_plain(self) -> None:
        self.say(200, document(rows(1, 3)))

    def at_checked(self) -> None:
        if "passed=yes" in self.headers.get("cookie", ""):
            return self.say(200, document(rows(1, 30)))
        return self.say(403, CHALLENGE.replace("PASS", "location.reload()"), {"cf-mitigated": "challenge"})

    def at_wall(self) -> None:
        self.say(403, CHALLENGE.replace("PASS", "0"), {"cf-mitigated": "challenge", "server": "cloudflare"})

    def at_endless(self) -> None:
        self.say(200, ENDLESS)

    def at_api(self, _: str, **query: str) -> None:
        first = int(query["from"])
        body = json.dumps({"rows": [f"row {number}" for number in range(first + 1, first + 21)]})
        self.say(200, body, {"content-type": "application/json"})

    def at_pages(self, number: str) -> None:
        page = int(number)
        link = f'<a class="next" href="/pages/{page + 1}" target="_blank">Next</a>' if page < 4 else ""
        self.say(200, document(rows(page * 10 - 9, page * 10) + link))

    def at_circle(self, number: str) -> None:
        self.say(200, document(rows(1, 5) + f'<a class="next" href="/circle/{3 - int(number)}">Next</a>'))

    def at_older(self) -> None:
        self.say(200, BUTTONS.replace("MODE", "'replace'"))

    def at_more(self) -> None:
        self.say(200, BUTTONS.replace("MODE", "'append'"))

    def at_download(self) -> None:
        self.say(200, "a,b", {"content-type": "text/csv", "content-disposition": "attachment; filename=x.csv"})

    def at_alert(self) -> None:
        self.say(200, document(rows(1, 3) + "<script>alert('stop'); window.open('/plain');</script>"))

    def at_empty(self, status: str) -> None:
        self.say(int(status), "")

    def say(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in ({"content-type": "text/html; charset=utf-8"} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def browser_site() -> Iterator[Site]:
    """The site, served on loopback while the block runs."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        host, port = server.server_address[:2]
        handler.site = Site(f"http://{host}:{port}", str(host))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield handler.site
        finally:
            server.shutdown()
            thread.join()
