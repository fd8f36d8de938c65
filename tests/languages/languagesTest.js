// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the tests in JavaScript have in common: a system on each base, comparisons, and TAP.

/* exported BASES, LIMIT, Echo, same, equal, raises, run, folder */

imports.gi.versions.Thespian = '1.0';
const {GLib, GObject, Thespian} = imports.gi;
const System = imports.system;

var BASES = ['simpleSystemBase', 'mainLoopBase'];
var LIMIT = 60000; // milliseconds; reached only by what hangs

var Echo = GObject.registerClass(class Echo extends Thespian.Actor {
    receive_message(message, sender) {
        if (!(message instanceof Thespian.SystemMessage))
            this.send(sender, message);
    }
});

function sameObject(a, b) {
    if (a === null || b === null || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b))
        return false;
    if (a instanceof GLib.Variant)
        return a.equal(b);
    if (a instanceof Map)
        return same([...a], [...b]);
    if (a instanceof Thespian.EnumValue)
        return a.typeName === b.typeName && a.value === b.value;
    if (a instanceof GObject.Object)
        return a instanceof Thespian.Opaque && a.equal(b);
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every(key => same(a[key], b[key]));
}

/**
 * Whether two values are of the same type and equal.
 *
 * @param {*} a - one
 * @param {*} b - another
 */
function same(a, b) {
    return Object.is(a, b) || (typeof a === 'object' && typeof b === 'object' && sameObject(a, b));
}

function show(value) {
    if (typeof value !== 'object' || value === null)
        return `${typeof value} ${String(value)}`.slice(0, 100);
    return value instanceof GLib.Variant ? value.print(true) : `${value.constructor?.name} ${JSON.stringify(value,
        (_, part) => typeof part === 'bigint' ? `${part}n` : part)}`.slice(0, 200);
}

function equal(got, expected) {
    if (!same(got, expected))
        throw new Error(`got ${show(got)}, expected ${show(expected)}`);
}

function raises(text, body) {
    let result;
    try {
        result = body();
    } catch (error) {
        if (!error.message.includes(text))
            throw new Error(`threw “${error.message}”, which does not say “${text}”`);
        return error;
    }
    throw new Error(`returned ${show(result)}, and should have thrown that “${text}”`);
}

/**
 * Runs each test on each base; those whose names begin with "once" only once, without a system.
 *
 * @param {object} tests - functions
 */
function run(tests) {
    const cases = Object.keys(tests).flatMap(name =>
        (name.startsWith('once') ? [null] : BASES).map(base => [name, base]));
    let failed = 0;
    print(`1..${cases.length}`);
    cases.forEach(([name, base], index) => {
        const label = `${index + 1} ${name} ${base ?? ''}`;
        try {
            if (base === null) {
                tests[name]();
            } else {
                const system = Thespian.ActorSystem.new(base, null, null,
                    Thespian.ActorSystemFlags.TRANSIENT_UNIQUE);
                try {
                    tests[name](system);
                } finally {
                    system.shutdown();
                }
            }
            print(`ok ${label}`);
        } catch (error) {
            failed++;
            printerr(error, error.stack);
            print(`not ok ${label}`);
        }
    });
    System.exit(failed ? 1 : 0);
}
