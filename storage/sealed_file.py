"""How a backup is sealed: in numbered chunks under a key of its own, the last of them marked.

A file begins with ``MAGIC``, the version of this format, a random salt, and a check by which a
wrong key is told from an altered file. Its key is derived (HKDF) from the master key and the salt.
Each chunk is a mark (0, or 1 for the last), the length of what follows, and its AES-256-GCM
ciphertext. The nonce is the chunk's number; the beginning of the file, the number and the mark are
associated data. So whatever is altered, moved, left out or cut off shows.
"""

import os
from dataclasses import dataclass
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.domain.errors import ReportPostError
from storage.keys import MasterKey
from storage.sealing import KEY_SIZE, pack

MAGIC: Final = b"REPORTPOSTBACKUP"
VERSION: Final = 1

CHUNK: Final = 1024 * 1024
"""Bytes of content in a chunk: what is held in memory at once."""

_SALT_SIZE: Final = 32
_CHECK_SIZE: Final = 16
_NONCE_SIZE: Final = 12
_TAG_SIZE: Final = 16
_LENGTH_SIZE: Final = 4
_HEADER_SIZE: Final = len(MAGIC) + 1 + _SALT_SIZE + _CHECK_SIZE


class BackupUnusable(ReportPostError):
    """A backup cannot be read; the message says why and what to do."""


class BackupTooNew(BackupUnusable):
    """The backup was made by a newer Report Post."""


class WrongKey(BackupUnusable):
    """The master key is not the one that the backup was made with."""


class BackupDamaged(BackupUnusable):
    """The backup is cut short or was altered."""


@dataclass(frozen=True)
class _Keys:
    header: bytes
    secret: bytes
    check: bytes


def _derived(master: MasterKey, version: int, salt: bytes) -> _Keys:
    info = pack("report-post backup", version)
    length = KEY_SIZE + _CHECK_SIZE
    derived = HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(master.secret)
    secret, check = derived[:KEY_SIZE], derived[KEY_SIZE:]
    return _Keys(MAGIC + bytes((version,)) + salt + check, secret, check)


class SealedWriter:
    """Seals what is written to it; nothing opens until ``finish`` has marked the end."""

    def __init__(self, file: BinaryIO, master: MasterKey) -> None:
        keys = _derived(master, VERSION, os.urandom(_SALT_SIZE))
        self._file = file
        self._header = keys.header
        self._cipher = AESGCM(keys.secret)
        self._number = 0
        self._waiting = bytearray()
        file.write(keys.header)

    def write(self, content: bytes) -> None:
        """Seals the content, sooner or later."""
        self._waiting += content
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        """Seals what is left and marks the end."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, content: bytes, *, last: bool) -> None:
        nonce, belongs_to = _about(self._header, self._number, last=last)
        sealed = self._cipher.encrypt(nonce, content, belongs_to)
        self._file.write(bytes((last,)) + len(sealed).to_bytes(_LENGTH_SIZE, "big") + sealed)
        self._number += 1


class SealedReader:
    """Opens what ``SealedWriter`` sealed, from its beginning to its marked end.

    Raises ``BackupUnusable``, ``BackupTooNew`` or ``WrongKey`` at once, and ``BackupDamaged`` when
    it comes to what is cut off or altered; nothing altered is ever handed out.
    """

    def __init__(self, file: BinaryIO, master: MasterKey) -> None:
        keys = _keys_of(file, master)
        self._file = file
        self._header = keys.header
        self._cipher = AESGCM(keys.secret)
        self._number = 0
        self._open = bytearray()
        self._ended = False

    def read(self, size: int) -> bytes:
        """Exactly so many bytes. Raises ``BackupDamaged``, also if there are not as many."""
        while len(self._open) < size:
            if self._ended:
                raise BackupDamaged(_damaged(self._file, "ends too early"))
            self._open += self._next()
        found = bytes(self._open[:size])
        del self._open[:size]
        return found

    def end(self) -> None:
        """Makes sure that nothing follows. Raises ``BackupDamaged``."""
        while not self._ended:
            self._open += self._next()
        if self._open or self._file.read(1):
            raise BackupDamaged(_damaged(self._file, "goes on after its end"))

    def _next(self) -> bytes:
        mark = self._exactly(1)
        size = int.from_bytes(self._exactly(_LENGTH_SIZE), "big")
        if mark not in {b"\x00", b"\x01"} or not _TAG_SIZE <= size <= CHUNK + _TAG_SIZE:
            raise BackupDamaged(_damaged(self._file, "was altered"))
        last = mark == b"\x01"
        sealed = self._exactly(size)
        nonce, belongs_to = _about(self._header, self._number, last=last)
        try:
            content = self._cipher.decrypt(nonce, sealed, belongs_to)
        except InvalidTag as error:
            raise BackupDamaged(_damaged(self._file, "was altered")) from error
        self._number += 1
        self._ended = last
        return content

    def _exactly(self, size: int) -> bytes:
        found = self._file.read(size)
        if len(found) < size:
            raise BackupDamaged(_damaged(self._file, "is cut short"))
        return found


def _about(header: bytes, number: int, *, last: bool) -> tuple[bytes, bytes]:
    """The nonce of a chunk, and its associated data. No key is used for a second file."""
    return number.to_bytes(_NONCE_SIZE, "big"), pack(header, number, int(last))


def _keys_of(file: BinaryIO, master: MasterKey) -> _Keys:
    header = file.read(_HEADER_SIZE)
    if not header.startswith(MAGIC):
        raise BackupUnusable(
            f"{_name(file)} is not a backup of Report Post. Name a file that report-post backup "
            "wrote."
        )
    if len(header) < _HEADER_SIZE:
        raise BackupDamaged(_damaged(file, "is cut short"))
    version, salt = header[len(MAGIC)], header[len(MAGIC) + 1 :][:_SALT_SIZE]
    if version > VERSION:
        raise BackupTooNew(
            f"{_name(file)} was made by a newer Report Post (format {version}, this one knows "
            f"{VERSION}). Install that version, and restore with it."
        )
    keys = _derived(master, version, salt)
    if keys.header != header:
        raise WrongKey(
            f"The master key does not open {_name(file)}: it is not the key that the backup was "
            "made with. After report-post rotate-key the older backups need the older key. Name "
            "the file that holds it: --key-file FILE"
        )
    return keys


def _name(file: BinaryIO) -> str:
    return str(getattr(file, "name", "The file"))


def _damaged(file: BinaryIO, what: str) -> str:
    return f"The backup {_name(file)} {what}: it cannot be used. Take another one."
