#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Actors written in Python and JavaScript as processes, beside those of C.

usage: hosts.py BASE [NAME…]"""

import contextlib
import functools
import os
import pathlib
import socket
import statistics
import sys
import tempfile
import time
import traceback

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import GLib, Thespian

HERE = pathlib.Path(__file__).resolve().parent / 'actors'
LIMIT = 60  # seconds; reached only by what hangs
TURNS = 10000
WASTED = 300000
MARK = f'THESPIAN_HOSTS_TEST={os.getpid()}'.encode()  # in the environment of all processes of this test

EVERYTHING = {'python': 'python:parts.everything:', 'gjs': 'gjs:everything.js:'}
LANGUAGES = list(EVERYTHING)

base = sys.argv[1]


# --- Systems ---

def free_port():
    kind = socket.SOCK_DGRAM if base == 'multiprocUDPBase' else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def start(capabilities=None, log_definition=None):
    paths = {'Python Path': str(HERE), 'GJS Path': [str(HERE)],
             'Colour': 'blue', 'Taste': 'sweet'}
    if base != 'multiprocQueueBase':
        paths['Admin Port'] = free_port()
    return Thespian.ActorSystem(base, {**paths, **(capabilities or {})}, log_definition, transient_unique=True)


@contextlib.contextmanager
def environment(**variables):
    former = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in former.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def processes():
    """Those that this test has started, with their titles."""
    found = {}
    for folder in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            if folder.name != str(os.getpid()) and MARK in (folder / 'environ').read_bytes():
                found[int(folder.name)] = (folder / 'cmdline').read_bytes().strip(b'\0').decode(errors='replace')
        except OSError:
            pass
    return found


def parent(pid):
    return int(pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[1])


def wait_until(condition, what):
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, what()
        time.sleep(0.01)


# --- Checks ---

def equal(got, expected):
    assert type(got) is type(expected) and got == expected, f'got {got!r}, expected {expected!r}'


def refused(system, specification, *words, code=Thespian.Error.INVALID_ACTOR_SPECIFICATION, **kwargs):
    began = time.monotonic()
    try:
        system.create_actor(specification, **kwargs)
    except GLib.Error as error:
        for word in words:
            assert word in error.message, f'“{error.message}” does not say “{word}”'
        assert error.matches(Thespian.error_quark(), code), error
        assert time.monotonic() - began < LIMIT / 2
        return error.message
    raise AssertionError(f'{specification} should have been refused')


def make(system, language, name, **kwargs):
    return system.create_actor(EVERYTHING[language] + name, **kwargs)


def ask(system, actor, message):
    answer = system.ask(actor, message, LIMIT)
    assert answer is not None, f'no answer to {message!r}'
    return answer


# --- Rings and values ---

def chain(system, kinds, closed):
    relays = [system.create_actor(kind) for kind in kinds]
    for relay, following in zip(relays, relays[1:] + relays[:1] if closed else relays[1:]):
        system.tell(relay, following)
    for relay in relays:
        equal(ask(system, relay, 'customer'), 'welcome')
    return relays


RELAYS = ['hosts-module:HostsRelay', 'python:relay:Relay', 'gjs:relay.js:Relay']


def test_ring(system):
    first = chain(system, RELAYS, True)[0]
    began = time.monotonic()
    equal(system.ask(first, TURNS * len(RELAYS), 10 * LIMIT), 0)
    print(f'# {TURNS} turns: {(time.monotonic() - began) / TURNS / len(RELAYS) * 1e6:.0f} µs a message')


def values(address):
    return [
        'text', 'ünïcode', '', True, False, None, 0.5, -1e300, 2**31, -2**31 - 1, 2**53, 2**53 + 1, 2**63 - 1, -2**63,
        2**64 - 1, b'', b'\0bytes', [], {}, [None], [[], [[]]], {'a': {'b': {'c': [1, 'two', None, 3.5, b'4', True]}}},
        (1, (2, ())), {'address': address, 'list': [address]}, {1: 'one', 'two': 2}, 'x' * 50000,
        list(range(1000)), {str(i): {'i': [i]} for i in range(300)},
        functools.reduce(lambda inner, _: {'deeper': inner}, range(41), 'the deepest, with the list around it'),
    ]


def test_values(system):
    """Through an actor of each language, in each order."""
    for turn in range(len(RELAYS)):
        relays = chain(system, RELAYS[turn:] + RELAYS[:turn], False)
        for value in values(relays[0]):
            equal(ask_any(system, relays[0], value), value)


def ask_any(system, actor, message):
    """None is an answer, too."""
    system.tell(actor, [message])
    answer = system.listen(LIMIT)
    assert answer is not None, f'no answer to {message!r}'
    bare = ask(system, actor, message) if message is not None else None
    assert bare == message, (bare, message)
    return answer[0]


def test_native(system, language):
    """What C sends is a value of the language there, and the other way round."""
    maker, teller = (system.create_actor(f'languages-module:Languages{name}') for name in ('Maker', 'Teller'))
    text = "<{'list': <[<1>, <@mv nothing>, <'x'>, <true>]>, 'nested': <{'half': <0.5>}>}>"
    inspector = make(system, language, 'Inspector')
    expected = {'python': "{'list': [1, None, 'x', True], 'nested': {'half': 0.5}}",
                'gjs': '{"list":[1,null,"x",true],"nested":{"half":0.5}}'}[language]
    equal(ask(system, inspector, ask(system, maker, text)), expected)
    equal(ask(system, teller, ask(system, make(system, language, 'Echo'), ask(system, maker, text))),
          f'GVariant: {text}')


def test_addresses(system, language):
    keeper, other = make(system, language, 'Keeper'), make(system, language, 'Echo')
    equal(ask(system, keeper, other), 'kept')
    equal(ask(system, keeper, {'address': other}), True)
    assert other.to_string().startswith('Echo-'), other.to_string()


# --- Failures ---

def test_exception(system, language):
    poison = ask(system, make(system, language, 'Failing'), 'a stone')
    assert isinstance(poison, Thespian.PoisonMessage), poison
    equal(poison.message, 'a stone')
    for word in ('stumbled over a stone', 'stumble', {'python': 'everything.py', 'gjs': 'everything.js'}[language]):
        assert word in poison.details, poison.details


def test_broken_classes(system, language):
    start_of = EVERYTHING[language]
    for name, words in {'BrokenConstructor': ['no such luck'], 'BrokenStart': ['no good start']}.items():
        refused(system, start_of + name, *words, code=Thespian.Error.ACTOR_FAILED)
    refused(system, start_of + 'Nowhere', 'There is no class “Nowhere”', 'Echo', 'Inspector')
    refused(system, start_of + {'python': 'log', 'gjs': 'default'}[language], 'no')
    equal(ask(system, make(system, language, 'Echo'), 1), 1)


def test_not_an_actor(system):
    refused(system, 'python:parts.everything:GLib', 'is no actor')


BROKEN = {
    'python': {
        'syntax': ('def f(:\n    pass\n', ['SyntaxError', 'broken.py', 'line 1']),
        'imports': ('import no_such_module_there_is\n', ['ModuleNotFoundError', 'no_such_module_there_is', 'line 1']),
        'raises': ('def f():\n    1 / 0\nf()\n', ['ZeroDivisionError', 'in f']),
        'exits': ('import sys\nsys.exit(3)\n', ['SystemExit', '3']),
        'dies': ('import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n', ['SIGKILL']),
        'empty': ('', ['There is no class “Any”', 'it has no actors']),
        'talks': ('raise ValueError("é" * 10000)\n', ['ValueError: é']),
    },
    'gjs': {
        'syntax': ('const x = (;\n', ['SyntaxError', 'broken.js:1']),
        'module syntax': ('import "gi://GLib";\nconst x = (;\n', ['SyntaxError', 'broken.js:2']),
        'imports': ('import "gi://NoSuchThing";\n', ['NoSuchThing']),
        'old imports': ('const x = imports.gi.NoSuchThing;\n', ['NoSuchThing']),
        'raises': ('function f() {\n    null.x;\n}\nf();\n', ['TypeError', 'f@', 'broken.js:2']),
        'exits': ('imports.system.exit(3);\n', ['status 3']),
        'dies': ('const {GLib} = imports.gi;\n'
                 'GLib.spawn_command_line_sync(`kill -KILL ${GLib.file_read_link("/proc/self")}`);\n', ['SIGKILL']),
        'empty': ('', ['There is no class “Any”', 'it exports no actors']),
        'unregistered': ('imports.gi.versions.Thespian = "1.0";\n'
                         'var Any = class extends imports.gi.Thespian.Actor {};\n', ['registerClass']),
    },
}


def test_broken_files(system, language):
    suffix = {'python': 'py', 'gjs': 'js'}[language]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / f'broken.{suffix}'
        for name, (text, words) in BROKEN[language].items():
            file.write_text(text)
            code = Thespian.Error.ACTOR_FAILED if name == 'dies' or (language, name) == ('gjs', 'exits') \
                else Thespian.Error.INVALID_ACTOR_SPECIFICATION
            refused(system, f'{language}:{file}:Any', *words, code=code)
    equal(ask(system, make(system, language, 'Echo'), 1), 1)


def test_names(system):
    """A module is the file that was found, whatever else has its name."""
    text = (HERE / 'parts' / 'everything.py').read_text()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / 'same.so').write_bytes(b'no shared object')
        (folder / 'same').mkdir()
        (folder / 'same.py').write_text(text)
        (folder / 'logging.py').write_text(text)
        (folder / 'package').mkdir()
        (folder / 'package' / '__init__.py').write_text('from .inner import Echo\n')
        (folder / 'package' / 'inner.py').write_text('from . import other\n' + text)
        (folder / 'package' / 'other.py').write_text('')
        equal(ask(system, system.create_actor(f'python:{folder}/same.py:Echo'), 1), 1)
        refused(system, f'python:{folder}/logging.py:Echo', 'Python has a module “logging” already')
        with start({'Python Path': str(folder)}) as own:
            for name in 'package:Echo', 'package.inner:Echo':
                equal(ask(own, own.create_actor(f'python:{name}'), 1), 1)


def test_bad_specifications(system):
    refused(system, 'ruby:parts.everything:Echo', 'no language “ruby”', '“python”', '“gjs”')
    for language in LANGUAGES:
        for wrong in (f'{language}:Echo', f'{language}::Echo', f'{language}:somewhere:', f'{language}::'):
            refused(system, wrong, wrong, f'expected “{language}:module:Class”')
    refused(system, 'python:no.where:X', '“no.where”', '“Python Path”', 'THESPIAN_PYTHON_PATH')
    refused(system, 'gjs:no.where:X', '“no.where”', '“GJS Path”', 'THESPIAN_GJS_PATH')
    refused(system, 'python:/no/where.py:X', '/no/where.py')


def test_in_process():
    with Thespian.ActorSystem('simpleSystemBase', transient_unique=True) as system:
        refused(system, 'python:parts.everything:Echo', 'Python', 'multiprocQueueBase')


def test_missing_interpreter():
    with environment(THESPIAN_PYTHON='/no/such/python', THESPIAN_GJS='/no/such/gjs'), start() as system:
        for language, kind in ('python', 'Python'), ('gjs', 'JavaScript'):
            refused(system, EVERYTHING[language] + 'Echo', f'/no/such/{language}', kind,
                    f'THESPIAN_{language.upper()}', code=Thespian.Error.STARTUP_FAILURE)
        capabilities = system.dup_capabilities()
        assert 'Python Version' not in capabilities and 'GJS Version' not in capabilities, capabilities
        equal(ask(system, system.create_actor('languages-module:LanguagesEcho'), 1), 1)


def test_broken_interpreter():
    """One that ends at once, and one that has no bindings."""
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / 'interpreter'
        for status, words in (7, ('status 7', str(script))), (69, ('need',)):
            script.write_text(f'#!/bin/sh\nexit {status}\n')
            script.chmod(0o700)
            with environment(THESPIAN_PYTHON=str(script), THESPIAN_GJS=str(script)), start() as system:
                refused(system, EVERYTHING['python'] + 'Echo', *words, code=Thespian.Error.STARTUP_FAILURE)
                refused(system, EVERYTHING['gjs'] + 'Echo', words[0], str(script), code=Thespian.Error.ACTOR_FAILED)


# --- What actors do ---

def test_wakeup(system, language):
    equal(ask(system, make(system, language, 'Sleeper'), 'sleep'), ['for', {'long': None}])


def test_watch(system, language):
    equal(ask(system, make(system, language, 'Watcher'), 'watch'), b'watched')


def test_sources(system, language):
    equal(ask(system, make(system, language, 'Sources'), 'sources'), 'ticked')


def test_asyncio(system):
    """A turn of the loop between messages; the child's end is noticed, too."""
    awaiting = make(system, 'python', 'Awaiting')
    equal([ask(system, awaiting, 'wait') for _ in range(20)], 20 * ['said'])


