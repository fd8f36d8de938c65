// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Actors as JavaScript would have them: methods without vfunc_, values of JavaScript, and exceptions that reach the
// sender. What is defined here is put on the classes of introspection; see adopt().

/* exported Watch, adopt, create, microseconds, failure, setSpecifier */

const {GLib, GObject} = imports.gi;
const System = imports.system;
const {decode, encode, fromOptions, option, toOptions} = imports.overrides._ThespianValues;

let native = null;
let nCalls = 0;

// gjs lets no call in between the steps of a collection that has begun by itself, so it must not come to that. (When it
// does, the library ends the collection and repeats the call, but gjs has complained by then.)
function collectSometimes() {
    if (++nCalls < native.messages_per_collection)
        return;
    nCalls = 0;
    System.gc();
}

/**
 * Milliseconds as the library counts time; null and undefined are for ever.
 *
 * @param {?number} time - a time
 */
function microseconds(time) {
    return time === null || time === undefined ? -1 : Math.max(-1, Math.round(time * 1000));
}

// --- The virtual functions -------------------------------------------------------------------------------

/**
 * What the C side is told: the exception, then where it was.
 *
 * @param {*} error - whatever was thrown
 */
function failure(error) {
    const text = error instanceof Error || error instanceof GLib.Error ? `${error}\n${error.stack}` : `${error}`;
    return new GLib.Error(native.error_quark(), native.Error.ACTOR_FAILED, text.replaceAll('\0', '␀'));
}

/** What receive_message() may return to be told when one of some file descriptors can be read. */
var Watch = class Watch {
    constructor(...fds) {
        this.fds = fds;
    }
};

function useResult(actor, result) {
    if (result instanceof Watch) {
        actor.watch(result.fds);
    } else if (result !== true) {
        const what = result instanceof Promise ? 'a Promise (it cannot be async)' : String(result);
        throw new TypeError(`${actor.constructor.name}.receive_message() returned ${what}: it may return nothing, ` +
            'true or a Watch, and throws when it fails');
    }
}

function refusePromise(actor, method, result) {
    if (result instanceof Promise)
        throw new TypeError(`${actor.constructor.name}.${method}() returned a Promise (it cannot be async)`);
}

function vfuncReceiveMessage(message, sender) {
    collectSometimes();
    try {
        const result = this.receive_message(decode(message), sender);
        if (result !== undefined)
            useResult(this, result);
    } catch (error) {
        throw failure(error);
    }
    return true;
}

function vfuncStarted() {
    collectSometimes();
    try {
        if (this._thespianFailure)
            throw this._thespianFailure;
        refusePromise(this, 'started', this.started());
    } catch (error) {
        throw failure(error);
    }
    return true;
}

function vfuncCheckCapabilities(capabilities, requirements) {
    return Boolean(this.check_capabilities(fromOptions(capabilities), fromOptions(requirements)));
}

function vfuncInitialized() {
    try {
        refusePromise(this, 'initialized', this.initialized());
    } catch (error) {
        throw failure(error);
    }
    return true;
}

const VFUNCS = {
    vfunc_receive_message: vfuncReceiveMessage,
    vfunc_started: vfuncStarted,
    vfunc_check_capabilities: vfuncCheckCapabilities,
};

// --- Classes -----------------------------------------------------------------------------------------------

let lastMade = null;

// An actor of the class whose own _init() is passed by.
function makeBare(klass) {
    const written = Object.getOwnPropertyDescriptor(klass.prototype, '_init');
    klass.prototype._init = native.Actor.prototype._init;
    try {
        return Reflect.construct(native.Actor, [], klass);
    } finally {
        delete klass.prototype._init;
        if (written)
            Object.defineProperty(klass.prototype, '_init', written);
    }
}

// A system makes actors from C, by the constructor that the type was registered with, and GObject does not stand one
// that throws: so the exception is kept for vfunc_started(). Whoever makes one by hand uses the class itself.
function guardConstructor(klass) {
    return new Proxy(klass, {
        construct(target, args) {
            lastMade = null;
            try {
                return Reflect.construct(target, args);
            } catch (error) {
                const actor = lastMade instanceof target ? lastMade : makeBare(target);
                actor._thespianFailure = error;
                return actor;
            }
        },
    });
}

function own(klass, name) {
    return Object.prototype.hasOwnProperty.call(klass, name);
}

// Whether a class below those of introspection defines a method.
function isWritten(prototype, name) {
    for (; prototype !== native.Actor.prototype && prototype !== native.TypeDispatcher.prototype;
        prototype = Object.getPrototypeOf(prototype)) {
        if (own(prototype, name))
            return true;
    }
    return false;
}

