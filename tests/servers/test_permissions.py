"""What is expected of a request before it is made is what the server does with it."""

import pytest

from providers.servers import approval
from providers.servers.permissions import Permission
from providers.servers.seerr import SeerrReader
from providers.servers.writer import SeerrWriter
from reconciler.demo.server import DemoServer
from schemas.media import Key, Kind
from schemas.server import AnswerKind, NewRequest, RequestOptions, RequestStatus, User

from .conftest import MATRIX, THRONES

P = Permission


@pytest.mark.parametrize(
    ("bits", "kind", "is_4k", "expected"),
    [
        (0, Kind.MOVIE, False, "forbidden"),
        (P.ADMIN, Kind.TV, True, "automatic"),
        (P.MANAGE_REQUESTS | P.MANAGE_USERS, Kind.MOVIE, False, "forbidden"),
        (P.MANAGE_REQUESTS | P.REQUEST, Kind.MOVIE, False, "automatic"),
        (P.REQUEST, Kind.MOVIE, False, "pending"),
        (P.REQUEST, Kind.MOVIE, True, "forbidden"),
        (P.REQUEST_MOVIE, Kind.MOVIE, False, "pending"),
        (P.REQUEST_MOVIE, Kind.TV, False, "forbidden"),
        (P.REQUEST_TV | P.AUTO_APPROVE_MOVIE, Kind.TV, False, "pending"),
        (P.REQUEST | P.AUTO_APPROVE_TV, Kind.TV, False, "automatic"),
        (P.REQUEST | P.AUTO_APPROVE, Kind.MOVIE, False, "automatic"),
        (P.REQUEST_4K | P.AUTO_APPROVE, Kind.MOVIE, True, "pending"),
        (P.REQUEST_4K_TV | P.AUTO_APPROVE_4K_TV, Kind.TV, True, "automatic"),
        (P.REQUEST_4K_MOVIE | P.AUTO_APPROVE_4K, Kind.MOVIE, True, "automatic"),
        (P.AUTO_APPROVE, Kind.MOVIE, False, "forbidden"),
    ],
)
def test_permission_bits_say_what_becomes_of_a_request(bits: int, kind: Kind, is_4k: bool, expected: str) -> None:
    assert approval(User(id=9, name="somebody", permissions=bits), kind, is_4k) == expected


@pytest.mark.parametrize(
    "key", [Key(Kind.MOVIE, MATRIX), Key(Kind.MOVIE, MATRIX, True), Key(Kind.TV, THRONES)], ids=str
)
def test_the_server_does_with_every_users_request_what_was_expected(
    reader: SeerrReader, writer: SeerrWriter, demo: DemoServer, key: Key
) -> None:
    for user in reader.users():
        options = RequestOptions(requester=user.id)
        answer = writer.create(NewRequest(key=key, seasons=(1,) if key.kind is Kind.TV else (), options=options))
        became = {
            (AnswerKind.CREATED, RequestStatus.APPROVED): "automatic",
            (AnswerKind.CREATED, RequestStatus.PENDING): "pending",
            (AnswerKind.PERMISSION, None): "forbidden",
        }[answer.kind, answer.request_status]  # type: ignore[index]
        assert became == approval(user, key.kind, key.is_4k), user.name
        if answer.request_id is not None:
            writer.cancel(answer.request_id)
