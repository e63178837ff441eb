"""How the long work of storage says how far it has come: as all long work does."""

from bot.app.telling import Tell, untold

__all__ = ["Tell", "untold"]