def test_coroutine(system):
    """A handler that waits has no other message meanwhile."""
    patient = make(system, 'python', 'Patient')
    for message in 'wait', 'next':
        system.tell(patient, message)
    equal([system.listen(LIMIT) for _ in range(2)], ['wait', 'next'])


def test_coroutine_asks(system):
    """What comes to the actor while its handler waits for an answer has to wait, too."""
    asking = make(system, 'python', 'Asking')
    system.tell(asking, 'ask')
    equal(system.listen(LIMIT), ['question', 'question', None, None])
    equal([system.listen(LIMIT) for _ in range(5)], ['interrupted'] * 5)
    for message in 'ask the dead', 'ask in vain':
        equal(ask(system, asking, message), [None])
    poison = ask(system, asking, 'ask itself')
    assert isinstance(poison, Thespian.PoisonMessage) and 'an answer of its own actor' in poison.details, poison


def test_dispatch(system, language):
    dispatcher = make(system, language, 'Dispatcher')
    equal([ask(system, dispatcher, message) for message in ('x', {'b': 1, 'a': None}, 1.5)],
          ['text x', ['a', 'b'], 'other'])


def test_troupe(system, language):
    troupe = make(system, language, 'Troupe')
    count = 60
    for i in range(count):
        system.tell(troupe, i)
    answers = [system.listen(LIMIT) for _ in range(count)]
    equal(sorted(answer[0] for answer in answers), list(range(count)))
    workers = {answer[1] for answer in answers}
    assert 1 <= len(workers) <= 3, workers


