"""What a platform says when it does not do what it was asked to."""


class PlatformRefused(Exception):
    """A platform did not do what it was asked to; ``code`` is its own word for why, or ours.

    The word may stand in the log: it is a name out of the platform's documentation.
    """

    code: str

    @property
    def told_as(self) -> str:
        """What the log says of it."""
        return self.code
