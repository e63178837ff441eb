"""Other schools' cases, put straight into the tables by the hundred thousand.

Nothing of them can be opened: what stands for sealed bytes and keyed hashes is random, and of the
size of the real ones. Each case has a head, an entry, an index row, a link, a reporter, and a
receipt that was sent. In one school of ten one case and the school itself are due, and one message
waits; the others come later.
"""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from storage.types import microseconds

CASES_OF_A_SCHOOL = 1_000
ENTRY_BYTES = 600
"""A report's entry has some 1,100, an answer's some 500."""

DUE_ONE_IN = 10
"""Of so many schools one is due."""

_DAY_US = timedelta(days=1) // timedelta(microseconds=1)

_NEW = """
CREATE TEMP TABLE new AS
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count)
SELECT printf('other-%05d', n / :a_school) AS school, n % :a_school + 1 AS position,
       lower(hex(randomblob(16))) AS case_id, n
FROM numbers ORDER BY school, case_id
"""
_INSERTS = (
    """
    INSERT INTO schools (school, chain_key, index_key, look_again_at)
    SELECT school, randomblob(77), randomblob(77),
           CASE WHEN min(n) / :a_school % :due = 0 THEN :now ELSE :later END
    FROM new GROUP BY school
    """,
    """
    INSERT INTO heads (school, stream, number, hash, members, members_sum, mac, wrapped_key)
    SELECT school, case_id, 1, randomblob(32), 0, zeroblob(32), randomblob(32), randomblob(77)
    FROM new
    """,
    """
    INSERT INTO heads (school, stream, number, hash, members, members_sum, mac, wrapped_key)
    SELECT school, 'school', count(*), randomblob(32), count(*), randomblob(32), randomblob(32),
           randomblob(77)
    FROM new GROUP BY school
    """,
    """
    INSERT INTO entries (school, stream, number, at, ciphertext, hash)
    SELECT school, case_id, 1, :now, randomblob(:entry), randomblob(32) FROM new
    """,
    """
    INSERT INTO cases (school, case_id, position, reference, opened_at, policy_sha256, mac, status,
                       look_again_at)
    SELECT school, case_id, position, printf('2026-%04d', position), :now, :policy, randomblob(32),
           'open',
           CASE WHEN n % (:a_school * :due) = 0 THEN :now ELSE :later + abs(random()) % :day END
    FROM new
    """,
    """
    INSERT INTO case_links (school, link_key, case_id)
    SELECT school, lower(hex(randomblob(32))) AS link_key, case_id FROM new
    ORDER BY school, link_key
    """,
    """
    INSERT INTO case_reporters (school, reporter_key, case_id)
    SELECT school, lower(hex(randomblob(32))) AS reporter, case_id FROM new
    ORDER BY school, reporter
    """,
    """
    INSERT INTO outbox ("row", school, "key", kind, recipient, not_before, facts, state, urgency,
                        attempts, sent_at, person, message_ref, shown, stale)
    SELECT 1000000 + n, school, case_id || ':receipt', 'receipt',
           'person:' || substr(case_id, 1, 8), :now, '{}', 'sent', 1, 0, :now,
           substr(case_id, 1, 8), case_id, case_id, 0
    FROM new
    """,
    """
    INSERT INTO outbox ("row", school, "key", kind, recipient, not_before, facts, state, urgency,
                        attempts, stale)
    SELECT 10000000 + n, school, case_id || ':waits', 'round-up',
           'person:' || substr(case_id, 1, 8), :now, '{}', 'waiting', 2, 0, 0
    FROM new WHERE n % (:a_school * :due) = 0
    """,
    """
    INSERT INTO outbox_cases ("row", case_id, school, place)
    SELECT 1000000 + n, case_id, school, 0 FROM new
    """,
)


def add_strangers(database: Path, count: int, now: datetime) -> None:
    """So many open cases of other schools; but for those that are due, none before tomorrow."""
    connection = sqlite3.connect(database, isolation_level=None)
    # It is thrown away afterwards: what a power cut would do to it now is nobody's concern.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    connection.execute("BEGIN")
    at = microseconds(now)
    values = {
        "count": count,
        "a_school": CASES_OF_A_SCHOOL,
        "now": at,
        "later": at + _DAY_US,
        "day": _DAY_US,
        "entry": ENTRY_BYTES,
        "policy": "0" * 64,
        "due": DUE_ONE_IN,
    }
    for statement in (_NEW, *_INSERTS):
        connection.execute(statement, values)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
