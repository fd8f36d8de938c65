# SPDX-License-Identifier: LGPL-2.1-or-later
"""Loads actors written in Python, in a process that the library has started for that.

The process is copied for each module, which the copy loads, and that for each actor."""

import ctypes
import functools
import gc
import importlib.util
import logging
import os
import re
import sys
import traceback

UNAVAILABLE = 69  # the library knows what that means

sys.dont_write_bytecode = True  # what was compiled from the file of a moment ago would be taken for that of now
sys.path[0:1] = []  # the folder of this script

try:
    import gi
    gi.require_version('Thespian', '1.0')
    from gi.repository import GLib, Thespian
    from gi.overrides._ThespianActor import set_specifier
except (ImportError, ValueError) as error:
    print(f'thespian: actors written in Python cannot run: {error}', file=sys.stderr, flush=True)
    os._exit(UNAVAILABLE)


def folders_of_environment():
    return [folder for folder in os.environ.get('THESPIAN_PYTHON_PATH', '').split(':') if folder]


def is_inside(path, folder):
    return path is not None and os.path.commonpath([os.path.abspath(path), folder]) == folder


def user_traceback(error):
    """Without the frames of the import system and of this script."""
    trace = error.__traceback__
    while trace is not None and (trace.tb_frame.f_code.co_filename == __file__ or
                                 'importlib' in trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return ''.join(traceback.format_exception(type(error), error, trace)).rstrip()


def describe(error):
    """The reason first, on one line, since a long text is cut."""
    return f'{type(error).__name__}: {error}\n{user_traceback(error)}'.replace('\0', '␀')


def plain_name(stem):
    """One that GLib can make names of types of, and that no other module has when it is not the file's own."""
    name = re.sub(r'[^\w-]', '-', stem, flags=re.ASCII)
    return name if re.match('[A-Za-z_]', name) else f'module-{name}'


def import_file(name, path):
    """As an import of that name, but of no other file that could have it, such as a shared object beside this one."""
    parent, _, last = name.rpartition('.')
    if parent:
        importlib.import_module(parent)
    if name in sys.modules:
        found = getattr(sys.modules[name], '__file__', None)
        if found is None or not os.path.samefile(found, path):
            raise ImportError(f'Python has a module “{name}” already: {found or "it is built in"}')
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if parent:
        setattr(sys.modules[parent], last, module)
    return module


class Host:
    """What can be done before the process is copied is: a copy that touches little memory is made several times as
    fast."""

    def __init__(self):
        self.host = Thespian.LanguageHost.new(sys.argv[1:])
        self.module = None
        follow_environment()
        set_specifier(self.specify)
        logging.basicConfig(format='%(message)s', level=logging.NOTSET, handlers=[Thespian.LogHandler()])
        self.loaded_before = set(sys.modules)

    def serve(self):
        tasks = {
            Thespian.LanguageHostTask.LOAD: self.load,
            Thespian.LanguageHostTask.FORK: self.fork,
            Thespian.LanguageHostTask.RUN: self.run,
            Thespian.LanguageHostTask.END: self.leave,
        }
        while True:
            tasks[self.host.wait()]()

    def fork(self):
        """As os.fork() does it, but by the library, which makes a brother of this process."""
        ctypes.pythonapi.PyOS_BeforeFork()
        is_copy = False
        try:
            is_copy = self.host.fork()
        finally:
            if is_copy:
                ctypes.pythonapi.PyOS_AfterFork_Child()
            else:
                ctypes.pythonapi.PyOS_AfterFork_Parent()

    def fail(self, reason):
        self.host.set_failed(reason)
        self.leave()

    def leave(self):
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (AttributeError, OSError, ValueError):
                pass
        self.host.leave()

    # --- The module ---

    def name(self):
        parts = os.path.relpath(self.host.get_path(), self.host.get_folder()).split('/')
        if parts[-1] == '__init__.py' and len(parts) > 1:
            parts.pop()
        else:
            parts[-1] = parts[-1].removesuffix('.py')
        return '.'.join(parts) if len(parts) > 1 else plain_name(parts[0])

    def load(self):
        path = self.host.get_path()
        sys.path[0:0] = list(dict.fromkeys([self.host.get_folder(), *folders_of_environment()]))
        sys.argv = [path]
        try:
            self.module = import_file(self.name(), path)
        except BaseException as error:
            self.fail(f'The Python module {path} cannot be loaded: {describe(error)}')
        # What is there now is left out of collections, which would have each copy write to all of it.
        gc.collect()
        gc.freeze()
        self.host.set_loaded(self.files())

    def files(self):
        """What the module has brought along from the folders of the user."""
        folders = [os.path.abspath(folder) for folder in (self.host.get_folder(), *folders_of_environment())]
        files = [getattr(module, '__file__', None) for name, module in list(sys.modules.items())
                 if name not in self.loaded_before]
        return [file for file in files if any(is_inside(file, folder) for folder in folders)]

    # --- The actor ---

    def find_class(self):
        name = self.host.get_class_name()
        cls = functools.reduce(lambda thing, part: getattr(thing, part, None), name.split('.'), self.module)
        if is_actor(cls):
            return cls
        path = self.host.get_path()
        if cls is None:
            actors = sorted(name for name, thing in vars(self.module).items() if is_actor(thing))
            self.fail(f'There is no class “{name}” in the Python module {path}: ' +
                      (f'its actors are {", ".join(actors)}' if actors else 'it has no actors'))
        return self.fail(f'“{name}” in the Python module {path} is no actor: it is not derived from Thespian.Actor')

    def specify(self, cls):
        """By what another process can make an actor of a class that this one has."""
        module = sys.modules.get(cls.__module__)
        path = getattr(module, '__file__', None)
        if path is None or not is_actor(cls) or '<' in cls.__qualname__:
            return None
        name = cls.__module__ if '.' in cls.__module__ else os.path.abspath(path)
        return f'python:{name}:{cls.__qualname__}'

    def run(self):
        self.host.run(self.find_class().__gtype__)
        self.leave()


def is_actor(thing):
    return isinstance(thing, type) and issubclass(thing, Thespian.Actor) and '__info__' not in vars(thing)


def follow_environment():
    """The library has taken out what was for the start of this process only; Python has a copy of its own."""
    for name, value in list(os.environ.items()):
        now = GLib.getenv(name)
        if now is None:
            del os.environ[name]
        elif now != value and name in ('GI_TYPELIB_PATH', 'LD_LIBRARY_PATH'):
            os.environ[name] = now


try:
    Host().serve()
except GLib.Error as error:
    print(error.message, file=sys.stderr, flush=True)
    os._exit(1)
