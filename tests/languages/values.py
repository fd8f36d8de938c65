#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Values of Python as messages: to Python and back, to C and back, and from C."""

import enum
import math

import os
import pathlib

from languages_test import LIMIT, Echo, equal, raises, run

from gi.repository import Gio, GLib, GObject, Thespian


class Colour(enum.Enum):
    RED = 1


class Fruit:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return type(other) is Fruit and other.name == self.name


class Order(GObject.Object):
    size = GObject.Property(type=int, default=3)


V = GLib.Variant
SCALARS = [None, True, False, 0, 1, -1, 2**31 - 1, -2**31, 2**31, -2**31 - 1, 2**53 + 1, 2**63 - 1, -2**63, 2**63,
           2**64 - 1, 0.0, -0.5, 1e300, math.inf, math.nan, '', 'word', 'grüße 🎭', 'x' * 100000,
           b'', b'\0\xff', bytes(100000)]
CONTAINERS = [[], [1, 'two', None, [3.5, [True]]], (), (1,), (1, (2, [3])), {}, {'a': 1, 'b': {'c': [b'\0']}},
              {1: 'one', None: 'nothing', (1, 2): 'pair'}, [(1, 2), (3, 4)], [[1, 2], [3, 4]], [{}], {'': ()},
              [2**63, -2**63, 2**31], [math.inf], {'__proto__': 1}]
VARIANTS = [V('i', 5), V('s', 'x'), V('(is)', (1, 'x')), V('av', [V('i', 1)]), V('a{sv}', {'a': V('y', 1)}), V('mi', None),
            V('mi', 3), V('ay', b'\0\1'), V('(tt)', (1, 2)), V('(si)', ('ThespianDispatch', 1)), V('(say)', ('a', b'b')),
            V('mv', None), V('a(vv)', []), [V('i', 5)], [V('v', V('i', 5))], {'a': V('a{sv}', {})}]
OPAQUES = [Fruit('pear'), [Fruit('pear'), {'x': Fruit('fig')}], {1, 2}, Colour.RED, [Colour.RED], 1 + 2j,
           bytearray(b'x'), range(3), Fruit]
ENUMS = [Thespian.Dispatch.SUPER, [Thespian.Dispatch.SUPER], Gio.BusType.SESSION, GLib.LogLevelFlags.LEVEL_INFO,
         (GLib.LogLevelFlags.LEVEL_INFO, 1)]
ALL = SCALARS + CONTAINERS + VARIANTS + OPAQUES + ENUMS


def check_echo(system, echo):
    for value in ALL + [echo, [echo, {'who': echo}]]:
        equal(system.ask(echo, value, LIMIT), value)


def test_python(system):
    check_echo(system, system.create_actor(Echo))


def test_c(system):
    check_echo(system, system.create_actor('languages-module:LanguagesEcho'))


def test_object(system):
    if os.environ.get('THESPIAN_DEBUG') == 'roundtrip':
        return  # an object of a class that says nothing about its serialisation stays in its process
    order = Order(size=8)
    for actor in Echo, 'languages-module:LanguagesEcho':
        equal(system.ask(system.create_actor(actor), order, LIMIT).size, 8)


def test_endpoint(system):
    echo = system.create_actor(Echo)
    with system.create_endpoint() as endpoint:
        for value in ALL:
            equal(endpoint.ask(echo, value, LIMIT), value)


