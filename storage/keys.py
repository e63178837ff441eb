"""Where the master key comes from, and what is wrapped by it."""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.domain.errors import ReportPostError
from bot.domain.ids import CaseId, DraftId, SchoolId
from storage.permitted import why_not_permitted
from storage.sealing import KEY_SIZE, Part, new_key, seal, unseal

VARIABLE = "REPORT_POST_MASTER_KEY"
"""The environment variable that holds the master key in base64."""

_OWNER_ONLY = 0o600
_OTHERS = 0o077


class KeyProblem(ReportPostError):
    """The master key is missing, unsafe or wrong; the message says why and how to mend it."""


@dataclass(frozen=True)
class MasterKey:
    """The key that wraps all others; never printed."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_SIZE:
            msg = f"A master key has {KEY_SIZE} bytes, this one has {len(self.secret)}."
            raise ValueError(msg)

    def wrap(self, key: bytes, *belongs_to: Part) -> bytes:
        """The key in a form that may be stored."""
        return seal(self._cipher, key, "key", *belongs_to)

    def unwrap(self, wrapped: bytes, *belongs_to: Part) -> bytes:
        """The key again. Raises ``Unreadable``."""
        return unseal(self._cipher, wrapped, "key", *belongs_to)

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.secret)


@dataclass(frozen=True)
class SchoolKeys:
    """The keys of one school, unwrapped; never printed."""

    school: SchoolId
    master: MasterKey = field(repr=False)
    chain: bytes = field(repr=False)
    index: bytes = field(repr=False)
    stream: bytes = field(repr=False)
    wrapped_chain: bytes = field(repr=False)
    """The chain key as it was stored when these were opened: it changes with the master key."""

    def unwrap_stream(self, wrapped: bytes, stream: CaseId) -> bytes:
        """The key of a case. Raises ``Unreadable``."""
        return self.master.unwrap(wrapped, self.school, "stream", stream)

    def unwrap_draft(self, wrapped: bytes, draft: DraftId) -> bytes:
        """The key of a draft. Raises ``Unreadable``."""
        return self.master.unwrap(wrapped, self.school, "draft", draft)

    def new_stream_key(self, stream: CaseId) -> tuple[bytes, bytes]:
        """A key for a new case, plain and wrapped."""
        key = new_key()
        return key, self.master.wrap(key, self.school, "stream", stream)

    def new_draft_key(self, draft: DraftId) -> tuple[bytes, bytes]:
        """A key for a new draft, plain and wrapped."""
        key = new_key()
        return key, self.master.wrap(key, self.school, "draft", draft)


def load_master_key(
    environment: Mapping[str, str], key_file: Path, *, may_create: bool
) -> MasterKey:
    """The master key: from the environment, else from the file, else made and kept in the file.

    ``may_create`` must be false once a database holds keys: a new master key could not open them.
    Raises ``KeyProblem``.
    """
    given = environment.get(VARIABLE, "").strip()
    if given:
        return _decoded(given, f"The environment variable {VARIABLE}")
    if key_file.exists():
        return key_in_file(key_file)
    if may_create:
        make_key_file(key_file)
        return key_in_file(key_file)
    msg = (
        f"The master key is missing: {key_file} does not exist and {VARIABLE} is not set, but the "
        "database holds records that only this key can open. Put the key file back from where "
        "you keep it safe (it is not part of a backup of the database), or set "
        f"{VARIABLE} to its content."
    )
    raise KeyProblem(msg)


def key_in_file(key_file: Path) -> MasterKey:
    """The master key in the file. Raises ``KeyProblem``, also if others can read it."""
    try:
        mode = key_file.stat().st_mode
        content = key_file.read_text(encoding="ascii")
    except PermissionError as error:
        raise KeyProblem(why_not_permitted(key_file)) from error
    except (OSError, UnicodeDecodeError) as error:
        msg = f"The master key in {key_file} cannot be read ({error}). Put the right file back."
        raise KeyProblem(msg) from error
    if os.name == "posix" and mode & _OTHERS:
        msg = (
            f"Other people on this computer can read the master key in {key_file}. "
            f"Run: chmod 600 {key_file}"
        )
        raise KeyProblem(msg)
    return _decoded(content.strip(), f"The master key in {key_file}")


def _decoded(text: str, source: str) -> MasterKey:
    try:
        return MasterKey(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        msg = (
            f"{source} is not a master key: it must be {KEY_SIZE} bytes in base64 "
            "(44 characters). Put the right key back, as it was when the database was made."
        )
        raise KeyProblem(msg) from error


def make_key_file(key_file: Path) -> None:
    """Writes a new key in full or not at all; if another process was first, its key stays."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    draft = key_file.with_name(f".{key_file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(new_key()) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        key_file.hardlink_to(draft)  # unlike a rename, this never replaces a key that exists
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(key_file.parent)


def sync_folder(folder: Path) -> None:
    """Makes a new name in the folder survive a power cut."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
