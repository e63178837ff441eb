"""Decides which characters of a text can stand in a document: those that its format can hold."""

import re
from typing import Final

# What XML 1.0 (2.2, Char) leaves out: most control characters, halves of a pair, and two codes that
# are none. A Word file with one of them does not open.
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_ENDS: Final = re.compile("\r\n?|[\u0085\u2028\u2029\u000b\u000c]")
# They turn the direction of what follows, so that a text could read otherwise than it was typed.
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def written(text: str) -> str:
    """The text as a document can hold it: line feeds alone, and nothing that turns it round."""
    return _TURNING.sub("", _NOT_IN_XML.sub("", _LINE_ENDS.sub("\n", text)))


def in_one_line(text: str) -> str:
    """The same in one line, for a heading, a title or a cell of a table."""
    return " ".join(written(text).split())
