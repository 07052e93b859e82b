"""Bodies read piece by piece and never above a limit, also when they are compressed."""

import zlib
from collections.abc import Iterable, Iterator

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_PIECE = 1 << 20


class TooLarge(Exception):
    """The body is larger than the limit."""


class Undecodable(Exception):
    """The body is not in the encoding that its header names."""


def collected(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The decoded body. Raises TooLarge as soon as the limit is passed, whatever is still to come; Undecodable."""
    body = bytearray()
    pieces = chunks if encoding in ("", "identity") else _inflated(chunks, encoding)
    for piece in pieces:
        if len(body) + len(piece) > limit:
            raise TooLarge
        body += piece
    return bytes(body)


def _inflated(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Decompressed pieces of a megabyte at most, so that a bomb is noticed before it is large."""
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Undecodable(f"unknown encoding {encoding!r}")
    decoder = None
    try:
        for chunk in chunks:
            data = chunk
            while data:
                if decoder is None or decoder.eof:
                    decoder = zlib.decompressobj(_window(encoding, data))
                yield decoder.decompress(data, _PIECE)
                data = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
        if decoder is not None and not decoder.eof:
            yield decoder.flush()
    except zlib.error as error:
        raise Undecodable(str(error)) from error
    if decoder is not None and not decoder.eof:
        raise Undecodable("it ends in the middle")


def _window(encoding: str, start: bytes) -> int:
    """Some servers send `deflate` without its zlib frame, whose first byte always ends in 8."""
    bare = encoding == "deflate" and start[0] & 0x0F != 8
    return -zlib.MAX_WBITS if bare else _GZIP_OR_ZLIB
