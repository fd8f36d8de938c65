// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Values of JavaScript as messages: to JavaScript and back, to C and back, and from C.

const {Gio, GLib, GObject} = imports.gi;
const folder = GLib.path_get_dirname(imports.system.programPath);
imports.searchPath.unshift(folder);
const {LIMIT, Echo, equal, raises, run} = imports.languagesTest;
const {Thespian} = imports.gi;

const {EnumValue, Tuple} = Thespian;
const v = (type, content) => new GLib.Variant(type, content);
const bytes = (...content) => new Uint8Array(content);

const SCALARS = [null, true, false, 0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1,
    -(2 ** 53) + 1, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n, 2n ** 64n - 1n, -0, -0.5, 1e300, Infinity, NaN,
    '', 'word', 'grüße 🎭', 'x'.repeat(100000), bytes(), bytes(0, 255), new Uint8Array(100000)];
const CONTAINERS = [[], [1, 'two', null, [3.5, [true]]], Tuple.of(), Tuple.of(1), Tuple.of(1, Tuple.of(2, [3])), {},
    {a: 1, b: {c: [bytes(0)]}}, new Map([[1, 'one'], [null, 'nothing'], [true, {}]]), new Map(), [Tuple.of(1, 2)], [[1, 2]],
    [{}], {'': Tuple.of()}, [2n ** 63n, -(2n ** 63n), 2 ** 31], [NaN, -0], JSON.parse('{"__proto__": 1}')];
const VARIANTS = [v('i', 5), v('s', 'x'), v('(is)', [1, 'x']), v('av', [v('i', 1)]), v('a{sv}', {a: v('y', 1)}),
    v('mi', null), v('mi', 3), v('(tt)', [1, 2]), v('(si)', ['ThespianDispatch', 1]), v('mv', null), v('a(vv)', []),
    [v('i', 5)], [v('v', v('i', 5))], {a: v('a{sv}', {})}];
const ENUMS = [new EnumValue(Thespian.Dispatch, Thespian.Dispatch.SUPER), [new EnumValue(Gio.BusType, 2)],
    new EnumValue(Thespian.LanguageFlags, 5), Tuple.of(new EnumValue(Thespian.LanguageFlags, 3))];
const ALL = [...SCALARS, ...CONTAINERS, ...VARIANTS, ...ENUMS];

const Order = GObject.registerClass(class Order extends GObject.Object {});

const Asker = GObject.registerClass(class Asker extends Thespian.Actor {
    receive_message(message, sender) {
        if (Array.isArray(message)) {
            [this.asker, this.got, this.wanted] = [sender, [], message.length];
            const maker = this.create_actor('languages-module:LanguagesMaker');
            message.forEach(name => this.send(maker, name));
        } else if (!(message instanceof Thespian.SystemMessage)) {
            if (this.got.push(message) === this.wanted)
                this.send(this.asker, this.got);
        }
    }
});

// What C sends, by name.
const FROM_C = {
    char: -65,
    uchar: 200,
    uint: 2 ** 32 - 1,
    long: -5,
    int64: -(2n ** 63n),
    uint64: 2n ** 64n - 1n,
    odd: 2n ** 53n + 1n,
    float: 0.5,
    'no string': null,
    enum: new EnumValue(Thespian.Dispatch, Thespian.Dispatch.SUPER),
    flags: new EnumValue(Thespian.LanguageFlags, Thespian.LanguageFlags.ONLY_DOUBLES),
    variant: v('a{sv}', {}),
};

function checkEcho(system, echo) {
    for (const value of [...ALL, echo, [echo, {who: echo}]])
        equal(system.ask(echo, value, LIMIT), value);
}

