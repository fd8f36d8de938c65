// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The outside: systems and endpoints, with values of JavaScript and time in milliseconds.

/* exported adopt */

const {GLib} = imports.gi;
const {create, microseconds} = imports.overrides._ThespianActor;
const {decode, encode, fromOptions, option, toOptions} = imports.overrides._ThespianValues;

let native = null;

// Systems that run. With its last reference a system ends, and its actors are told; but the collector, which lets go
// of what nobody has any more, and of everything at the end of the program, lets no call in meanwhile. So it never has
// the last reference: shutdown() ends a system, or the end of the program.
const running = new Set();

function keep(system) {
    if (!running.has(system)) {
        running.add(system);
        system.ref();
    }
    return system;
}

function letGo(system) {
    if (running.delete(system))
        system.unref();
}

// What systems and endpoints have in common.
function messages(klass) {
    const {
        tell, ask, listen, tell_async: tellAsync, ask_async: askAsync, listen_async: listenAsync,
        ask_finish: askFinish, listen_finish: listenFinish,
    } = klass.prototype;

    return {
        tell(target, message, cancellable = null) {
            tell.call(this, target, encode(message), cancellable);
        },

        ask(target, message, timeout = null, cancellable = null) {
            return decode(ask.call(this, target, encode(message), microseconds(timeout), cancellable));
        },

        listen(timeout = null, cancellable = null) {
            return decode(listen.call(this, microseconds(timeout), cancellable));
        },

        tell_async(target, message, cancellable = null, callback = null) {
            tellAsync.call(this, target, encode(message), cancellable, callback);
        },

        ask_async(target, message, timeout = null, cancellable = null, callback = null) {
            askAsync.call(this, target, encode(message), microseconds(timeout), cancellable, callback);
        },

        listen_async(timeout = null, cancellable = null, callback = null) {
            listenAsync.call(this, microseconds(timeout), cancellable, callback);
        },

        ask_finish(result) {
            return decode(askFinish.call(this, result));
        },

        listen_finish(result) {
            return decode(listenFinish.call(this, result));
        },
    };
}

function systemMethods(klass) {
    const {
        create_actor: plain, create_actor_by_name: byName, create_actor_async: plainAsync,
        create_actor_by_name_async: byNameAsync, update_capability: updateCapability,
        dup_capabilities: dupCapabilities, shutdown, shutdown_finish: shutdownFinish,
    } = klass.prototype;

    return {
        create_actor(actorClass, options = {}, cancellable = null) {
            return create(this, {plain, byName}, actorClass, options, [cancellable]);
        },

        create_actor_by_name(name, options = {}, cancellable = null) {
            return create(this, {plain, byName}, name, options, [cancellable]);
        },

        create_actor_async(actorClass, options = {}, cancellable = null, callback = null) {
            create(this, {plain: plainAsync, byName: byNameAsync}, actorClass, options, [cancellable, callback]);
        },

        create_actor_by_name_async(name, options = {}, cancellable = null, callback = null) {
            create(this, {plain: plainAsync, byName: byNameAsync}, name, options, [cancellable, callback]);
        },

        update_capability(name, value = null) {
            return updateCapability.call(this, name, value === null ? null : option(value));
        },

        dup_capabilities() {
            return fromOptions(dupCapabilities.call(this));
        },

        shutdown(cancellable = null) {
            const ended = shutdown.call(this, cancellable);
            letGo(this);
            return ended;
        },

        shutdown_finish(result) {
            const ended = shutdownFinish.call(this, result);
            letGo(this);
            return ended;
        },
    };
}

function start(make, base, capabilities, logDefinition, flags) {
    return keep(make.call(native.ActorSystem, base, toOptions(capabilities),
        logDefinition === null || logDefinition instanceof GLib.Variant ? logDefinition : option(logDefinition), flags));
}

// The messages that hold a message.
function holders() {
    for (const [klass, getter, property] of [[native.PoisonMessage, 'get_message', 'message'],
        [native.DeadEnvelope, 'get_message', 'message'], [native.WakeupMessage, 'get_payload', 'payload']]) {
        const get = function () {
            return decode(native.dup_message_property(this, property));
        };
        klass.prototype[getter] = get;
        Object.defineProperty(klass.prototype, property, {get});
    }
}

/**
 * Puts all of this on the classes of introspection.
 *
 * @param {object} namespace - the namespace as introspection has it
 */
function adopt(namespace) {
    native = namespace;
    const make = namespace.ActorSystem.new;
    for (const klass of [namespace.ActorSystem, namespace.Endpoint])
        Object.assign(klass.prototype, messages(klass));
    Object.assign(namespace.ActorSystem.prototype, systemMethods(namespace.ActorSystem));
    namespace.ActorSystem.new = (base = null, capabilities = null, logDefinition = null,
        flags = namespace.ActorSystemFlags.NONE) => start(make, base, capabilities, logDefinition, flags);
    holders();
}