function gtypeOf(type) {
    const types = new Map([[String, GObject.TYPE_STRING], [Number, GObject.TYPE_DOUBLE], [Boolean, GObject.TYPE_BOOLEAN],
        [BigInt, GObject.TYPE_INT64], [Array, GObject.TYPE_VARIANT], [Object, GObject.TYPE_VARIANT],
        [Map, GObject.TYPE_VARIANT], [Uint8Array, GLib.Bytes.$gtype]]);
    return types.get(type) ?? type.$gtype ?? type;
}

// The static fields by which a class says something about itself.
const DECLARATIONS = {
    required_capabilities(klass, required) {
        for (const [name, value] of Object.entries(required))
            klass.require_capability(name, value === null ? null : option(value));
    },

    ignored_messages(klass, types) {
        types.forEach(type => klass.ignore_messages(gtypeOf(type)));
    },

    troupe(klass, {max_count = native.TROUPE_MAX_COUNT, idle_count = native.TROUPE_IDLE_COUNT}) {
        klass.set_troupe(max_count, idle_count);
    },

    transient(klass, period) {
        klass.set_transient(period === true ? native.TRANSIENT_PERIOD : microseconds(period));
    },

    transient_idle(klass, period) {
        klass.set_transient_idle(period === true ? native.TRANSIENT_IDLE_PERIOD : microseconds(period));
    },

    initializing_messages(klass, messages) {
        for (const [name, type, keepSender = false] of messages)
            klass.add_initializing_message(name, gtypeOf(type), keepSender);
    },

    initializing_pass_through(klass, passThrough) {
        klass.set_initializing_pass_through(passThrough);
    },
};

function classInit(klass) {
    for (const [name, vfunc] of Object.entries(VFUNCS)) {
        if (!isWritten(klass.prototype, name))
            klass.prototype[name] = vfunc;
    }
    if (klass.prototype.initialized) {
        if (!(klass[GObject.interfaces] ?? []).includes(native.Initializing) &&
            !GObject.type_is_a(Object.getPrototypeOf(klass).$gtype, native.Initializing.$gtype))
            throw new TypeError(`${klass.name} has a method initialized(): let it implement Thespian.Initializing too`);
        if (!isWritten(klass.prototype, 'vfunc_initialized'))
            klass.prototype.vfunc_initialized = vfuncInitialized;
    }
    GObject.Object._classInit.call(this, guardConstructor(klass));
    klass.set_guest();
    for (const [name, declare] of Object.entries(DECLARATIONS)) {
        if (own(klass, name))
            declare(klass, klass[name]);
    }
    return klass;
}

// --- The methods -------------------------------------------------------------------------------------------

let specify = null;

/**
 * Says how other processes know the classes of this one, which hosts an actor.
 *
 * @param {function(*): ?string} specifier - from a class to a class specification, or null
 */
function setSpecifier(specifier) {
    specify = specifier;
}

/**
 * Creates an actor by class or by name, for an actor or a system.
 *
 * @param {object} creator - whose methods are used
 * @param {object} methods - the methods of introspection, plain and byName
 * @param {*} actorClass - a class, or a string that names one
 * @param {object} options - requirements, globalName, properties
 * @param {Array} more - further arguments
 */
function create(creator, {plain, byName}, actorClass, options, more = []) {
    const {requirements = null, global_name: globalName = null, properties = null} = options ?? {};
    if (specify !== null && typeof actorClass === 'function')
        actorClass = specify(actorClass) ?? actorClass;
    const which = typeof actorClass === 'string' ? byName : plain;
    return which.call(creator, typeof actorClass === 'string' ? actorClass : actorClass?.$gtype ?? actorClass,
        toOptions(requirements), globalName, toOptions(properties), ...more);
}

function consoleOf(actor) {
    const {LEVEL_DEBUG, LEVEL_INFO, LEVEL_MESSAGE, LEVEL_WARNING, LEVEL_CRITICAL} = GLib.LogLevelFlags;
    const logger = level => (...parts) => actor.log(level, parts.map(String).join(' ').replaceAll('\0', '␀'));
    return {
        debug: logger(LEVEL_DEBUG),
        info: logger(LEVEL_INFO),
        log: logger(LEVEL_MESSAGE),
        warn: logger(LEVEL_WARNING),
        error: logger(LEVEL_CRITICAL),
    };
}

