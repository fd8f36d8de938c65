// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Runs one actor written in JavaScript, in a process that the library has started for it.

const UNAVAILABLE = 69; // the library knows what that means

const System = imports.system;
const {GLib} = imports.gi;

imports.gi.versions.Thespian = '1.0';
let Thespian = null;
try {
    ({Thespian} = imports.gi);
} catch (error) {
    printerr(`thespian: actors written in JavaScript cannot run: ${error.message}`);
    System.exit(UNAVAILABLE);
}

function foldersOfEnvironment() {
    return (GLib.getenv('THESPIAN_GJS_PATH') ?? '').split(':').filter(folder => folder !== '');
}

function isActor(thing) {
    return typeof thing === 'function' && isRegistered(thing, Thespian.Actor);
}

// A class that was not registered has the type of its parent.
function isRegistered(klass, parent) {
    return klass.prototype instanceof parent && Object.prototype.hasOwnProperty.call(klass, '$gtype');
}

// Lines of a stack that tell an author nothing.
function isOurs(line) {
    return line.includes('thespian-gjs-host.js') || line.includes('resource:///org/gnome/gjs/');
}

// The reason first, on one line, since a long text is cut.
function describe(error) {
    if (!(error instanceof Error) && !(error instanceof GLib.Error))
        return String(error);
    const place = error instanceof SyntaxError ? `${error.fileName}:${error.lineNumber}\n` : '';
    const trace = (error.stack ?? '').split('\n').filter(line => !isOurs(line)).join('\n');
    return `${error}\n${place}${trace}`.trimEnd().replaceAll('\0', '␀');
}

class Host {
    constructor() {
        this._host = Thespian.LanguageHost.new(ARGV);
        this._module = null;
    }

    serve() {
        const {LOAD, RUN} = Thespian.LanguageHostTask;
        for (;;) {
            switch (this._host.wait()) {
            case LOAD:
                this._load();
                break;
            case RUN:
                this._run();
                break;
            default:
                this._host.leave();
            }
        }
    }

    _fail(reason) {
        this._host.set_failed(reason);
        this._host.leave();
    }

    // --- The module ---

    // Older modules are found by the global `imports', and their names are fields of that.
    _loadOld() {
        const {path, folder} = this._place();
        imports.searchPath.unshift(folder, ...foldersOfEnvironment());
        return path.slice(folder.length).replace(/\.js$/, '').split('/').filter(part => part !== '')
            .reduce((importer, part) => importer[part], imports);
    }

    _loadNew() {
        const {path} = this._place();
        let result = null;
        import(GLib.filename_to_uri(path, null)).then(
            module => (result = {module}),
            error => (result = {error}));
        while (result === null)
            GLib.MainContext.default().iteration(true);
        if (result.module === undefined)
            throw result.error;
        return result.module;
    }

    _place() {
        return {path: this._host.get_path(), folder: this._host.get_folder()};
    }

    // Which of the two it is tells the engine, before it has run any of it.
    _loadEither() {
        try {
            return this._loadOld();
        } catch (error) {
            if (error instanceof SyntaxError && /\bmodule/.test(error.message))
                return this._loadNew();
            throw error;
        }
    }

    _load() {
        try {
            this._module = this._loadEither();
        } catch (error) {
            this._fail(`The JavaScript module ${this._host.get_path()} cannot be loaded: ${describe(error)}`);
        }
        this._host.set_loaded([]);
    }

    // --- The actor ---

    _actors() {
        return Object.keys(this._module).filter(name => isActor(this._module[name])).sort();
    }

    _findClass() {
        const {path} = this._place();
        const name = this._host.get_class_name();
        const klass = this._module[name];
        if (klass === undefined) {
            const actors = this._actors();
            this._fail(`There is no class “${name}” in the JavaScript module ${path}: ` +
                `${actors.length > 0 ? `its actors are ${actors.join(', ')}` : 'it exports no actors'}`);
        }
        if (!isActor(klass)) {
            this._fail(`“${name}” in the JavaScript module ${path} is no actor: it is no class that is derived from ` +
                'Thespian.Actor and was registered by GObject.registerClass()');
        }
        return klass;
    }

    // By what another process can make an actor of a class that this one has.
    _specify(klass) {
        const name = Object.keys(this._module).find(key => this._module[key] === klass);
        return name === undefined ? null : `gjs:${this._host.get_path()}:${name}`;
    }

    _run() {
        const klass = this._findClass();
        imports.overrides._ThespianActor.setSpecifier(this._specify.bind(this));
        // The first calls from C come before an actor could miss one.
        System.gc();
        this._host.run(klass.$gtype);
        this._host.leave();
    }
}

try {
    new Host().serve();
} catch (error) {
    printerr(error.message);
    System.exit(1);
}