def test_capabilities(system, language):
    no_system = Thespian.Error.NO_COMPATIBLE_SYSTEM
    equal(ask(system, make(system, language, 'Particular', requirements={'taste': 'sweet'}), 1), 1)
    refused(system, EVERYTHING[language] + 'Particular', 'compatible', code=no_system, requirements={'taste': 'sour'})
    system.update_capability('Colour', 'red')
    refused(system, EVERYTHING[language] + 'Particular', 'Colour', code=no_system, requirements={'taste': 'sweet'})
    system.update_capability('Colour', 'blue')


def test_children(system, language):
    equal(ask(system, make(system, language, 'Parent'), 'go'), [True, True])


def test_global_name(system, language):
    named = make(system, language, 'Echo', global_name=f'the {language} one')
    assert make(system, 'python', 'Echo', global_name=f'the {language} one') == named


def test_status(system, language):
    status = ask(system, make(system, language, 'Echo'), Thespian.StatusRequest.new())
    equal(status.get_class_name(), 'Echo')


def test_class_name(system):
    zähler = make(system, 'python', 'Zähler')
    equal(ask(system, zähler, 1), 1)
    assert zähler.to_string().startswith('Zähler-'), zähler.to_string()
    equal(ask(system, zähler, Thespian.StatusRequest.new()).get_class_name(), 'Zähler')
    refused(system, EVERYTHING['python'] + 'Zählerin', 'There is no class “Zählerin”', 'Zähler')


