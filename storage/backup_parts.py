"""What a backup holds, and in which order: what it says of itself, rows of tables, sealed files.

Every part is a kind (one letter), a length, and that many bytes. Rows are JSON: what is bytes or
JSON itself stands in a box that says so. They are as the database holds them, sealed and wrapped.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from storage.sealed_file import BackupDamaged

_MANIFEST, _ROWS, _FILE, _END = b"M", b"R", b"F", b"E"
_LENGTH_SIZE: Final = 8
_BYTES, _JSON = "bytes", "json"


class Sink(Protocol):
    """Where the bytes of a backup go to."""

    def write(self, content: bytes) -> None: ...


class Source(Protocol):
    """Where the bytes of a backup come from; ``read`` gives exactly as many as it is asked for."""

    def read(self, size: int) -> bytes: ...
    def end(self) -> None: ...


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; its first part.

    ``revision`` is that of the tables; ``head_number`` and ``head_hash`` are the school's;
    ``erased`` is the sealed list of erased cases, in base64.
    """

    school: str
    taken_at: str
    made_by: str
    revision: str
    head_number: int
    head_hash: str
    erased: str


@dataclass(frozen=True)
class Rows:
    """Some rows of one table."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class SealedEvidence:
    """A file of the vault, as it lies there."""

    name: str
    sealed: bytes


@dataclass(frozen=True)
class Amount:
    """How much there is; the last part."""

    rows: int
    files: int


@dataclass(frozen=True)
class InBox:
    """A value that is JSON in the database too."""

    value: object


class PartsWriter:
    """Writes the parts one after another, and counts them."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.rows = 0
        self.files = 0

    def manifest(self, manifest: Manifest) -> None:
        """Comes first."""
        self._part(_MANIFEST, _written(asdict(manifest)))

    def some_rows(self, rows: Rows) -> None:
        """Rows of a table, behind those of the tables that they refer to."""
        told = [[_boxed(value) for value in row] for row in rows.rows]
        body = {"table": rows.table, "columns": rows.columns, "rows": told}
        self._part(_ROWS, _written(body))
        self.rows += len(rows.rows)

    def file(self, file: SealedEvidence) -> None:
        """A file of the vault, behind all rows."""
        name = file.name.encode()
        self._part(_FILE, len(name).to_bytes(_LENGTH_SIZE, "big") + name + file.sealed)
        self.files += 1

    def end(self) -> Amount:
        """Comes last."""
        amount = Amount(self.rows, self.files)
        self._part(_END, _written(asdict(amount)))
        return amount

    def _part(self, kind: bytes, body: bytes) -> None:
        self._sink.write(kind + len(body).to_bytes(_LENGTH_SIZE, "big") + body)


def read_manifest(source: Source) -> Manifest:
    """The first part. Raises ``BackupDamaged``."""
    kind, body = _next(source)
    if kind != _MANIFEST:
        raise BackupDamaged(_NOT_OURS)
    return Manifest(**_read(body))


def read_parts(source: Source) -> Iterator[Rows | SealedEvidence | Amount]:
    """The parts behind the manifest; the last is the ``Amount``, and it is true.

    Raises ``BackupDamaged``.
    """
    rows = files = 0
    while True:
        part = _part_of(*_next(source))
        match part:
            case Rows():
                rows += len(part.rows)
            case SealedEvidence():
                files += 1
            case Amount():
                source.end()
                if part != Amount(rows, files):
                    raise BackupDamaged(_NOT_OURS)
                yield part
                return
        yield part


_NOT_OURS: Final = (
    "The backup opens, but its content is not what Report Post writes: it cannot be used. Take "
    "another one."
)


def _next(source: Source) -> tuple[bytes, bytes]:
    kind = source.read(1)
    return kind, source.read(int.from_bytes(source.read(_LENGTH_SIZE), "big"))


def _part_of(kind: bytes, body: bytes) -> Rows | SealedEvidence | Amount:
    if kind == _ROWS:
        told = _read(body)
        rows = (tuple(_unboxed(value) for value in row) for row in told["rows"])
        return Rows(told["table"], tuple(told["columns"]), tuple(rows))
    if kind == _FILE:
        start = _LENGTH_SIZE + int.from_bytes(body[:_LENGTH_SIZE], "big")
        return SealedEvidence(body[_LENGTH_SIZE:start].decode(), body[start:])
    if kind == _END:
        return Amount(**_read(body))
    raise BackupDamaged(_NOT_OURS)


def _written(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def _read(body: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(body)
    except ValueError as error:
        raise BackupDamaged(_NOT_OURS) from error
    return found


def _boxed(value: object) -> object:
    if isinstance(value, bytes | bytearray | memoryview):
        return {_BYTES: base64.b64encode(value).decode()}
    if isinstance(value, InBox):
        return {_JSON: value.value}
    return value


def _unboxed(value: object) -> object:
    match value:
        case {"bytes": str(text)}:
            try:
                return base64.b64decode(text, validate=True)
            except binascii.Error as error:
                raise BackupDamaged(_NOT_OURS) from error
        case {"json": inner}:
            return InBox(inner)
        case _:
            return value
