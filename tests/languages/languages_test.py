# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests in Python have in common: a system on each base, and TAP."""

import sys
import traceback

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian  # noqa: E402

BASES = ['simpleSystemBase', 'mainLoopBase', 'multithreadBase']
LIMIT = 60  # seconds; reached only by what hangs


class Echo(Thespian.Actor):
    def receive_message(self, message, sender):
        if not isinstance(message, Thespian.SystemMessage):
            self.send(sender, message)


def equal(got, expected):
    """Of the same type, and of the same value."""
    same = got == expected or (got != got and expected != expected)
    if type(got) is not type(expected) or not same:
        raise AssertionError(f'got {got!r}, expected {expected!r}')


def raises(kind, text, function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except kind as error:
        if text not in str(error):
            raise AssertionError(f'raised {error}, which does not say “{text}”') from None
        return error
    raise AssertionError(f'returned {result!r}, and should have raised that “{text}”')


def details(poison):
    assert isinstance(poison, Thespian.PoisonMessage), poison
    return poison.details


def run(namespace):
    """Runs each test_ of @namespace on each base; test_once_ only once, without a system."""
    tests = [(name, function, base) for name, function in list(namespace.items()) if name.startswith('test_')
             for base in ([None] if name.startswith('test_once_') else BASES)]
    failed = 0
    print(f'1..{len(tests)}')
    for number, (name, function, base) in enumerate(tests, 1):
        label = f'{number} {name[len("test_"):]} {base or ""}'
        try:
            if base is None:
                function()
            else:
                with Thespian.ActorSystem(base, transient_unique=True) as system:
                    function(system)
            print(f'ok {label}', flush=True)
        except Exception:
            traceback.print_exc()
            print(f'not ok {label}', flush=True)
            failed += 1
    sys.exit(1 if failed else 0)