def test_properties(system, language):
    refused(system, EVERYTHING[language] + 'Echo', 'no property “size”', code=Thespian.Error.INVALID_ARGUMENT,
            properties={'size': 1})


def test_old_module(system):
    equal(ask(system, system.create_actor('gjs:old.js:Echo'), {'a': [1]}), {'a': [1]})


def test_versions(system):
    capabilities = system.dup_capabilities()
    equal(capabilities['Python Version'][0], 3)
    equal(capabilities['GJS Version'][0], 1)


def test_log():
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / 'log'
        definition = {
            'version': 1,
            'formatters': {'all': {'format': '%(levelname)s|%(actorAddress)s|%(message)s'}},
            'handlers': {'file': {'class': 'file', 'filename': str(file), 'formatter': 'all'}},
            'loggers': {'': {'handlers': ['file'], 'level': 'DEBUG'}},
        }
        with start(log_definition=definition) as system:
            actors = {language: make(system, language, 'Logging') for language in LANGUAGES}
            names = {language: actor.to_string() for language, actor in actors.items()}
            for actor in actors.values():
                equal(ask(system, actor, 'log'), 'logged')
        lines = file.read_text().splitlines()
        for name in names.values():
            got = [line.split('|', 2) for line in lines if f'|{name}|' in line]
            said = {text: level for level, _, text in got}
            expected = {'a trifle': 'DEBUG', 'a warning': 'WARNING', 'by the actor': 'INFO', 'by GLib': 'WARNING'}
            equal({text: said.get(text) for text in expected}, expected)


# --- Processes ---

