"""A passphrase is stretched into a key (scrypt, RFC 7914); the key seals texts (AES-256-GCM), each for one place."""

import os
import unicodedata
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SALT, NONCE, KEY = 16, 12, 32
"""Bytes; of the nonce, what NIST SP 800-38D section 8.2 recommends."""
MOST_MEMORY = 2**28
"""Bytes that a file may ask for: one with absurd numbers must not take the machine down."""


class Unsealable(Exception):
    """Another key, another place, or changed since."""


class Part(BaseModel):
    """Of the file: frozen, bytes in Base64."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")


class Sealed(Part):
    """A text that its key alone opens."""

    nonce: Annotated[bytes, Field(min_length=NONCE, max_length=NONCE)]
    sealed: Annotated[bytes, Field(min_length=16)]
    """With the tag at its end."""


class Key:
    """What a passphrase became. It has no repr that says anything."""

    __slots__ = ("_bytes",)

    def __init__(self, key: bytes) -> None:
        self._bytes = key

    def seal(self, text: str, place: str) -> Sealed:
        """For that place alone. The nonce is the system's: a repeated one would give both texts away."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(NONCE)
        return Sealed(nonce=nonce, sealed=AESGCM(self._bytes).encrypt(nonce, text.encode(), place.encode()))

    def open(self, sealed: Sealed, place: str) -> str:
        """What was sealed for that place; raises Unsealable."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(self._bytes).decrypt(sealed.nonce, sealed.sealed, place.encode()).decode()
        except InvalidTag:
            raise Unsealable from None


class Stretching(Part):
    """How a passphrase becomes a key: parameters of scrypt. What they cost, whoever guesses pays for each guess."""

    salt: bytes = Field(default_factory=lambda: os.urandom(SALT), min_length=SALT, max_length=64)
    n: Annotated[int, Field(ge=2, le=2**20)] = 2**15
    r: Annotated[int, Field(ge=1, le=32)] = 8
    p: Annotated[int, Field(ge=1, le=16)] = 3
    """As OWASP's Password Storage Cheat Sheet has them for 32 MiB of memory, which the smallest container has."""

    @model_validator(mode="after")
    def _is_sane(self) -> Self:
        if self.n & (self.n - 1) or 128 * self.n * self.r > MOST_MEMORY:
            raise ValueError("no parameters that listsync would have written")
        return self

    def key(self, passphrase: str) -> Key:
        """Takes half a second. A letter with an accent is the same on every keyboard."""
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        text = unicodedata.normalize("NFC", passphrase.strip())
        return Key(Scrypt(salt=self.salt, length=KEY, n=self.n, r=self.r, p=self.p).derive(text.encode()))
