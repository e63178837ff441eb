"""The small notes that a platform's side keeps: sealed, in the store of the school they are of."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.app.school import School


@dataclass(frozen=True)
class Notes:
    """The notes of one platform in one school."""

    platform: str
    school: School

    def keep(self, key: str, value: str | None) -> None:
        """Keeps a note; ``None`` forgets it. Writes only what is new."""
        if self.one(key) == value:
            return
        with self.school.store.writing() as writing:
            if value is None:
                writing.forget_value(self._name(key))
            else:
                writing.put_value(self._name(key), value.encode())

    def one(self, key: str) -> str | None:
        """What was kept."""
        with self.school.store.reading() as reading:
            stored = reading.value(self._name(key))
        return stored.decode() if stored is not None else None

    def all(self, beginning: str) -> Mapping[str, str]:
        """The notes whose keys begin like this, by key."""
        with self.school.store.reading() as reading:
            found = reading.values(self._name(beginning))
        before = self._name("")
        return {name.removeprefix(before): value.decode() for name, value in found.items()}

    def _name(self, key: str) -> str:
        return f"{self.platform}:{key}"