def test_searched_by_environment():
    with environment(THESPIAN_PYTHON_PATH=f'/nowhere:{HERE}', THESPIAN_GJS_PATH=f'/nowhere:{HERE}'), \
            start({'Python Path': '/nowhere', 'GJS Path': '/nowhere'}) as system:
        for language in LANGUAGES:
            equal(ask(system, make(system, language, 'Echo'), 1), 1)


def test_environment(language):
    """An interpreter finds the library that starts it without being told, and an actor has nothing of that."""
    former = {name: os.environ.pop(name) for name in ('GI_TYPELIB_PATH', 'LD_LIBRARY_PATH')}
    try:
        with start() as system:
            values, lines = ask(system, make(system, language, 'Environment'), 'environment')
    finally:
        os.environ.update(former)
    expected = dict(os.environb)
    for name in former:
        expected.pop(name.encode())
    assert {name.encode(): value.encode() for name, value in values.items()} == expected, values
    assert sorted(lines) == sorted(f'{name}={value}' for name, value in values.items()), lines


def test_spawn():
    with start({'Process Startup Method': 'spawn'}) as system:
        for language in LANGUAGES:
            echo = make(system, language, 'Echo')
            assert ask(system, echo, 'process') in processes()
            refused(system, EVERYTHING[language] + 'Nowhere', 'no class “Nowhere”')


COUNTER = '''
import gi
gi.require_version('Thespian', '1.0')
from gi.repository import Thespian
import helper, random, os
{threads}
class Version(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.send(sender, [{version}, helper.version, random.random(), os.urandom(8)])
'''

THREADS = 'import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n'


def replace(file, text):
    """As an editor does it, or an installation."""
    new = file.with_suffix('.new')
    new.write_text(text)
    new.rename(file)


def test_replaced_module():
    with tempfile.TemporaryDirectory() as folder, start({'Python Path': folder}) as system:
        module, helper = pathlib.Path(folder) / 'counter.py', pathlib.Path(folder) / 'helper.py'
        replace(helper, 'version = 1')
        replace(module, COUNTER.format(version=1, threads=''))

        def answer():
            return ask(system, system.create_actor('python:counter:Version'), 'which')

        answers = [answer() for _ in range(3)]
        equal([part[:2] for part in answers], [[1, 1]] * 3)
        assert len({part[2] for part in answers}) == 3, 'copies draw the same numbers'
        replace(module, COUNTER.format(version=2, threads=''))
        equal(answer()[:2], [2, 1])
        replace(helper, 'version = 2')
        equal(answer()[:2], [2, 2])
        replace(module, 'this is no Python')
        refused(system, 'python:counter:Version', 'SyntaxError')
        replace(module, COUNTER.format(version=3, threads=THREADS))
        equal([answer()[:2] for _ in range(2)], [[3, 2]] * 2)
        assert not (pathlib.Path(folder) / '__pycache__').exists()


def test_crash(system, language):
    echo = make(system, language, 'Echo')
    answer = ask(system, echo, 'die')
    assert isinstance(answer, Thespian.PoisonMessage) and 'SIGKILL' in answer.details, answer
    equal(ask(system, make(system, language, 'Echo'), 1), 1)


def test_killed_zygotes(system):
    """Those that are under way may fail, later ones do not."""
    make(system, 'python', 'Echo')
    for pid, title in processes().items():
        if 'zygote' in title and 'everything.py' in title:
            os.kill(pid, 9)
    wait_until(lambda: can_create(system), lambda: 'no actor can be made any more')


def can_create(system):
    try:
        return ask(system, make(system, 'python', 'Echo'), 1) == 1
    except GLib.Error:
        return False


def rate(system, language, count):
    times = []
    for _ in range(count):
        began = time.monotonic()
        make(system, language, 'Echo')
        times.append((time.monotonic() - began) * 1000)
    return statistics.median(times)


def test_many(system, language):
    make(system, language, 'Echo')
    median = rate(system, language, {'python': 40, 'gjs': 10}[language])
    print(f'# {language}: {median:.1f} ms a creation (median)')
    echoes = [make(system, language, 'Echo') for _ in range(5)]
    equal(len({ask(system, echo, 'process') for echo in echoes}), 5)


