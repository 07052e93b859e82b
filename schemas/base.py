"""The two bases of every shape: values of our own, and documents that other versions may have written."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value; an unknown field is a mistake of ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Document(BaseModel):
    """An immutable part of a published document; fields that a newer minor version added are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def utc_now() -> datetime:
    """The wall clock, aware, in UTC: the default of every clock that is handed in."""
    return datetime.now(UTC)
