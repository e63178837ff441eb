"""Verify also sees what was altered outside the cases: packs, values, answers, drafts."""

from collections.abc import Callable

import pytest
from sqlalchemy import Update, update

from bot.domain.ids import DraftId
from storage import SqlStore, SqlVerifier
from storage.tables import answers, drafts, evidence, policies, school_values
from tests.storage.places import findings
from tests.storage.records import fill

SPOILT = b"\x01" * 50


@pytest.mark.parametrize(
    ("stream", "altering"),
    [
        ("policies", update(policies).values(text="something else")),
        ("policies", update(policies).values(sha256="b" * 64)),
        ("values", update(school_values).values(sealed=SPOILT)),
        ("values", update(school_values).values(name="another")),
        ("answers", update(answers).values(sealed=SPOILT)),
        ("answers", update(answers).values(cause_key="another")),
        ("drafts", update(drafts).values(sealed=SPOILT)),
        ("drafts", update(drafts).values(revision=7)),
        ("drafts", update(drafts).values(wrapped_key=SPOILT)),
        (
            "drafts",
            update(evidence).where(evidence.c.draft_id == "d1").values(wrapped_key=SPOILT),
        ),
    ],
)
def test_what_was_altered_is_found(store: SqlStore, stream: str, altering: Update) -> None:
    fill(store)
    assert findings(store) == []
    with store.writing() as writing:
        writing.connection.execute(altering)
    assert [each.stream for each in findings(store)] == [stream]


def test_the_name_of_a_value_is_not_told(store: SqlStore) -> None:
    with store.writing() as writing:
        writing.put_value("address:pat@example.com", b"x")
        writing.connection.execute(update(school_values).values(sealed=SPOILT))
    (finding,) = findings(store)
    assert "pat@example.com" not in finding.says


def test_how_far_it_has_come_is_told(store: SqlStore) -> None:
    fill(store)
    told: list[tuple[str, int, int]] = []
    tell: Callable[[str, int, int], object] = lambda *each: told.append(each)  # noqa: E731
    assert list(SqlVerifier(store, tell=tell).findings()) == []
    assert [done for _, done, of in told if of == 3] == [0, 1, 2, 3]


def test_a_draft_that_was_deleted_is_not_missed(store: SqlStore) -> None:
    fill(store)
    with store.writing() as writing:
        writing.delete_draft(DraftId("d1"))
    assert findings(store) == []
