"""Time zones as `TZ` may hold them: IANA names, and the abbreviations and offsets that ListSync 0.6 took."""

import re

from schemas.config import Wrong
from schemas.config.times import parse_timezone

_ABBREVIATIONS = {
    "GMT": "UTC",
    "BST": "Europe/London",
    "CEST": "Europe/Berlin",
    "EEST": "Europe/Helsinki",
    "WEST": "Europe/Lisbon",
    "MSK": "Europe/Moscow",
    "EDT": "America/New_York",
    "EST": "America/New_York",
    "CDT": "America/Chicago",
    "CST": "America/Chicago",
    "MDT": "America/Denver",
    "MST": "America/Denver",
    "PDT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "AKST": "America/Anchorage",
    "HST": "Pacific/Honolulu",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "AWST": "Australia/Perth",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
}
_OFFSET = re.compile(r"(?:UTC|GMT)([+-])(\d{1,2})(?::?00)?", re.IGNORECASE)
_FARTHEST = {"+": 14, "-": 12}


def usable_zone(text: str) -> str | None:
    """The IANA name that is meant; None where there is none (offsets of half hours have no name)."""
    name = text.removeprefix(":")
    if (offset := _OFFSET.fullmatch(name)) and int(offset[2]) <= _FARTHEST[offset[1]]:
        # Etc/GMT counts westward: Etc/GMT-2 is two hours ahead of UTC
        name = f"Etc/GMT{'-' if offset[1] == '+' else '+'}{int(offset[2])}" if int(offset[2]) else "UTC"
    name = _ABBREVIATIONS.get(name.upper(), name)
    try:
        return parse_timezone(name)
    except Wrong:
        return None