run({
    javascript(system) {
        checkEcho(system, system.create_actor(Echo));
    },

    c(system) {
        checkEcho(system, system.create_actor('languages-module:LanguagesEcho'));
    },

    object(system) {
        if (GLib.getenv('THESPIAN_DEBUG') === 'roundtrip')
            return; // an object of a class that says nothing about its serialisation stays in its process
        const order = new Order();
        for (const actor of [Echo, 'languages-module:LanguagesEcho'])
            equal(system.ask(system.create_actor(actor), order, LIMIT) === order, true);
    },

    endpoint(system) {
        const echo = system.create_actor(Echo);
        const endpoint = system.create_endpoint();
        for (const value of ALL)
            equal(endpoint.ask(echo, value, LIMIT), value);
        endpoint.close();
    },

    typesInC(system) {
        const teller = system.create_actor('languages-module:LanguagesTeller');
        for (const [value, told] of [[null, 'GVariant: <@mv nothing>'], [true, 'gboolean: TRUE'], [7, 'gint: 7'],
            [14 * 0.5, 'gint: 7'], [2 ** 31, 'gint64: 2147483648'], [-(2n ** 63n), 'gint64: -9223372036854775808'],
            [2n ** 64n - 1n, 'guint64: 18446744073709551615'], [7n, 'gint: 7'], [0.5, 'gdouble: 0.500000'],
            [-0, 'gdouble: -0.000000'], ['word', 'gchararray: word'], [bytes(1, 2, 3), 'GBytes: 3'],
            [[1, 'a'], "GVariant: <[<1>, <'a'>]>"], [Tuple.of(1), 'GVariant: <(<1>,)>'], [{a: 1}, "GVariant: <{'a': <1>}>"],
            [new Map([[1, 2]]), 'GVariant: <[(<1>, <2>)]>'],
            [v('a{sv}', {a: v('y', 1)}), "GVariant: {'a': <byte 0x01>}"], [teller, 'ThespianAddress: '],
            [ENUMS[0], 'ThespianDispatch: ((ThespianDispatch) THESPIAN_DISPATCH_SUPER)']])
            equal(system.ask(teller, value, LIMIT), told);
    },

    fromC(system) {
        const maker = system.create_actor('languages-module:LanguagesMaker');
        for (const [name, value] of Object.entries(FROM_C))
            equal(system.ask(maker, name, LIMIT), value);
    },

    fromCInside(system) {
        equal(system.ask(system.create_actor(Asker), Object.keys(FROM_C), LIMIT), Object.values(FROM_C));
    },

    whatOthersSend(system) {
        const [maker, teller, echo] = ['languages-module:LanguagesMaker', 'languages-module:LanguagesTeller', Echo]
            .map(actor => system.create_actor(actor));
        const [, content] = GLib.file_get_contents(GLib.build_filenamev([folder, 'values.txt']));
        const texts = new TextDecoder().decode(content).trim().split('\n');
        equal(texts.length > 20, true);
        for (const text of texts)
            equal(system.ask(teller, system.ask(echo, system.ask(maker, text, LIMIT), LIMIT), LIMIT), `GVariant: ${text}`);
    },

    opaque(system) {
        const opaque = Thespian.Opaque.new('text/x-secret', new GLib.Bytes(bytes(1, 2)));
        const echo = system.create_actor(Echo);
        equal(system.ask(echo, opaque, LIMIT), opaque);
        equal(system.ask(echo, [opaque], LIMIT), [opaque]);
    },

    notRepresentable(system) {
        const echo = system.create_actor(Echo);
        const endless = [];
        endless.push(endless);
        for (const [value, text] of [[2n ** 64n, '64 bits'], [[2n ** 64n], '64 bits'], ['a\0b', 'zero character'],
            [['\0'], 'zero character'], [{'\0': 1}, 'zero character'], ['\ud800', 'surrogate'], [() => 1, 'cannot be'],
            [undefined, 'cannot be'], [[undefined], 'cannot be'], [Symbol('s'), 'cannot be'], [new Date(), 'Date cannot'],
            [new Set(), 'Set cannot'], [endless, 'contain itself'], [[new Order()], 'send it by itself'],
            [[1, , 3], 'cannot be'], // eslint-disable-line no-sparse-arrays
            [v('v', v('i', 1)), 'send what is in it']])
            equal(raises(text, () => system.ask(echo, value, LIMIT)) instanceof Thespian.NotRepresentable, true);
        equal(system.ask(echo, 'still here', LIMIT), 'still here');
    },
});
