"""IMDb's GraphQL: what is asked, and what its errors mean.

Facts: the schema's introspection of November 2025, clients maintained in July and August 2026 (Kometa, IMDBWatcharr),
and recorded answers of 2025 and 2026. Queries are written out: persisted ones go stale without notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from providers.errors import AuthRequired, Malformed, NotFound, ProviderError, Transient
from providers.lists import loose
from providers.lists.values import text_of

ENDPOINT = "https://api.graphql.imdb.com"
PAGE_SIZE = 250
"""The endpoint's own ceiling, whatever is asked for."""
HEADERS: Mapping[str, str] = {
    "Accept": "application/graphql+json, application/json",
    # Without the client's name every request is refused since 30 July 2026 (403, a page of 118 bytes).
    "x-imdb-client-name": "imdb-web-next",
    "Origin": "https://www.imdb.com",
    "Referer": "https://www.imdb.com/",
    # They choose the language of titleText and genres; originalTitleText does not depend on them.
    "x-imdb-user-country": "US",
    "x-imdb-user-language": "en-US",
}

LEAN = "id titleText{text} originalTitleText{text} titleType{id} releaseYear{year}"
"""What a list cannot do without; asked for when IMDb no longer knows, or has no time for, one of the other fields."""
FULL = (
    f"{LEAN} ratingsSummary{{aggregateRating voteCount}} titleGenres{{genres{{genre{{text}}}}}} runtime{{seconds}}"
    " releaseDate{year month day} certificate{rating} productionStatus{currentProductionStage{id}}"
    " countriesOfOrigin{countries{id}} spokenLanguages{spokenLanguages{id}} metacritic{metascore{score}}"
)
_LIST = (
    "id name{originalText} listType{id} visibility{id} titleListItemSearch(first:$first,after:$after,"
    "sort:{by:LIST_ORDER,order:ASC}){total pageInfo{hasNextPage endCursor}"
    " edges{node{absolutePosition createdDate} title{...Fields}}}"
)


@dataclass(frozen=True, slots=True)
class Query:
    """One question, to be completed with the fields of a title and a cursor."""

    declared: str
    """The variables besides `$first` and `$after`."""
    body: str
    variables: Mapping[str, object]
    paged: bool = True
    cursor_type: str = "String"

    def payload(self, fields: str, cursor: str | None) -> dict[str, Any]:
        """The JSON to send."""
        declared = [f"$first:Int!,$after:{self.cursor_type}"] if self.paged else []
        declared += [self.declared] if self.declared else []
        head = f"query List({','.join(declared)})" if declared else "query List"
        paging: dict[str, object] = {"first": PAGE_SIZE, "after": cursor} if self.paged else {}
        return {
            "query": f"{head}{{{self.body}}} fragment Fields on Title{{{fields}}}",
            "variables": {**paging, **self.variables},
        }


def list_query(list_id: str) -> Query:
    """The rows of a user's list, in the list's own order."""
    return Query("$id:ID!", f"list(id:$id){{{_LIST}}}", {"id": list_id})


def watchlist_query(user_id: str) -> Query:
    """The rows of a user's watchlist, `ur…`."""
    return Query("$user:ID!", f"predefinedList(classType:WATCH_LIST,userId:$user){{{_LIST}}}", {"user": user_id})


def profile_payload(profile_id: str) -> dict[str, Any]:
    """Asks for the user id of a public profile id, `p.…` (known since 2026)."""
    return {
        "query": "query Profile($id:ID!){userProfile(input:{profileId:$id}){userId}}",
        "variables": {"id": profile_id},
    }


def chart_query(chart_type: str) -> Query:
    """A published chart."""
    return Query(
        "$chart:ChartTitleType!",
        "chartTitles(chart:{chartType:$chart},first:$first,after:$after)"
        "{total pageInfo{hasNextPage endCursor} edges{currentRank node{...Fields}}}",
        {"chart": chart_type},
    )


def box_office_query() -> Query:
    """The last weekend's box office: ten entries, unpaged."""
    return Query("", "boxOfficeWeekendChart(limit:10){entries{title{...Fields}}}", {}, paged=False)


def coming_soon_query(kind: str, region: str, since: date) -> Query:
    """Titles released in a region from a day on; `kind` is MOVIE or TV. It tells no total."""
    body = (
        "comingSoon(comingSoonType:$kind,first:$first,after:$after,releasingOnOrAfter:$since,regionOverride:$region)"
        "{pageInfo{hasNextPage endCursor} edges{node{...Fields}}}"
    )
    return Query(
        "$kind:ComingSoonType!,$since:Date!,$region:String",
        body,
        {"kind": kind, "since": since.isoformat(), "region": region},
        cursor_type="ID",
    )


def profile_user(answer: object) -> str | None:
    """The user id in an answer to `profile_payload`."""
    found = text_of(loose.dig(answer, "data", "userProfile", "userId"))
    return found if found and found[:2] == "ur" and found[2:].isdigit() else None


_PRIVATE = "make it public at IMDb, or export it there as CSV and use file:NAME.csv"
_TRANSIENT = frozenset({"INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE", "TIMEOUT", "GATEWAY_TIMEOUT"})
_BUSY = frozenset({"RATE_LIMITED", "THROTTLED", "TOO_MANY_REQUESTS"})
_OUTDATED = frozenset({"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "VALIDATION_ERROR"})


class OutdatedQuery(Malformed):
    """IMDb does not know one of the fields that were asked for."""


def error_in(answer: object, *, what: str) -> ProviderError | None:
    """What an answer without a list means: its errors, or a list that is null. None when it says nothing of itself.

    Errors come with status 200; their code is in `extensions`.
    """
    errors = loose.rows(loose.dig(answer, "errors"))
    if errors:
        return _from_code(errors[0], what)
    data = loose.dig(answer, "data")
    missing = [name for name in ("list", "predefinedList", "userProfile") if isinstance(data, dict) and name in data]
    if any(data[name] is None for name in missing):
        return NotFound(f"{what}: IMDb knows no such list, or it is private", remedy=_PRIVATE)
    return None


def _from_code(error: object, what: str) -> ProviderError:
    code = text_of(loose.dig(error, "extensions", "code")) or text_of(loose.dig(error, "code")) or ""
    told = (text_of(loose.dig(error, "message")) or code or "no reason given")[:200]
    if code == "FORBIDDEN":
        return NotFound(f"{what} is private at IMDb", remedy=_PRIVATE)
    if code in ("RESOURCE_NOT_FOUND", "NOT_FOUND"):
        return NotFound(f"{what}: IMDb knows no such list", remedy="open it in a browser and copy its address again")
    if code == "UNAUTHENTICATED":
        return AuthRequired(f"{what}: IMDb shows it to its owner only", remedy=_PRIVATE)
    if code in _OUTDATED or "Cannot query field" in told or "Unknown argument" in told:
        return OutdatedQuery(f"{what}: IMDb no longer understands the question ({told})")
    if code == "BAD_USER_INPUT":
        return NotFound(f"{what}: IMDb does not accept this id ({told})", remedy="copy the list's address again")
    if code in _BUSY:
        return Transient(f"{what}: IMDb asks to slow down ({told})")
    if code in _TRANSIENT:
        return Transient(f"{what}: IMDb could not answer ({told})")
    return Malformed(f"{what}: IMDb answered with an error ({told})")
