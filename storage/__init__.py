"""The store of a school: encrypted, chained, on SQLite or PostgreSQL. It decides nothing."""

from storage.engine import DatabaseUnusable
from storage.keys import KeyProblem, MasterKey, load_master_key
from storage.migrate import DatabaseTooNew
from storage.schools import holds_keys
from storage.store import SqlStore, open_store
from storage.verify import SqlVerifier

__all__ = [
    "DatabaseTooNew",
    "DatabaseUnusable",
    "KeyProblem",
    "MasterKey",
    "SqlStore",
    "SqlVerifier",
    "holds_keys",
    "load_master_key",
    "open_store",
]