def wasted(system, before=None):
    waster = make(system, 'gjs', 'Waster')
    if before is not None:
        system.tell(waster, before)
    began = time.monotonic()
    for i in range(WASTED):
        system.tell(waster, i)
    equal(system.ask(waster, 'count', 10 * LIMIT), [WASTED, WASTED * (WASTED - 1) // 2])
    print(f'# {WASTED / (time.monotonic() - began):.0f} messages/s through garbage')


def test_garbage(system):
    """gjs drops calls while its collector sweeps."""
    wasted(system)


def test_garbage_uncollected():
    """Only what the library does about that helps here."""
    with start() as system:
        wasted(system, 'uncollected')


def test_garbage_sources():
    """One that missed a call would be gone."""
    with start() as system:
        waster = make(system, 'gjs', 'Waster')
        system.tell(waster, 'uncollected')
        equal(system.ask(waster, [WASTED // 3], 10 * LIMIT), WASTED // 3)


def test_nothing_is_left():
    before = processes()
    system = start()
    for language in LANGUAGES:
        for _ in range(3):
            make(system, language, 'Echo')
    assert len(processes()) > len(before) + 3 * len(LANGUAGES)
    system.shutdown()
    wait_until(lambda: not set(processes()) - set(before), processes)


def test_nothing_is_left_of_a_dead_system():
    before = processes()
    system = start()
    actors = [ask(system, make(system, language, 'Echo'), 'process') for language in LANGUAGES]
    admins = {parent(pid) for pid in actors}
    equal(len(admins), 1)
    os.kill(admins.pop(), 9)
    wait_until(lambda: not set(processes()) - set(before), processes)
    with contextlib.suppress(GLib.Error):
        system.shutdown()


# --- TAP ---

BEHAVIOURS = {
    'ring': 'LANG-1', 'old_module': 'LANG-1', 'spawn': 'LANG-1', 'many': 'LANG-1', 'names': 'LANG-1',
    'environment': 'LANG-1', 'status': 'LANG-1', 'global_name': 'LANG-1', 'values': 'LANG-2', 'native': 'LANG-2',
    'addresses': 'LANG-3', 'exception': 'LANG-4',
    'broken_files': 'LANG-5', 'broken_classes': 'LANG-5', 'not_an_actor': 'LANG-5', 'properties': 'LANG-5',
    'bad_specifications': 'LANG-6', 'in_process': 'LANG-6', 'missing_interpreter': 'LANG-7',
    'broken_interpreter': 'LANG-7', 'wakeup': 'LANG-8', 'watch': 'LANG-8', 'sources': 'LANG-8', 'asyncio': 'LANG-8', 'dispatch': 'LANG-9',
    'troupe': 'LANG-9', 'children': 'LANG-9', 'capabilities': 'LANG-10', 'log': 'LANG-11',
    'replaced_module': 'LANG-12', 'crash': 'LANG-13', 'killed_zygotes': 'LANG-13', 'garbage': 'LANG-14',
    'garbage_uncollected': 'LANG-14', 'garbage_sources': 'LANG-20', 'nothing_is_left': 'LANG-15', 'nothing_is_left_of_a_dead_system': 'LANG-15',
    'searched_by_environment': 'LANG-16', 'coroutine': 'LANG-17', 'coroutine_asks': 'LANG-18', 'class_name': 'LANG-19',
    'versions': 'CAP-24',
}

def collect(names):
    tests = []
    for name, function in list(globals().items()):
        if not name.startswith('test_') or (names and name.removeprefix('test_') not in names):
            continue
        arguments = function.__code__.co_varnames[:function.__code__.co_argcount]
        for language in LANGUAGES if 'language' in arguments else [None]:
            tests.append((name.removeprefix('test_'), function, 'system' in arguments, language))
    return tests


def run_one(function, system, language):
    function(*([system] if system is not None else []), *([language] if language is not None else []))


def main():
    os.environ.update([MARK.decode().split('=')])
    tests = collect(sys.argv[2:])
    failed = 0
    print(f'1..{len(tests)}')
    # a killed admin leaves its key
    with tempfile.TemporaryDirectory() as folder, environment(XDG_RUNTIME_DIR=folder), start() as shared:
        for number, (name, function, needs_system, language) in enumerate(tests, 1):
            label = f'{number} /behaviour/{base}/{BEHAVIOURS[name]}/{name}{"-" + language if language else ""}'
            try:
                run_one(function, shared if needs_system else None, language)
                print(f'ok {label}', flush=True)
            except Exception:
                traceback.print_exc()
                print(f'not ok {label}', flush=True)
                failed += 1
    sys.exit(1 if failed else 0)


main()
