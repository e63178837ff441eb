"""What a school has settled: ``school.toml`` and the environment, read once, as ``Settings``."""

from bot.config.read import read_settings, sample_settings, settings_from
from bot.config.settings import Settings

__all__ = ["Settings", "read_settings", "sample_settings", "settings_from"]