def test_types_in_c(system):
    """Each value comes to C as the type that a program in C would have chosen."""
    teller = system.create_actor('languages-module:LanguagesTeller')
    for value, told in ((None, 'GVariant: <@mv nothing>'), (True, 'gboolean: TRUE'), (7, 'gint: 7'),
                        (2**31, 'gint64: 2147483648'), (-2**63, 'gint64: -9223372036854775808'),
                        (2**64 - 1, 'guint64: 18446744073709551615'), (0.5, 'gdouble: 0.500000'),
                        ('word', 'gchararray: word'), (b'abc', 'GBytes: 3'), ([1, 'a'], "GVariant: <[<1>, <'a'>]>"),
                        ((1,), 'GVariant: <(<1>,)>'), ({'a': 1}, "GVariant: <{'a': <1>}>"),
                        ({1: 2}, 'GVariant: <[(<1>, <2>)]>'), (V('a{sv}', {'a': V('y', 1)}), "GVariant: {'a': <byte 0x01>}"),
                        (teller, 'ThespianAddress: '), (Thespian.Dispatch.SUPER, 'ThespianDispatch: ((ThespianDispatch) THESPIAN_DISPATCH_SUPER)'),
                        (Fruit('fig'), 'ThespianOpaque: application/x-python-pickle')):
        equal(system.ask(teller, value, LIMIT), told)


def test_from_c(system):
    maker = system.create_actor('languages-module:LanguagesMaker')
    for name, value in (('char', -65), ('uchar', 200), ('uint', 2**32 - 1), ('long', -5), ('int64', -2**63),
                        ('uint64', 2**64 - 1), ('odd', 2**53 + 1), ('float', 0.5), ('no string', None),
                        ('enum', Thespian.Dispatch.SUPER), ('flags', Thespian.LanguageFlags.ONLY_DOUBLES),
                        ('variant', V('a{sv}', {}))):
        equal(system.ask(maker, name, LIMIT), value)


class Asker(Thespian.Actor):
    """Gets values from C inside of an actor."""

    def receive_message(self, message, sender):
        if isinstance(message, list):
            self.asker, self.got, self.wanted = sender, [], len(message)
            maker = self.create_actor('languages-module:LanguagesMaker')
            for name in message:
                self.send(maker, name)
        elif not isinstance(message, Thespian.SystemMessage):
            self.got.append(message)
            if len(self.got) == self.wanted:
                self.send(self.asker, self.got)


def test_from_c_inside(system):
    got = system.ask(system.create_actor(Asker), ['char', 'uchar', 'uint64', 'enum'], LIMIT)
    equal(got, [-65, 200, 2**64 - 1, Thespian.Dispatch.SUPER])


def test_what_others_send(system):
    """Whatever a program in another language sends comes back to it as it was."""
    maker, teller, echo = (system.create_actor(actor) for actor in
                           ('languages-module:LanguagesMaker', 'languages-module:LanguagesTeller', Echo))
    texts = pathlib.Path(__file__).with_name('values.txt').read_text().splitlines()
    assert len(texts) > 20
    for text in texts:
        equal(system.ask(teller, system.ask(echo, system.ask(maker, text, LIMIT), LIMIT), LIMIT), 'GVariant: ' + text)


def test_opaque_of_another(system):
    opaque = Thespian.Opaque.new('text/x-secret', GLib.Bytes.new(b'abc'))
    for value in opaque, [opaque]:
        got = system.ask(system.create_actor(Echo), value, LIMIT)
        got = got[0] if isinstance(value, list) else got
        assert got.equal(opaque), got


def test_not_representable(system):
    echo = system.create_actor(Echo)
    endless = []
    endless.append(endless)
    for value, text in ((2**64, '64 bits'), (-2**63 - 1, '64 bits'), ([2**64], '64 bits'), ('a\0b', 'zero character'),
                        (['\0'], 'zero character'), ({'\0': 1}, 'zero character'), ('\ud800', 'not Unicode'),
                        (lambda: None, 'pickle'), ([lambda: None], 'pickle'), (endless, 'contain itself'),
                        ([Order()], 'send it by itself'), (V('v', V('i', 1)), 'send what is in it')):
        raises(Thespian.NotRepresentable, text, system.ask, echo, value, LIMIT)
    equal(system.ask(echo, 'still here', LIMIT), 'still here')


if __name__ == '__main__':
    run(globals())
