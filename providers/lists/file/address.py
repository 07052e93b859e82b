"""Where a list file is, as people write it."""

import posixpath
import re
from urllib.parse import unquote, urlsplit

from providers.errors import SourceError
from providers.http.mask import masked
from providers.lists.urls import has_scheme, tidy
from schemas.source import Source

FORMS = (
    "file:seen.csv",
    "file:/data/lists/watchlist.json",
    "https://example.com/list.json",
    "file:export.zip#lists/noir.csv",
)
_ENDINGS = (".csv", ".tsv", ".json", ".yaml", ".yml", ".txt", ".text", ".zip", ".xml", ".rss", ".md", ".list")
_MEMBER = re.compile(r"(?i)(?P<archive>.*\.zip)#(?P<member>.+)\Z")


def parse_address(text: str) -> Source:
    """The canonical source: `file:seen.csv`, or an address that is fetched. Raises SourceError."""
    text = tidy(text)
    if text.lower().startswith("file:"):
        text = text[5:]
    if text.startswith("//"):
        text = _of_file_url(text)
    if not text or "\0" in text or "\n" in text:
        raise SourceError("a file needs a path or an http address", FORMS)
    if has_scheme(text):
        return Source("file", _web(text), personal=False)
    return Source("file", _path(text), personal=True)


def looks_like_path(text: str) -> bool:
    """Whether a text without a provider's name can only be a path."""
    path = split_member(text)[0]
    if path.startswith(("/", "./", "../", "~", "file:")) or re.match(r"[A-Za-z]:[\\/]", path):
        return True
    return ":" not in path and path.lower().endswith(_ENDINGS)


def is_web(identifier: str) -> bool:
    """Whether an identifier is fetched rather than opened."""
    return identifier.startswith(("http://", "https://"))


def split_member(identifier: str) -> tuple[str, str | None]:
    """`export.zip#lists/noir.csv` → the archive and the file inside it."""
    match = _MEMBER.match(identifier)
    return (match["archive"], match["member"]) if match else (identifier, None)


def _web(text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not host or any(sign.isspace() for sign in text):
        raise SourceError(f"{masked(text)!r} is not an http or https address", FORMS)
    archive, member = split_member(text)
    address = archive.partition("#")[0]
    rest = address[len(parts.scheme) + 3 + len(parts.netloc) :]
    login, at, netloc = parts.netloc.rpartition("@")
    kept = f"{parts.scheme}://{login}{at}{netloc.lower()}{rest}"
    return f"{kept}#{member}" if member else kept


def _of_file_url(text: str) -> str:
    """`file:///data/my%20list.csv`, its scheme cut off: the path is percent-encoded, the host is this one."""
    host, slash, path = text[2:].partition("/")
    if not slash or host.lower() not in ("", "localhost"):
        raise SourceError(f"{text!r} is no file of this machine", FORMS)
    return unquote(slash + path)


def _path(text: str) -> str:
    archive, member = split_member(text)
    path = posixpath.normpath(archive)
    if path == ".":
        raise SourceError("a file needs a path, not a folder", FORMS)
    # POSIX keeps two slashes at the start; nobody means anything by them.
    path = "/" + path.lstrip("/") if path.startswith("/") else path
    return f"{path}#{member}" if member else path