const WITHIN_A_SYSTEM = ['wakeup_after', 'cancel_wakeup', 'watch', 'handle_dead_letters', 'shutdown_system', 'log',
    'ask_async', 'send_boolean', 'send_int', 'send_int64', 'send_uint64', 'send_double', 'send_string',
    'send_variant', 'send_bytes', 'send_object', 'take_string', 'take_object'];

// These have no error to return, so for an actor that somebody made by hand they would do nothing.
function guardMethod(name, method) {
    return function (...args) {
        if (this.get_address() === null) {
            throw new GLib.Error(native.error_quark(), native.Error.INVALID_ARGUMENT,
                `This ${this.constructor.name} lives in no actor system, so ${name}() can do nothing: ` +
                'let create_actor() make it');
        }
        return method.call(this, ...args);
    };
}

function methods() {
    const {
        _init, send, create_actor: plain, create_actor_by_name: byName, wakeup_after: wakeupAfter,
        update_capability: updateCapability, dup_capabilities: dupCapabilities, get_requirements: getRequirements,
        ask_async: askAsync, ask_finish: askFinish, get_initializing_message: getInitializingMessage,
    } = native.Actor.prototype;

    return {
        _init(...args) {
            const made = _init.call(this, ...args);
            lastMade = made ?? this;
            return made;
        },

        send(target, message) {
            send.call(this, target, encode(message));
        },

        create_actor(actorClass, options = {}) {
            return create(this, {plain, byName}, actorClass, options);
        },

        create_actor_by_name(name, options = {}) {
            return create(this, {plain, byName}, name, options);
        },

        wakeup_after(delay, payload = undefined) {
            return wakeupAfter.call(this, Math.max(0, microseconds(delay)),
                payload === undefined ? null : encode(payload));
        },

        update_capability(name, value = null) {
            return updateCapability.call(this, name, value === null ? null : option(value));
        },

        dup_capabilities() {
            return fromOptions(dupCapabilities.call(this));
        },

        get_requirements() {
            return fromOptions(getRequirements.call(this));
        },

        ask_async(target, message, timeout, cancellable, callback) {
            askAsync.call(this, target, encode(message), microseconds(timeout), cancellable ?? null, callback);
        },

        ask_finish(result) {
            return decode(askFinish.call(this, result));
        },

        get_initializing_message(name) {
            return decode(getInitializingMessage.call(this, name));
        },

        started() {
        },

        receive_message(_message, _sender) {
        },

        check_capabilities(_capabilities, _requirements) {
            return true;
        },
    };
}

// --- Dispatch by type --------------------------------------------------------------------------------------

const PRIMITIVES = {string: String, number: Number, bigint: BigInt, boolean: Boolean};

function typesOf(message) {
    if (message === null)
        return ['null'];
    if (typeof message in PRIMITIVES)
        return [PRIMITIVES[typeof message]];
    const types = [];
    for (let type = Object.getPrototypeOf(message); type !== null; type = Object.getPrototypeOf(type))
        types.push(type.constructor);
    return types;
}

// The classes of introspection have the namespace in their names.
function nameOf(type) {
    return typeof type === 'string' ? type : type.name.replace(/^[A-Za-z0-9]+_/, '');
}

function* handlersOf(actor, message) {
    for (const type of typesOf(message)) {
        const added = actor._thespianHandlers?.get(type);
        if (added)
            yield added;
        const handler = actor[`receive_${nameOf(type)}`];
        if (handler)
            yield handler;
    }
}

const dispatcherMethods = {
    receive_message(message, sender) {
        for (const handler of handlersOf(this, message)) {
            const result = handler.call(this, message, sender);
            if (result !== native.SUPER)
                return result;
        }
        return this.receive_unrecognized(message, sender);
    },

    add_handler(type, handler) {
        this._thespianHandlers ??= new Map();
        this._thespianHandlers.set(type, handler);
    },

    receive_unrecognized(_message, _sender) {
    },
};

/**
 * Puts all of this on the classes of introspection.
 *
 * @param {object} namespace - the namespace as introspection has it
 */
function adopt(namespace) {
    native = namespace;
    const {prototype} = namespace.Actor;
    Object.assign(prototype, methods());
    WITHIN_A_SYSTEM.forEach(name => (prototype[name] = guardMethod(name, prototype[name])));
    Object.defineProperty(namespace.Actor.prototype, 'console', {
        get() {
            return consoleOf(this);
        },
    });
    Object.assign(namespace.TypeDispatcher.prototype, dispatcherMethods);
    namespace.Actor._classInit = classInit;
}
