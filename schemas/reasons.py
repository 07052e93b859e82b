"""Every reason that any output may give: its word, its sentence, and the way out. A test enumerates them."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a decision, a hold, a deferral or an unresolved item is what it is."""

    # decide: the table of the design, section 4
    ACTUAL_UNREADABLE = "ActualUnreadable"
    SOURCE_UNTRUSTED = "SourceUntrusted"
    LEFT_ALL_LISTS = "LeftAllLists"
    MATCH_CORRECTED = "MatchCorrected"
    DENIED = "Denied"
    BLOCKLISTED = "Blocklisted"
    AVAILABLE = "Available"
    IN_FLIGHT = "InFlight"
    REQUESTED_ELSEWHERE = "RequestedElsewhere"
    SUPPRESSED = "Suppressed"
    NOT_KEPT = "NotKept"
    FAILED = "Failed"
    MISSING_SEASONS = "MissingSeasons"
    PARTLY_AVAILABLE = "PartlyAvailable"
    WANTED = "Wanted"
    LIFTED = "Lifted"
    RELISTED = "Relisted"
    DECLINED = "Declined"
    REQUEST_DELETED = "RequestDeleted"
    MEDIA_DELETED = "MediaDeleted"
    RECREATED = "Recreated"
    NO_SEASONS_YET = "NoSeasonsYet"
    # standing in the way of an action
    OUTCOME_UNKNOWN = "OutcomeUnknown"
    QUOTA_EXCEEDED = "QuotaExceeded"
    NOT_PERMITTED = "NotPermitted"
    TVDB_CONFLICT = "TvdbConflict"
    REJECTED = "Rejected"
    STALE = "Stale"
    STOPPED = "Stopped"
    OTHER_QUALITY = "OtherQuality"
    UNROUTABLE = "Unroutable"
    # rails
    PAUSED = "Paused"
    OUTSIDE_WINDOW = "OutsideWindow"
    FIRST_RUN_BUDGET = "FirstRunBudget"
    RUN_BUDGET = "RunBudget"
    DAY_BUDGET = "DayBudget"
    MASS_CANCEL = "MassCancel"
    MASS_DELETION = "MassDeletion"
    # items that never became a key
    NOT_FOUND = "NotFound"
    AMBIGUOUS = "Ambiguous"
    BELOW_THRESHOLD = "BelowThreshold"
    WRONG_KIND = "WrongKind"
    ID_CONFLICT = "IdConflict"
    UNKNOWN_ID = "UnknownId"
    LOOKUP_FAILED = "LookupFailed"
    NOTHING_TO_GO_BY = "NothingToGoBy"
    # items that a list does not want
    NOT_REQUESTABLE = "NotRequestable"
    FILTERED = "Filtered"
    OVER_LIMIT = "OverLimit"
    NOT_COMBINED = "NotCombined"
    DUPLICATE = "Duplicate"


@dataclass(frozen=True, slots=True)
class ReasonText:
    """What a reason says to people."""

    summary: str
    way_out: str
    """How to have it otherwise; where nothing is wrong, that there is nothing to do."""


