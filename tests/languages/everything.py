#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each callable of the typelib is used by a test in Python, and by one in JavaScript.

usage: everything.py SOURCE-DIR"""

import pathlib
import re
import sys

import gi

gi.require_version('GIRepository', '2.0')
from gi.repository import GIRepository  # noqa: E402

FOLDERS = ['tests/languages', 'tests/introspection', 'tests/patterns']
# What only C has a use for, each with the reason.
NOT_FOR_LANGUAGES = {
    'thespian_actor_class_set_initializing_pass_through': 'an argument of a decorator in Python, tested by rest.py',
    'thespian_actor_class_set_guest': 'called by the overrides',
    'thespian_declare_language': 'called by the overrides',
    'thespian_dup_message_property': 'called by the overrides',
}
CALLED_BY_HOSTS = 'thespian_language_host_'

# Methods of classes that are static fields of another name in JavaScript, or arguments in Python.
FIELDS = {
    'require_capability': 'required_capabilities',
    'ignore_messages': 'ignored_messages',
    'add_initializing_message': 'initializing_messages',
    'set_initializing_pass_through': 'initializing_pass_through',
}


def callables():
    repository = GIRepository.Repository.get_default()
    repository.require('Thespian', '1.0', 0)
    for i in range(repository.get_n_infos('Thespian')):
        info = repository.get_info('Thespian', i)
        kind = info.get_type()
        if kind == GIRepository.InfoType.FUNCTION:
            yield info.get_name(), info
            continue
        of = {GIRepository.InfoType.OBJECT: 'object_info', GIRepository.InfoType.INTERFACE: 'interface_info',
              GIRepository.InfoType.STRUCT: 'struct_info', GIRepository.InfoType.ENUM: 'enum_info',
              GIRepository.InfoType.FLAGS: 'enum_info'}.get(kind)
        if of is None:
            continue
        for n in range(getattr(GIRepository, of + '_get_n_methods')(info)):
            method = getattr(GIRepository, of + '_get_method')(info, n)
            yield f'{info.get_name()}.{method.get_name()}', method


def used(name, text):
    """As a call, as an attribute, or as the new of a class."""
    owner, _, method = name.rpartition('.')
    if method == 'new':
        return re.search(rf'\b{owner}(\.new\b|\()', text) is not None
    names = [method, method.removeprefix('get_'), method.removeprefix('set_')]
    field = FIELDS.get(method, method.removeprefix('set_'))
    return any(re.search(rf'\.{part}\b', text) for part in names) or re.search(rf'\bstatic {field} =', text) is not None


def main():
    source = pathlib.Path(sys.argv[1])
    failed = 0
    found = sorted((name, GIRepository.function_info_get_symbol(info)) for name, info in callables())
    found = [(name, symbol) for name, symbol in found
             if symbol not in NOT_FOR_LANGUAGES and not symbol.startswith(CALLED_BY_HOSTS)]
    assert len(found) > 100, f'only {len(found)} callables in the typelib'
    print('1..2')
    for number, (language, suffix) in enumerate((('Python', 'py'), ('JavaScript', 'js')), 1):
        text = '\n'.join(path.read_text() for folder in FOLDERS for path in sorted((source / folder).glob('*.' + suffix)))
        missing = [name for name, _ in found if not used(name, text)]
        for name in missing:
            print(f'no test in {language} uses {name}', file=sys.stderr)
        failed += bool(missing)
        print(f'{"not " if missing else ""}ok {number} {language}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
