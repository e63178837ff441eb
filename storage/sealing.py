"""How bytes are sealed: AES-256-GCM, a random nonce, and what they belong to as associated data."""

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_SIZE = 32
FORMAT = 1
"""The first byte of everything sealed: a later format can be told from this one for ever."""

_NONCE_SIZE = 12  # 96 bits, NIST SP 800-38D section 8.2
_TAG_SIZE = 16
_OVERHEAD = 1 + _NONCE_SIZE + _TAG_SIZE

Part = bytes | str | int
Key = bytes | AESGCM
"""A key, or the cipher made of one that is used all the time."""


class Unreadable(Exception):
    """The bytes were altered, moved, or sealed under another key."""


def new_key() -> bytes:
    """A random key of 256 bits."""
    return os.urandom(KEY_SIZE)


def pack(*parts: Part) -> bytes:
    """The parts one after another, each behind its length: two lists never give the same bytes."""
    packed: list[bytes] = []
    for part in parts:
        if isinstance(part, str):
            raw = part.encode()
        elif isinstance(part, bytes):
            raw = part
        else:
            raw = part.to_bytes(8, "big", signed=True)
        packed += (_length(len(raw)), raw)
    return b"".join(packed)


_length = struct.Struct(">Q").pack


def _cipher(key: Key) -> AESGCM:
    return AESGCM(key) if isinstance(key, bytes) else key


def seal(key: Key, content: bytes, *belongs_to: Part) -> bytes:
    """The content as format byte, nonce and ciphertext; opens only for the same ``belongs_to``."""
    nonce = os.urandom(_NONCE_SIZE)
    sealed = _cipher(key).encrypt(nonce, content, pack(*belongs_to, FORMAT))
    return bytes((FORMAT,)) + nonce + sealed


def unseal(key: Key, sealed: bytes, *belongs_to: Part) -> bytes:
    """The content again. Raises ``Unreadable``."""
    if len(sealed) < _OVERHEAD or sealed[0] != FORMAT:
        msg = "The sealed bytes are cut short or of an unknown format."
        raise Unreadable(msg)
    nonce, rest = sealed[1 : 1 + _NONCE_SIZE], sealed[1 + _NONCE_SIZE :]
    try:
        return _cipher(key).decrypt(nonce, rest, pack(*belongs_to, FORMAT))
    except InvalidTag as error:
        msg = "The sealed bytes were altered, moved, or sealed under another key."
        raise Unreadable(msg) from error
