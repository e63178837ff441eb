"""Which version of Report Post is at work."""

from importlib.metadata import PackageNotFoundError, version


def our_version() -> str:
    """The version, as it was installed."""
    try:
        return version("report-post")
    except PackageNotFoundError:
        return "not installed"
