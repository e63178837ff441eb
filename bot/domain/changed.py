"""A frozen thing with some of its fields changed, as ``dataclasses.replace`` makes it, but sooner.

``replace`` asks for each field by name and sets each anew. A case has thirty, and an entry changes
it some ten times. Not for what checks itself when it is made, nor for what keeps what it worked out
(a ``cached_property``): neither is done anew here.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # so that the fields are checked as those of ``replace`` are
    from dataclasses import replace as changed
else:

    def changed(thing: object, **changes: object) -> object:
        """The thing with these fields in place of its own."""
        new = object.__new__(type(thing))
        new.__dict__.update(thing.__dict__, **changes)
        return new


__all__ = ["changed"]
