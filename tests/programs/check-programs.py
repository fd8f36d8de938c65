#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Installs the programs with their translations and manual pages into an empty folder, and uses them there. Prints
TAP.

usage: check-programs.py MESON BUILD-DIR PREFIX BINDIR MANDIR LIBDIR SERVICE"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

meson, build, prefix, bindir, mandir, libdir, service = sys.argv[1:8]

# C.UTF-8 is there on every Debian, and to gettext it is a language like any other: LANGUAGE is heard.
GERMAN = {'LC_ALL': 'C.UTF-8', 'LANGUAGE': 'de'}
ENGLISH = {'LC_ALL': 'C.UTF-8', 'LANGUAGE': 'en'}

OPTIONS = r'--[a-z]+(?:-[a-z]+)*'

NAME = 'org.thespian.ActorSystem1'
BUS = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
'''


class Programs:
    def __init__(self, folder):
        self.folder = folder
        self.prefix = folder / prefix.lstrip('/')
        self.program = self.prefix / bindir / 'thespian-wordcount'
        self.service = folder / service.lstrip('/')
        self.env = {**os.environ, 'LD_LIBRARY_PATH': str(self.prefix / libdir)}
        subprocess.run([meson, 'install', '-C', build, '--no-rebuild', '--quiet', '--tags', 'runtime,i18n,man',
                        '--destdir', str(folder)], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       timeout=100)

    def run(self, environment, *arguments):
        return subprocess.run([str(self.program), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=100, env={**self.env, **environment})

    def test_help(self):
        text = self.run(GERMAN, '--help').stdout
        for wanted in ('Zählt die Wörter aller Textdateien', '--base=BASIS', '[ORDNER…]', 'Leser in der Truppe',
                       'Rückgabewert: 0'):
            assert wanted in text, f'{wanted} is not in {text}'
        assert 'Counts the words' not in text, text

    def test_messages(self):
        (self.folder / 'texts').mkdir()
        (self.folder / 'texts' / 'one.txt').write_text('the dog and the cat\n')
        done = self.run(GERMAN, '--workers', '1', '--reducers', '1', '--kill-one=reducer', str(self.folder / 'texts'))
        assert done.returncode == 0, done
        for wanted in ('1 Textdateien', 'multiprocTCPBase, 4 Prozesse: 1 Dateien', '1 Stück Arbeit wurde noch einmal',
                       'multiprocQueueBase, 4 Prozesse: 1 Dateien', '1 Arbeiter: 1 Dateien', '5 Wörter, 4 verschiedene', 'dasselbe'):
            assert wanted in done.stdout, f'{wanted} is not in {done.stdout}'
        assert 'the same' not in done.stdout, done.stdout

    def test_errors(self):
        done = self.run(GERMAN, '--base', 'warpBase')
        assert done.returncode == 2 and '„warpBase“ ist keine der Basen' in done.stderr, done

    def test_english(self):
        assert 'Counts the words' in self.run(ENGLISH, '--help').stdout

    def test_manual(self):
        """The page has the options that the program has, and no other."""
        page = (self.prefix / mandir / 'man1' / 'thespian-wordcount.1').read_text()
        told = set(re.findall(OPTIONS, page.replace('\\-', '-').split('.SH OPTIONS')[1].split('.SH EXIT STATUS')[0]))
        there = set(re.findall(OPTIONS, self.run(ENGLISH, '--help').stdout))
        assert told == there, f'only in one of both: {told ^ there}'


    def run_tool(self, environment, *arguments):
        self.program = self.program.with_name('thespian')
        try:
            return self.run(environment, *arguments)
        finally:
            self.program = self.program.with_name('thespian-wordcount')

    def test_tool(self):
        assert 'Startet Aktorsysteme' in self.run_tool(GERMAN, '--help').stdout
        done = self.run_tool(GERMAN, 'dance')
        assert done.returncode == 2 and 'es gibt keinen Befehl „dance“' in done.stderr, done

    def test_tool_manual(self):
        """As test_manual(), of all commands."""
        page = (self.prefix / mandir / 'man1' / 'thespian.1').read_text().replace('\\-', '-')
        told = set(re.findall(OPTIONS, page.split('.SH OPTIONS')[1].split('.SH EXIT STATUS')[0]))
        text = self.run_tool(ENGLISH, '--help-all').stdout
        commands = re.findall(r'^  ([a-z]+) ', text.split('Commands:')[1], re.MULTILINE)
        assert len(commands) == 14, commands
        there = set(re.findall(OPTIONS, text + ''.join(self.run_tool(ENGLISH, command, '--help-all').stdout
                                                       for command in commands))) - {'--help-system'}
        assert told == there, f'only in one of both: {told ^ there}'
        missing = [command for command in commands if not re.search(rf'^\.SS {command}\b', page, re.MULTILINE)]
        assert not missing, missing

    def test_completion(self):
        """It knows the commands, and the options that the program has."""
        script = self.prefix / 'share' / 'bash-completion' / 'completions' / 'thespian'
        for words, wanted in ((('st',), 'start stop status'), (('ask', '--form'), '--format'),
                              (('--base', ''), 'tcp udp'), (('top', '--iter'), '--iterations')):
            program = str(self.program.with_name('thespian'))
            code = (f'. {script}; COMP_WORDS=({program} {" ".join(word or chr(39) * 2 for word in words)}); '
                    f'COMP_CWORD={len(words)}; _thespian {program} "{words[-1]}" "{([program] + list(words))[-2]}"; '
                    'echo "${COMPREPLY[@]}"')
            done = subprocess.run(['bash', '-c', code], stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
                                  env=self.env, timeout=100)
            assert done.stdout.strip() == wanted, (words, done)

    def service_options(self):
        done = subprocess.run([self.service, '--help'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                              timeout=100, env={**self.env, **ENGLISH}, check=True)
        return set(re.findall(OPTIONS, done.stdout))

    def test_service_manual(self):
        page = (self.prefix / mandir / 'man8' / 'thespian-dbus-service.8').read_text().replace('\\-', '-')
        told = set(re.findall(OPTIONS, page.split('.SH OPTIONS')[1].split('.SH CONFIGURATION')[0]))
        assert told == self.service_options(), f'only in one of both: {told ^ self.service_options()}'

    def test_service_completion(self):
        script = self.prefix / 'share' / 'bash-completion' / 'completions' / 'thespian-dbus-service'
        code = f'. {script}; COMP_WORDS=(it --); COMP_CWORD=1; _thespian_dbus_service; echo "${{COMPREPLY[@]}}"'
        done = subprocess.run(['bash', '-c', code], stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
                              timeout=100, check=True)
        there = set(done.stdout.split())
        assert there == self.service_options(), f'only in one of both: {there ^ self.service_options()}'

    def lead_into_folder(self, *parts):
        """What is installed there with the path of the service made that of the test's folder, and its new path."""
        path = self.prefix.joinpath(*parts)
        text = path.read_text()
        assert service in text, text
        path.write_text(text.replace(service, str(self.service)))
        return path

    def call(self, method, *arguments, env):
        return subprocess.run(['gdbus', 'call', '--session', '-d', NAME, '-o', '/org/thespian/ActorSystem1', '-m',
                               f'{NAME}.{method}', *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              text=True, timeout=100, check=True, env=env).stdout

    def test_activation(self):
        """The bus finds the service where it is installed."""
        services = self.lead_into_folder('share', 'dbus-1', 'services', f'{NAME}.service').parent
        config = self.folder / 'bus.conf'
        config.write_text(BUS.format(socket=self.folder / 'bus', services=services))
        env = {**self.env, 'DBUS_SESSION_BUS_ADDRESS': f'unix:path={self.folder}/bus', 'XDG_CONFIG_HOME': str(self.folder)}
        bus = subprocess.Popen(['dbus-daemon', f'--config-file={config}', '--nofork', '--print-address=1'], env=env,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            assert bus.stdout.readline(), 'no bus'
            status = self.call('Status', '', '{}', env=env)
            pid = re.search(r"'service': <.*?'process-id': <(\d+)>", status)[1]
            assert os.readlink(f'/proc/{pid}/exe') == str(self.service), status
            assert self.call('Shutdown', '{}', env=env) == '()\n'
        finally:
            bus.terminate()
            bus.communicate(timeout=100)

    def test_units(self):
        if shutil.which('systemd-analyze') is None:
            return ' # SKIP there is no systemd-analyze'
        for scope in 'user', 'system':
            unit = self.lead_into_folder('lib', 'systemd', scope, 'thespian-dbus.service')
            done = subprocess.run(['systemd-analyze', f'--{scope}', '--man=no', 'verify', unit], text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
                                  env={**os.environ, 'XDG_RUNTIME_DIR': str(self.folder)})
            complaints = [line for line in done.stdout.splitlines() if 'thespian' in line]
            assert done.returncode == 0 and not complaints, done


def main():
    names = ['help', 'messages', 'errors', 'english', 'manual', 'tool', 'tool_manual', 'completion', 'service_manual',
             'service_completion', 'activation', 'units']
    failed = 0
    print(f'1..{len(names)}')
    with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
        it = Programs(pathlib.Path(folder))
        for number, name in enumerate(names, 1):
            try:
                result = getattr(it, 'test_' + name)()
                print(f'ok {number} {name}{result or ""}', flush=True)
            except Exception:
                failed += 1
                traceback.print_exc()
                print(f'not ok {number} {name}', flush=True)
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
