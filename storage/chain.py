"""What holds a record together: the hash of an entry, and the keyed hash of a stream's head."""

import hashlib
import hmac
from dataclasses import dataclass

from bot.domain.changed import changed
from bot.domain.ids import CaseId, SchoolId
from storage.sealing import Part, pack

GENESIS = bytes(32)
"""What the first entry of a stream has as its previous hash."""

_SUMS = 1 << 256


def entry_hash(
    previous: bytes, school: SchoolId, stream: CaseId, number: int, at_us: int, ciphertext: bytes
) -> bytes:
    """SHA-256 over everything that an entry is, and over the entry before it."""
    return hashlib.sha256(pack(previous, school, stream, number, at_us, ciphertext)).digest()


def keyed_digest(key: bytes, *parts: Part) -> bytes:
    """HMAC-SHA-256 over the packed parts."""
    return hmac.digest(key, pack(*parts), "sha256")


@dataclass(frozen=True)
class Head:
    """Where a stream ends, and how many things belong to it.

    The members of the school's stream are its cases, those of a case its evidence. Their keyed
    digests are summed, so that a case or a file which vanished with all its rows still shows.
    """

    school: SchoolId
    stream: CaseId
    number: int = 0
    hash: bytes = GENESIS
    members: int = 0
    members_sum: bytes = bytes(32)
    erased: bool = False

    def mac(self, chain_key: bytes) -> bytes:
        """What nobody can write who does not hold the school's chain key."""
        return keyed_digest(
            chain_key,
            "head",
            self.school,
            self.stream,
            self.number,
            self.hash,
            self.members,
            self.members_sum,
            int(self.erased),
        )

    def after(self, number: int, last_hash: bytes) -> "Head":
        """The head once entries were appended."""
        return changed(self, number=number, hash=last_hash)

    def with_member(self, digest: bytes) -> "Head":
        """The head once the member joined."""
        return self._counted(1, int.from_bytes(digest, "big"))

    def without_member(self, digest: bytes) -> "Head":
        """The head once the member left."""
        return self._counted(-1, -int.from_bytes(digest, "big"))

    def _counted(self, by: int, digest: int) -> "Head":
        total = (int.from_bytes(self.members_sum, "big") + digest) % _SUMS
        return changed(self, members=self.members + by, members_sum=total.to_bytes(32, "big"))


def case_digest(chain_key: bytes, case: CaseId) -> bytes:
    """What a case adds to the members of its school."""
    return keyed_digest(chain_key, "case", case)
