#!/usr/bin/gjs
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// thespian-wordcount in JavaScript: counts the words of text files with actors, and checks a part of it with other
// tools. What goes from actor to actor is text, a line for each word: its count and itself.

imports.gi.versions.Thespian = '1.0';
const {Gio, GLib, GObject, Thespian} = imports.gi;
const ByteArray = imports.byteArray;
const System = imports.system;

const USUAL = ['/usr/share/common-licenses', '/usr/share/doc'];
const BASES = ['simpleSystemBase', 'mainLoopBase'];
const COMPRESSED = /\.(gz|xz|bz2|zst|lzma|Z)$/;
const PROBE_BYTES = 32768;
const PIECE_BYTES = 1 << 20;
const CHECKED_BYTES = 4000000;
const PATIENCE = 300000;
const REDUCERS = 4;

function add(words, word, count) {
    words.set(word, (words.get(word) ?? 0) + count);
}

function pack(words) {
    return Array.from(words, ([word, count]) => `${count} ${word}\n`).join('');
}

function addPacked(words, text) {
    for (const [, count, word] of text.matchAll(/(\d+) (\w+)\n/g))
        add(words, word, Number(count));
}

function countWords(path, words) {
    const [, content] = GLib.file_get_contents(path);
    for (const [word] of ByteArray.toString(content, 'ISO-8859-1').toLowerCase().matchAll(/[a-z]+/g))
        add(words, word, 1);
}

// Which reducer a word falls to.
function partOf(word, parts) {
    let hash = 0;
    for (let i = 0; i < word.length; i++)
        hash = hash * 31 + word.charCodeAt(i) | 0;
    return (hash >>> 0) % parts;
}

// Counts the words of some files, and gives each reducer those that fall to it.
const Reader = GObject.registerClass(class Reader extends Thespian.Actor {
    static troupe = {max_count: 4, idle_count: 1};

    receive_message(message, sender) {
        if (Array.isArray(message)) {
            this.coordinator = sender;
            this.count(...message);
        } else if (message instanceof Thespian.PoisonMessage) {
            this.send(this.coordinator, message);
        }
    }

    count(paths, reducers) {
        const words = new Map();
        paths.forEach(path => countWords(path, words));
        const parts = reducers.map(() => new Map());
        for (const [word, count] of words)
            parts[partOf(word, parts.length)].set(word, count);
        reducers.forEach((reducer, i) => this.send(reducer, pack(parts[i])));
        // A piece leaves much behind. gjs takes no calls while it collects bit by bit, so it collects all of it here.
        System.gc();
    }
});

// Adds up the words that fall to it, and hands them to its parent when all have come.
const Reducer = GObject.registerClass(class Reducer extends Thespian.Actor {
    started() {
        this.words = new Map();
        this.missing = 0;
    }

    receive_message(message, _sender) {
        if (typeof message === 'string') {
            addPacked(this.words, message);
            this.missing--;
        } else if (typeof message === 'number') {
            this.missing += message;
        } else {
            return;
        }
        if (this.missing === 0)
            this.send(this.dup_parent(), pack(this.words));
    }
});

// Cuts a job, an array of files with their sizes, into pieces for the readers, and puts together what comes of them.
const Coordinator = GObject.registerClass(class Coordinator extends Thespian.Actor {
    receive_message(message, sender) {
        if (Array.isArray(message)) {
            this.client = sender;
            this.start(message);
        } else if (typeof message === 'string') {
            this.packed += message;
            if (--this.missing === 0)
                this.send(this.client, this.packed);
        } else if (message instanceof Thespian.PoisonMessage || message instanceof Thespian.ChildActorExited) {
            this.send(this.client, {failure: message.get_details()});
        }
    }

    start(files) {
        const reducers = Array.from({length: REDUCERS}, () => this.create_actor(Reducer));
        const readers = this.create_actor(Reader);
        const pieces = cut(files);
        this.packed = '';
        this.missing = reducers.length;
        reducers.forEach(reducer => this.send(reducer, pieces.length));
        pieces.forEach(piece => this.send(readers, [piece, reducers]));
    }
});

function cut(files) {
    const pieces = [];
    let size = PIECE_BYTES;
    for (const [path, bytes] of files) {
        if (size >= PIECE_BYTES) {
            pieces.push([]);
            size = 0;
        }
        pieces.at(-1).push(path);
        size += bytes;
    }
    return pieces;
}

function isText(path, info) {
    if (info.get_file_type() !== Gio.FileType.REGULAR || COMPRESSED.test(path) || info.get_size() === 0)
        return false;
    try {
        const stream = Gio.File.new_for_path(path).read(null);
        const start = stream.read_bytes(PROBE_BYTES, null).toArray();
        stream.close(null);
        return !start.includes(0);
    } catch (error) {
        return false;
    }
}

