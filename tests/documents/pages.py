"""The documents that have Markdown and HTML, and strangers who would like to be more than text in them."""

from datetime import timedelta

from schemas.documents import DriftDocument
from schemas.media import Key, Kind
from schemas.plan import Drift, DriftKind, Plan, Unresolved
from schemas.reasons import Reason
from tests.cli import samples

IGNORED = Drift(
    kind=DriftKind.EDITED, key=Key(Kind.TV, 95396), title="Severance", year=2022, why="profiles are changed by hand"
)
DOCUMENTS = {
    "plan": samples.plan(drift_ignored=(IGNORED,)),
    "plan-quiet": samples.quiet_plan(),
    "plan-offline": samples.quiet_plan(as_of=samples.NOW - timedelta(days=1), warnings=("made offline",)),
    "report": samples.report(server="seerr 3.1.0"),
    "drift": DriftDocument(observed_at=samples.NOW, server=samples.SERVER, drift=samples.DRIFT, ignored=(IGNORED,)),
    "drift-none": DriftDocument(observed_at=samples.NOW, server=samples.SERVER),
    "status": samples.status(),
}
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</td></table></details><h1>Approved</h1>",
    "</title></style><script>",
    "-->",
    "<!-- listsync:plan -->",
    "{{ 7 * 7 }} {% raw %}",
    "javascript:alert(1)",
    "[click](https://evil.example) ![x](https://evil.example/x.png)",
    "https://evil.example/ www.evil.example ftp://evil.example a@evil.example",
    "@everyone @org/team",
    "fixes #1, GH-2 and org/repo#3",
    "a | b || c \\| d",
    "`code` ``more`` \\`",
    "**bold** _soft_ ~~gone~~ $x^2$ :tada: :+1:",
    "# heading",
    "- item",
    "1. one",
    "> quote",
    "&lt;b&gt; &amp; &#64;you",
    "a\u202eb\u200b\x1b[31mred\x07\r\n\r\n# next",
    "| --- |",
    "\\",
    "[^1]: note",
    "=",
    "x" * 5000,
    "",
    "   ",
    "千と千尋の神隠し ✨ Amélie",
)


def plan_about(text: str) -> Plan:
    """A plan in which every text that comes from outside is this one."""
    way_out = f"`listsync accept {text}`"
    candidates = tuple(one.model_copy(update={"title": text}) for one in samples.UNRESOLVED[0].candidates)
    row = {"list": text, "ref": text or "-", "title": text, "detail": text, "candidates": candidates}
    drift = {"key": Key(Kind.TV, 1), "title": text, "lists": (text,), "detail": text, "way_out": way_out}
    line = {"name": text, "source": text, "message": text, "remedy": way_out}
    return samples.plan(
        actions=(samples.action(text, 603, lists=(text,), requester=text, detail=text),),
        held=(samples.action(text, 604, reason=Reason.SUPPRESSED, detail=text, lists=(text,)),),
        deferred=(),
        unresolved=(Unresolved(reason=Reason.AMBIGUOUS, **row),),
        excluded=(),
        drift=(Drift(kind=DriftKind.EDITED, **drift),),
        lists=(samples.LISTS[2].model_copy(update=line),),
        warnings=(text,),
        server=samples.SERVER.model_copy(update={"name": text, "version": text}),
        scope=(text,),
    )