REASONS: dict[Reason, ReasonText] = {
    Reason.ACTUAL_UNREADABLE: ReasonText(
        "the server's state for this title could not be read",
        "nothing to do; it is read again in the next run",
    ),
    Reason.SOURCE_UNTRUSTED: ReasonText(
        "it is gone from a list, but that loss is not confirmed yet",
        "two trusted fetches in a row confirm it; `listsync accept LIST` accepts a list that shrank or emptied",
    ),
    Reason.LEFT_ALL_LISTS: ReasonText(
        "no list wants it any more",
        "put it back on a list; `policy.on_removed` decides about pending requests",
    ),
    Reason.MATCH_CORRECTED: ReasonText(
        "the list item was matched to another title", "edit `overrides.match` in listsync.yaml"
    ),
    Reason.DENIED: ReasonText(
        "`overrides.deny` excludes it", "remove its entry from `overrides.deny` in listsync.yaml"
    ),
    Reason.BLOCKLISTED: ReasonText(
        "it is on the server's blocklist", "remove it from the blocklist in the server's web interface"
    ),
    Reason.AVAILABLE: ReasonText(
        "it is in the library", "nothing to do; deleted on the server, it stays deleted, since that no is respected"
    ),
    Reason.IN_FLIGHT: ReasonText(
        "our request is pending or being processed",
        "nothing to do; to take it back, delete or decline the request on the server",
    ),
    Reason.REQUESTED_ELSEWHERE: ReasonText(
        "somebody else's request covers it", "nothing to do; that request is theirs to take back"
    ),
    Reason.SUPPRESSED: ReasonText(
        "it was deleted or declined on the server, and that no is respected",
        "`listsync allow KEY` lifts it once",
    ),
    Reason.NOT_KEPT: ReasonText(
        "the server accepted the request and dropped it (a show without a TVDB id, for instance)",
        "`listsync allow KEY` tries once more",
    ),
    Reason.FAILED: ReasonText(
        "its request failed on the server (Radarr or Sonarr did not take it)",
        "retry it on the server's requests page, or set `policy.on_failed: retry`",
    ),
    Reason.MISSING_SEASONS: ReasonText(
        "some wanted seasons are missing",
        "the list's `seasons` names those that are wanted; `policy.on_new_seasons: keep` leaves new ones alone",
    ),
    Reason.PARTLY_AVAILABLE: ReasonText(
        "some seasons are in the library, and no others are to be requested",
        "`listsync allow KEY` requests the missing ones again; `policy.on_new_seasons` decides about new ones",
    ),
    Reason.WANTED: ReasonText(
        "a list wants it, and the server does not have it", "an entry in `overrides.deny` keeps it from being requested"
    ),
    Reason.LIFTED: ReasonText(
        "it was held, and is wanted anew", "an entry in `overrides.deny` keeps it from being requested"
    ),
    Reason.RELISTED: ReasonText("it came back to a list", "`policy.on_relisted` decides"),
    Reason.DECLINED: ReasonText("its request was declined on the server", "`listsync allow KEY` asks once more"),
    Reason.REQUEST_DELETED: ReasonText(
        "its request was deleted on the server",
        "`listsync allow KEY` asks once more; `policy.on_deleted: request` always asks again",
    ),
    Reason.MEDIA_DELETED: ReasonText(
        "it was deleted from the library",
        "`listsync allow KEY` asks once more; `policy.on_deleted: request` always asks again",
    ),
    Reason.RECREATED: ReasonText(
        "it is gone from the server, and `policy.on_deleted: request` asks again",
        "`policy.on_deleted: respect` leaves it gone",
    ),
    Reason.NO_SEASONS_YET: ReasonText(
        "no season that the list's `seasons` rule wants is known yet",
        "nothing to do; the show's details are read again tomorrow",
    ),
    Reason.OUTCOME_UNKNOWN: ReasonText(
        "a request was sent, and its answer never came; it may still be carried out",
        "nothing to do; it is settled by a read two minutes after it was sent",
    ),
    Reason.QUOTA_EXCEEDED: ReasonText(
        "the requester's quota on the server is used up",
        "wait for the quota's period to pass, or raise it in the server's user settings",
    ),
    Reason.NOT_PERMITTED: ReasonText(
        "the server does not let this requester ask for it",
        "give the user the permission on the server, or change `request_as`; asked again after seven days",
    ),
    Reason.TVDB_CONFLICT: ReasonText(
        "the server holds another title with the same TVDB id",
        "correct the title on the server; asked again after seven days",
    ),
    Reason.REJECTED: ReasonText(
        "the server refused the request as it was sent",
        "see the server's own words; asked again after seven days or a change of the configuration",
    ),
    Reason.STALE: ReasonText("it changed since the plan was made", "make a new plan"),
    Reason.STOPPED: ReasonText("the run was stopped before its turn", "run it again"),
    Reason.OTHER_QUALITY: ReasonText(
        "deleting this request would reset the media state of the other quality",
        "delete the request on the server's requests page",
    ),
    Reason.UNROUTABLE: ReasonText(
        "the list's `request` asks for what the server has not for such titles",
        "correct the list's `request`, or leave such titles out with `filter.kinds`",
    ),
    Reason.PAUSED: ReasonText("requests are paused", "`listsync resume`, or remove `pause` from listsync.yaml"),
    Reason.OUTSIDE_WINDOW: ReasonText(
        "it is outside the allowed hours", "wait for the window, or change `rails.windows`"
    ),
    Reason.FIRST_RUN_BUDGET: ReasonText(
        "the first apply of a new ledger sends few requests on purpose",
        "apply again, or set `rails.budget.first_run`",
    ),
    Reason.RUN_BUDGET: ReasonText("the budget of this run is used up", "its turn comes; or raise `budget.per_run`"),
    Reason.DAY_BUDGET: ReasonText("the budget of the day is used up", "its turn comes; or raise `budget.per_day`"),
    Reason.MASS_CANCEL: ReasonText(
        "unusually many requests would be cancelled at once, so none is",
        "check the lists; raise `rails.max_cancels` if this is meant",
    ),
    Reason.MASS_DELETION: ReasonText(
        "unusually many titles vanished from the server at once (a reset server, an unmounted library?), "
        "so nothing is concluded",
        "check the server; `listsync accept server` accepts its state as meant, `--anew` with it asks for them again",
    ),
    Reason.NOT_FOUND: ReasonText("the server's search does not know it", "pin it with `listsync match ITEM KEY`"),
    Reason.AMBIGUOUS: ReasonText("several titles fit equally well", "choose one with `listsync match ITEM KEY`"),
    Reason.BELOW_THRESHOLD: ReasonText(
        "no title found is similar enough", "pin the right one with `listsync match ITEM KEY`"
    ),
    Reason.WRONG_KIND: ReasonText(
        "its id belongs to a title of another kind (movie or show)", "pin it with `listsync match ITEM KEY`"
    ),
    Reason.ID_CONFLICT: ReasonText(
        "its ids belong to different titles", "pin the right one with `listsync match ITEM KEY`"
    ),
    Reason.UNKNOWN_ID: ReasonText("TMDB does not know its id", "pin the right one with `listsync match ITEM KEY`"),
    Reason.LOOKUP_FAILED: ReasonText(
        "the server could not look it up just now", "nothing to do; it is looked up again in the next run"
    ),
    Reason.NOTHING_TO_GO_BY: ReasonText(
        "the row has neither a usable id nor a title", "correct the row, or remove it from the list"
    ),
    Reason.NOT_REQUESTABLE: ReasonText("it is neither a movie nor a show", "nothing to do; such rows never count"),
    Reason.FILTERED: ReasonText("a filter of the list excludes it", "change the list's `filter`"),
    Reason.OVER_LIMIT: ReasonText("it is beyond the list's limit", "raise the list's `limit`"),
    Reason.NOT_COMBINED: ReasonText("the combination leaves it out", "change the list's `combine`"),
    Reason.DUPLICATE: ReasonText(
        "another row of the list is the same title",
        "nothing to do; if they are two titles, tell them apart with `listsync match ITEM KEY`",
    ),
}
"""Complete by test."""