// Each file once, whatever names it has.
function findTexts(folder, seen, files) {
    const children = Gio.File.new_for_path(folder).enumerate_children('standard::*,unix::device,unix::inode',
        Gio.FileQueryInfoFlags.NOFOLLOW_SYMLINKS, null);
    const infos = [...children].sort((a, b) => a.get_name() < b.get_name() ? -1 : 1);
    for (const info of infos) {
        const path = `${folder}/${info.get_name()}`;
        const id = `${info.get_attribute_as_string('unix::device')}:${info.get_attribute_as_string('unix::inode')}`;
        if (info.get_file_type() === Gio.FileType.DIRECTORY) {
            findTexts(path, seen, files);
        } else if (!seen.has(id) && isText(path, info)) {
            seen.add(id);
            files.push([path, info.get_size()]);
        }
    }
    return files;
}

function countByActors(base, files) {
    const system = Thespian.ActorSystem.new(base, null, null, Thespian.ActorSystemFlags.TRANSIENT_UNIQUE);
    const packed = system.ask(system.create_actor(Coordinator), files, PATIENCE);
    system.shutdown();
    if (typeof packed !== 'string')
        throw new Error(packed?.failure ?? 'the coordinator says nothing any more');
    const words = new Map();
    addPacked(words, packed);
    return words;
}

function countByTools(files) {
    const pipeline = "xargs -0 grep -ah '' /dev/null | tr -cs A-Za-z '\\n' | tr A-Z a-z | sort | uniq -c";
    const process = Gio.Subprocess.new(['env', 'LC_ALL=C', 'sh', '-c', pipeline],
        Gio.SubprocessFlags.STDIN_PIPE | Gio.SubprocessFlags.STDOUT_PIPE);
    const paths = files.map(([path]) => path).join('\0');
    const [, output] = process.communicate(new GLib.Bytes(new TextEncoder().encode(paths)), null);
    const words = new Map();
    addPacked(words, ByteArray.toString(output.toArray()));
    return words;
}

function isSame(a, b) {
    return a.size === b.size && [...a].every(([word, count]) => b.get(word) === count);
}

function sample(files) {
    const every = Math.max(1, Math.floor(files.reduce((sum, [, size]) => sum + size, 0) / CHECKED_BYTES));
    const part = files.filter(([, size], i) => i % every === 0 && size <= CHECKED_BYTES);
    return part.length > 0 ? part : files.slice(0, 1);
}

function checkBase(name) {
    if (name?.startsWith('multiproc')) {
        throw new Error('these actors are in the program itself, so they cannot be processes as on ' +
            `${name}; the word count in C runs there`);
    }
    if (!BASES.includes(name))
        throw new Error(`“${name}” is none of ${BASES.join(', ')}`);
    return name;
}

function parseArguments(args) {
    const options = {base: 'simpleSystemBase', top: 10, folders: []};
    while (args.length > 0) {
        const arg = args.shift();
        if (arg === '--help') {
            print('wordcount.js [--base simpleSystemBase|mainLoopBase] [--top N] [FOLDER…]');
            System.exit(0);
        } else if (arg === '--base') {
            options.base = checkBase(args.shift());
        } else if (arg === '--top') {
            options.top = Number(args.shift());
        } else if (arg.startsWith('-')) {
            throw new Error(`there is no option ${arg}`);
        } else {
            options.folders.push(arg);
        }
    }
    if (options.folders.length === 0)
        options.folders = USUAL;
    return options;
}

function main(args) {
    const {base, top, folders} = parseArguments(args);
    const seen = new Set();
    const files = folders.flatMap(folder => findTexts(folder, seen, []));
    if (files.length === 0)
        throw new Error('there is no text file below the folders');

    const start = GLib.get_monotonic_time();
    const words = countByActors(base, files);
    const seconds = ((GLib.get_monotonic_time() - start) / 1e6).toFixed(2);
    const total = [...words.values()].reduce((a, b) => a + b, 0);
    const group = number => String(number).replace(/\B(?=(\d{3})+$)/g, ',');
    print(`${base}, JavaScript: ${group(files.length)} files, ${group(total)} words, ${group(words.size)} different, ` +
        `${seconds} s`);
    [...words].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, top)
        .forEach(([word, count]) => print(`${group(count).padStart(14)}  ${word}`));

    const part = sample(files);
    const same = isSame(countByActors(base, part), countByTools(part));
    print(`tr | sort | uniq -c on a part of it, ${group(part.length)} files: ${same ? 'the same' : 'NOT THE SAME'}`);
    return same ? 0 : 1;
}

let status = 1;
try {
    status = main([...ARGV]);
} catch (error) {
    printerr(`wordcount.js: ${error.message}`);
}
System.exit(status);
