# SPDX-License-Identifier: LGPL-2.1-or-later
"""From Python's logging to the log of actors."""

import logging

from gi.repository import GLib

from ._ThespianActor import current


def _level(number):
    """GLib ends the program at an error of its own, which one of Python's is not."""
    for least, level in ((logging.ERROR, GLib.LogLevelFlags.LEVEL_CRITICAL),
                         (logging.WARNING, GLib.LogLevelFlags.LEVEL_WARNING),
                         (logging.INFO, GLib.LogLevelFlags.LEVEL_INFO)):
        if number >= least:
            return level
    return GLib.LogLevelFlags.LEVEL_DEBUG


class LogHandler(logging.Handler):
    """Logs records in the name of the actor whose code makes them; what comes from outside goes to GLib's log."""

    def emit(self, record):
        try:
            text, actor = self.format(record).replace('\0', '␀'), getattr(current, 'actor', None)
            if actor is not None:
                actor.log(_level(record.levelno), text)
            else:
                GLib.log_variant('Thespian', _level(record.levelno),
                                 GLib.Variant('a{sv}', {'MESSAGE': GLib.Variant('s', text)}))
        except Exception:
            self.handleError(record)
