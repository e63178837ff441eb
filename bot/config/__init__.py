"""What a school has settled: ``school.toml`` and the environment, read once, as ``Settings``."""

from bot.config.read import read_settings, sample_settings, settings_from
from bot.config.settings import Settings
from bot.config.together import (
    problems_of_folder,
    read_schools,
    school_files,
    schools_beside,
    schools_put_aside,
)

__all__ = [
    "Settings",
    "problems_of_folder",
    "read_schools",
    "read_settings",
    "sample_settings",
    "school_files",
    "schools_beside",
    "schools_put_aside",
    "settings_from",
]
