"""One JSON document to one address: few tries, short waits, and never twice what may have arrived.

Unlike list services, receivers may stand in the home network: no address is refused.
"""

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from providers.http.mask import host_of
from providers.http.waiting import retry_after
from providers.notify.base import Delivery, Manner, Receipt

if TYPE_CHECKING:
    import httpx

_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_ANSWER = 4096


def post_json(url: str, document: Mapping[str, object], headers: Mapping[str, str], manner: Manner) -> Receipt:
    """Send it and say what came of it; never raises for what the network or the receiver does.

    A wait that the receiver asks for (`Retry-After`, or Discord's `retry_after` in the body, seconds) is honoured: here
    when it is short, else it is handed on in the receipt.
    """
    import httpx

    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they write whole addresses, which are secrets
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    fields = {"content-type": "application/json", "user-agent": "listsync", **headers}
    try:
        with _client(url, manner) as client:
            return _tried(client, httpx.Request("POST", url, headers=fields, content=body), manner)
    except (httpx.InvalidURL, ValueError):  # also a header value that HTTP does not allow
        return Receipt(Delivery.FAILED, "its address or one of its headers cannot be sent; check the configuration")


def _client(url: str, manner: Manner) -> "httpx.Client":
    import httpx

    # Reading the certificates takes longer than a message; redirects are not followed, so plain HTTP needs none.
    verify = httpx.create_ssl_context() if url.lower().startswith("https:") else False
    return httpx.Client(timeout=manner.timeout, follow_redirects=False, verify=verify)


def _tried(client: "httpx.Client", request: "httpx.Request", manner: Manner) -> Receipt:
    waited = 0.0
    for attempt in range(manner.tries):
        receipt, repeatable = _once(client, request, manner)
        if not repeatable or attempt + 1 == manner.tries:
            return receipt
        pause = receipt.again_after if receipt.again_after is not None else 0.5 * 2.0**attempt
        if waited + pause > manner.patience:
            return receipt
        manner.sleep(pause)
        waited += pause
    return receipt


def _once(client: "httpx.Client", request: "httpx.Request", manner: Manner) -> tuple[Receipt, bool]:
    """What came of one try, and whether another one can help without doubling the message."""
    import httpx

    host = host_of(str(request.url))
    try:
        response = client.send(request, stream=True)
        try:
            text = next(response.iter_bytes(_LONGEST_ANSWER), b"")
        except httpx.HTTPError:
            text = b""
        finally:
            response.close()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        return Receipt(Delivery.FAILED, f"{host} cannot be reached: {_said(error)}"), True
    except httpx.UnsupportedProtocol:
        return Receipt(Delivery.FAILED, "its address must begin with http:// or https://"), False
    except (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError) as error:
        return Receipt(Delivery.UNKNOWN, f"{host} took the message and did not answer: {_said(error)}"), False
    except httpx.HTTPError as error:
        return Receipt(Delivery.FAILED, f"{host} did not take the message: {_said(error)}"), False
    status = response.status_code
    wait = _wanted_wait(response.headers, text, manner) if status in {429, 503} else None
    return _judged(host, status, wait)


def _judged(host: str, status: int, wait: float | None) -> tuple[Receipt, bool]:
    if 200 <= status < 300:
        return Receipt(Delivery.SENT), False
    if 300 <= status < 400:
        hint = "write the address that it redirects to"
        return Receipt(Delivery.FAILED, f"{host} answered {status} and sends elsewhere: {hint}"), False
    return Receipt(Delivery.FAILED, f"{host} answered {status}{_MEANING.get(status, '')}", wait), status in _BUSY


_MEANING = {
    401: ": the address or a header is not accepted any more",
    403: ": the address or a header is not accepted",
    404: ": there is no such receiver (any more); make a new webhook",
    429: ": it wants to be left alone for a while",
}


def _wanted_wait(headers: Mapping[str, str], text: bytes, manner: Manner) -> float | None:
    try:
        seconds = float(json.loads(text)["retry_after"])
    except (ValueError, TypeError, KeyError):
        return retry_after(headers, manner.clock())
    return seconds if 0 <= seconds < 86_400 else None


def _said(error: Exception) -> str:
    """The network's own words, which hold no address."""
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
