"""What a server's answer to a write means. Pure; by status, then by the words of all three products."""

import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from providers.servers.diagnose import clipped, words
from providers.servers.wire import Reply
from schemas.server import Answer, AnswerKind

_QUOTA = re.compile(r"quota exceeded", re.IGNORECASE)
_BLOCKED = re.compile(r"b(lack|lock)listed", re.IGNORECASE)
_UNKNOWN_ID = re.compile(r"\[TMDB\].*status code 404", re.IGNORECASE)
_TAKEN = re.compile(r"unique constraint|duplicate key value", re.IGNORECASE)
"""SQLite's words, and PostgreSQL's."""
_NO_ACCESS = "do not have permission to access this endpoint"


class _Created(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: int | None = None
    status: int | None = None
    created_at: str | None = Field(None, alias="createdAt")


def created(reply: Reply) -> Answer:
    """Of POST /request."""
    if reply.status == 201:  # nothing but these servers answers 201: what it made is found by reading
        return _with_request(AnswerKind.CREATED, reply, unreadable=AnswerKind.CREATED)
    if reply.status == 202:
        return Answer(kind=AnswerKind.NOTHING_TO_DO, text=words(reply) or "")
    if reply.status == 409:
        return Answer(kind=AnswerKind.DUPLICATE, text=words(reply) or "")
    return _refused(reply)


def cancelled(reply: Reply) -> Answer:
    """Of DELETE /request/{id}. A request that is gone was deleted all the same."""
    said = words(reply)
    if reply.status == 204:
        return Answer(kind=AnswerKind.DONE)
    if reply.status == 404 and said is not None:
        return Answer(kind=AnswerKind.DONE, text=said)
    return _refused(reply)


def retried(reply: Reply) -> Answer:
    """Of POST /request/{id}/retry."""
    said = words(reply)
    if reply.status == 200:
        return _with_request(AnswerKind.DONE, reply, unreadable=AnswerKind.UNKNOWN)
    if reply.status == 404 and said is not None:
        return Answer(kind=AnswerKind.GONE, text=said)
    return _refused(reply)


def key_or_user_refused(reply: Reply) -> bool:
    """Whether it was the authentication that said no: to the key, or to the user it was to act as."""
    said = words(reply)
    if reply.status == 403:
        return said is not None and _NO_ACCESS in said
    return reply.status == 401 and said is not None and "connect.sid" in said


def csrf_refused(reply: Reply) -> bool:
    """Whether the server wants its CSRF token (setting `csrfProtection`)."""
    return reply.status == 403 and "invalid csrf token" in (words(reply) or "").lower()


def not_from_the_server(reply: Reply) -> bool:
    """Whether something before the server refused: the request never got to it."""
    return 300 <= reply.status < 500 and words(reply) is None


def _with_request(kind: AnswerKind, reply: Reply, unreadable: AnswerKind) -> Answer:
    try:
        made = _Created.model_validate_json(reply.body)
    except ValidationError:
        return Answer(kind=unreadable, text="the answer could not be read")
    return Answer(kind=kind, request_id=made.id, created_at=made.created_at, request_status=made.status)


def _refused(reply: Reply) -> Answer:
    said = words(reply)
    return Answer(kind=_refusal(reply.status, said or ""), text=said or clipped(f"HTTP {reply.status}"))


def _refusal(status: int, said: str) -> AnswerKind:
    if status in {401, 403}:
        if _QUOTA.search(said):
            return AnswerKind.QUOTA
        return AnswerKind.BLOCKLISTED if _BLOCKED.search(said) else AnswerKind.PERMISSION
    if status == 500 and _UNKNOWN_ID.search(said):
        return AnswerKind.UNKNOWN_ID
    if status == 500 and _TAKEN.search(said):
        return AnswerKind.CONFLICT
    if 400 <= status < 500 and status != 408:
        return AnswerKind.REJECTED
    return AnswerKind.UNKNOWN
