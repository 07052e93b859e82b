"""Single values as services and people write them: text, numbers, years, times."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]")
_YEAR_IN_TITLE = re.compile(
    r"(?P<title>.*\S)\s*[(\[](?:(?P<word>[A-Za-z][A-Za-z -]*?)\s+)?"
    r"(?P<year>(?:18|19|20)\d\d)(?P<rest>[^()\[\]]*)[)\]]\s*\Z"
)
_YEARS = range(1870, 2101)


def text_of(value: object) -> str | None:
    """One line of text without invisible signs; None when nothing is left. Numbers may be titles: 1917, 300."""
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = value if isinstance(value, str) else str(value)
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split()) or None


def number_of(value: object) -> float | None:
    """A finite number, written as one or as text; None for anything else."""
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value.replace(",", "") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e15 else None


def year_of(value: object) -> int | None:
    """A year in which something can have been made; the first of a span such as 2011–2019."""
    if isinstance(value, date):
        return value.year if value.year in _YEARS else None
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    match = re.match(r"\s*((?:18|19|20|21)\d\d)(?!\d)", text)
    return int(match[1]) if match and int(match[1]) in _YEARS else None


def moment_of(value: object) -> datetime | None:
    """A time from the forms in which services export it; without a zone it is UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, str) or len(value) < 8 or value.strip().isdigit():
        return None
    for read in (datetime.fromisoformat, _unix_date, _american_date, _spoken_date, parsedate_to_datetime):
        try:
            moment = read(value.strip())
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def day_of(value: object) -> date | None:
    """A whole date; a year or a month alone is none."""
    moment = moment_of(value)
    return moment.date() if moment else None


def split_year(text: str) -> tuple[str, int | None, str]:
    """`Title (1999)` and `Title (2012 TV Series)` → title, year, the words beside the year."""
    match = _YEAR_IN_TITLE.match(text)
    if match is None:
        return text, None, ""
    rest = match["rest"].strip(" –-—0123456789")
    return match["title"], int(match["year"]), " ".join(word for word in (match["word"], rest) if word)


def code_of(value: object) -> str | None:
    """A two-letter code of a language or country, lower case; words are not told apart here."""
    text = text_of(value) or ""
    return text.lower() if len(text) == 2 and text.isascii() and text.isalpha() else None


def _unix_date(text: str) -> datetime:
    """As in `Sat Apr 23 08:36:35 2011`."""
    return datetime.strptime(text, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)


def _american_date(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC)


def _spoken_date(text: str) -> datetime:
    """As in `16 Dec 2016`."""
    return datetime.strptime(text, "%d %b %Y").replace(tzinfo=UTC)
