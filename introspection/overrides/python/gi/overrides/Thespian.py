# SPDX-License-Identifier: LGPL-2.1-or-later
"""What introspection cannot express of the library: values, exceptions, times and decorators of Python."""

from ..module import get_introspection_module
from . import _ThespianActor, _ThespianPatterns, _ThespianSystem, _ThespianValues
from ._ThespianActor import Watch
from ._ThespianLogging import LogHandler
from ._ThespianPatterns import (ignore_messages, initializing_messages, require_capability, transient, transient_idle,
                                troupe)
from ._ThespianValues import NotRepresentable, decode, encode
from gi.repository import GLib

Thespian = get_introspection_module('Thespian')

Thespian.declare_language('Python', Thespian.LanguageFlags.NONE)

SUPER = Thespian.Dispatch.SUPER
Thespian.SUPER = SUPER
Thespian.error_quark_name = GLib.quark_to_string(Thespian.error_quark())

_ThespianValues.set_native(Thespian)
for part in (_ThespianActor, _ThespianSystem, _ThespianPatterns):
    part.adopt(Thespian)

__all__ = ['LogHandler', 'NotRepresentable', 'SUPER', 'Watch', 'decode', 'encode', 'ignore_messages',
           'initializing_messages', 'require_capability', 'transient', 'transient_idle', 'troupe']
