"""How an instant is stored: whole microseconds since 1970 in UTC, alike on both databases."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """The instant as whole microseconds since 1970 UTC. Raises ``ValueError`` for a naive one."""
    if at.tzinfo is None:
        msg = f"{at} has no time zone. The store takes aware datetimes only."
        raise ValueError(msg)
    return (at - _EPOCH) // _MICROSECOND


def instant(stored: int) -> datetime:
    """The aware UTC datetime of a stored number of microseconds."""
    return _EPOCH + stored * _MICROSECOND


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, given back in UTC.

    A number and not a text: SQLite gives naive datetimes back, and its text form can be changed in
    ways that still read as the same moment, which ``verify`` could not see.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The microseconds of an aware datetime."""
        del dialect
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The aware UTC datetime."""
        del dialect
        return None if value is None else instant(value)
