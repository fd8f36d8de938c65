// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Messages as values of JavaScript, and back.
//
// What a GValue has a type for goes as that; everything else that JavaScript has by itself goes as a variant of type
// `v'. A GLib.Variant stands for itself, with all of its types, and so it is never mistaken for an array or an object.

/* exported NotRepresentable, Tuple, EnumValue, encode, decode, toOptions, fromOptions, option, setNative */

const {GLib, GObject} = imports.gi;

const ADDRESS = '(tt)';
const ENUM = '(si)';
const FLAGS = '(su)';
const OPAQUE = '(say)';
const MAX_DEPTH = 42; // each may take three of the 128 containers that GLib reads in one another

let native = null; // the namespace as introspection has it; set by Thespian.js

/** A message that cannot be sent: it would arrive as something else. */
var NotRepresentable = class NotRepresentable extends TypeError {
};

/** A tuple of Python, or of a variant: an array that does not change. */
var Tuple = class Tuple extends Array {
    static of(...parts) {
        return Object.freeze(super.of(...parts));
    }
};

/** A value of an enumeration or of flags, which are mere numbers otherwise. */
var EnumValue = class EnumValue {
    constructor(type, value) {
        this.gtype = typeof type === 'string' ? GObject.type_from_name(type) : type.$gtype ?? type;
        this.value = value;
        if (this.gtype === null)
            throw new TypeError(`there is no type ${type}`);
        Object.freeze(this);
    }

    get typeName() {
        return this.gtype.name;
    }

    get isFlags() {
        return GObject.type_is_a(this.gtype, GObject.TYPE_FLAGS);
    }

    valueOf() {
        return this.value;
    }

    toString() {
        return `${this.typeName}(${this.value})`;
    }
};

function refuse(why) {
    throw new NotRepresentable(why);
}

// --- From JavaScript -------------------------------------------------------------------------------------

function makeValue(gtype, setter, content) {
    const value = new GObject.Value();
    value.init(gtype);
    value[setter](content);
    return value;
}

function checkText(text) {
    if (text.includes('\0'))
        refuse('a string with a zero character cannot be a message: send a Uint8Array');
    if (/[\uD800-\uDFFF]/u.test(text))
        refuse('a string with half a surrogate pair cannot be a message: send a Uint8Array');
    return text;
}

function isInt64(number) {
    return BigInt.asIntN(64, number) === number;
}

function checkBigInt(number) {
    if (!isInt64(number) && BigInt.asUintN(64, number) !== number)
        refuse(`${number} cannot be a message: integers have at most 64 bits`);
    return number;
}

function encodeNumber(number) {
    // The engine may hold a small integer as a double, and only the other kind becomes an integer.
    if ((number | 0) === number && !Object.is(number, -0))
        return number | 0;
    return Number.isSafeInteger(number) && number !== 0
        ? makeValue(GObject.TYPE_INT64, 'set_int64', number)
        : makeValue(GObject.TYPE_DOUBLE, 'set_double', number);
}

function encodeBigInt(number) {
    checkBigInt(number);
    if (BigInt.asIntN(32, number) === number)
        return Number(number);
    return isInt64(number)
        ? makeValue(GObject.TYPE_INT64, 'set_int64', number)
        : makeValue(GObject.TYPE_UINT64, 'set_uint64', number);
}

function encodeVariant(variant) {
    if (variant.get_type_string() === 'v') {
        refuse('a GLib.Variant of type "v" cannot be a message, since arrays and objects travel as such: ' +
            'send what is in it');
    }
    return variant;
}

function encodeEnum(thing) {
    return thing.isFlags
        ? makeValue(thing.gtype, 'set_flags', thing.value)
        : makeValue(thing.gtype, 'set_enum', thing.value);
}

function isPlain(thing) {
    const prototype = Object.getPrototypeOf(thing);
    return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function describe(thing) {
    return typeof thing === 'object' ? thing.constructor?.name ?? 'an object' : typeof thing;
}

function encodeObject(thing) {
    if (thing === null || Array.isArray(thing) || thing instanceof Map)
        return GLib.Variant.new_variant(toVariant(thing, 0));
    if (thing instanceof GObject.Object || thing instanceof GObject.Value)
        return thing;
    if (thing instanceof GLib.Variant)
        return encodeVariant(thing);
    if (thing instanceof Uint8Array)
        return new GLib.Bytes(thing);
    if (thing instanceof EnumValue)
        return encodeEnum(thing);
    if (isPlain(thing))
        return GLib.Variant.new_variant(toVariant(thing, 0));
    if (thing.constructor?.$gtype)
        return thing;
    return refuse(`${describe(thing)} cannot be a message: send a plain object, or a GObject`);
}

/**
 * What a method of the library is given for a message.
 *
 * @param {*} message - a value of JavaScript
 */
function encode(message) {
    switch (typeof message) {
    case 'string':
        return /^[\x01-\x7f]*$/.test(message) ? message : checkText(message);
    case 'number':
        return encodeNumber(message);
    case 'boolean':
        return message;
    case 'bigint':
        return encodeBigInt(message);
    case 'object':
        return encodeObject(message);
    default:
        return refuse(`${describe(message)} cannot be a message`);
    }
}

// --- To variants -----------------------------------------------------------------------------------------

function box(thing, depth) {
    return GLib.Variant.new_variant(toVariant(thing, depth + 1));
}

function numberToVariant(number) {
    if ((number | 0) === number && !Object.is(number, -0))
        return GLib.Variant.new_int32(number);
    return Number.isSafeInteger(number) && number !== 0
        ? GLib.Variant.new_int64(number)
        : GLib.Variant.new_double(number);
}

function bigIntToVariant(number) {
    checkBigInt(number);
    if (BigInt.asIntN(32, number) === number)
        return GLib.Variant.new_int32(Number(number));
    return isInt64(number) ? GLib.Variant.new_int64(number) : GLib.Variant.new_uint64(number);
}

function objectToDict(thing, depth) {
    const entries = Object.entries(thing).map(([key, content]) =>
        GLib.Variant.new_dict_entry(GLib.Variant.new_string(checkText(key)), box(content, depth)));
    return GLib.Variant.new_array(new GLib.VariantType('{sv}'), entries);
}

function mapToVariant(map, depth) {
    const pairs = [...map].map(([key, content]) =>
        GLib.Variant.new_tuple([box(key, depth), box(content, depth)]));
    return GLib.Variant.new_array(new GLib.VariantType('(vv)'), pairs);
}

function objectToVariant(thing, depth) {
    if (thing === null)
        return GLib.Variant.new_maybe(new GLib.VariantType('v'), null);
    if (thing instanceof Tuple)
        return GLib.Variant.new_tuple([...thing].map(part => box(part, depth)));
    if (Array.isArray(thing))
        return GLib.Variant.new_array(new GLib.VariantType('v'), Array.from(thing, part => box(part, depth)));
    if (thing instanceof Map)
        return mapToVariant(thing, depth);
    if (thing instanceof Uint8Array)
        return GLib.Variant.new_from_bytes(new GLib.VariantType('ay'), new GLib.Bytes(thing), true);
    if (thing instanceof GLib.Variant)
        return GLib.Variant.new_variant(thing);
    if (thing instanceof native.Address)
        return thing.to_variant();
    if (thing instanceof native.Opaque)
        return new GLib.Variant(OPAQUE, [thing.get_media_type(), thing.get_data().toArray()]);
    if (thing instanceof EnumValue)
        return new GLib.Variant(thing.isFlags ? FLAGS : ENUM, [thing.typeName, thing.value]);
    if (!isPlain(thing))
        refuse(`${describe(thing)} cannot be part of a message: send it by itself`);
    return objectToDict(thing, depth);
}

function toVariant(thing, depth) {
    if (depth > MAX_DEPTH)
        refuse(`a message nested deeper than ${MAX_DEPTH} levels cannot be sent (does it contain itself?)`);
    switch (typeof thing) {
    case 'string':
        return GLib.Variant.new_string(checkText(thing));
    case 'number':
        return numberToVariant(thing);
    case 'boolean':
        return GLib.Variant.new_boolean(thing);
    case 'bigint':
        return bigIntToVariant(thing);
    case 'object':
        return objectToVariant(thing, depth);
    default:
        return refuse(`${describe(thing)} cannot be part of a message`);
    }
}

// --- To JavaScript ---------------------------------------------------------------------------------------

// By its text, since gjs rounds what is wider than a double.
function integerFromVariant(variant) {
    const number = BigInt(variant.print(false));
    return Number.isSafeInteger(Number(number)) ? Number(number) : number;
}

function children(variant) {
    return Array.from({length: variant.n_children()}, (_, i) => fromVariant(variant.get_child_value(i)));
}

function objectFromPairs(pairs) {
    const object = {};
    for (const [key, content] of pairs)
        Object.defineProperty(object, key, {value: content, configurable: true, enumerable: true, writable: true});
    return object;
}

// C has such tuples too, which name whatever they like.
function enumFromVariant(variant, parent) {
    const [name, number] = variant.deepUnpack();
    const gtype = GObject.type_from_name(name);
    return gtype !== null && GObject.type_is_a(gtype, parent) ? new EnumValue(gtype, number) : Tuple.of(name, number);
}

function containerFromVariant(variant, kind) {
    if (kind === 'ay')
        return variant.get_data_as_bytes().toArray();
    if (kind === ADDRESS)
        return native.Address.from_variant(variant);
    if (kind === ENUM || kind === FLAGS)
        return enumFromVariant(variant, kind === ENUM ? GObject.TYPE_ENUM : GObject.TYPE_FLAGS);
    if (kind === OPAQUE) {
        return native.Opaque.new(variant.get_child_value(0).deepUnpack(),
            variant.get_child_value(1).get_data_as_bytes());
    }
    if (/^a\{[sog]/.test(kind))
        return objectFromPairs(children(variant));
    if (kind.startsWith('a{') || kind === 'a(vv)')
        return new Map(children(variant));
    return kind.startsWith('(') ? Tuple.of(...children(variant)) : children(variant);
}

function fromVariant(variant) {
    const kind = variant.get_type_string();
    switch (kind[0]) {
    case 'x':
    case 't':
        return integerFromVariant(variant);
    case 'v':
        return fromBoxed(variant.get_variant());
    case 'm': {
        const inner = variant.get_maybe();
        return inner === null ? null : fromVariant(inner);
    }
    case 'a':
    case '(':
    case '{':
        return containerFromVariant(variant, kind);
    default:
        return variant.deepUnpack();
    }
}

// What stands in a box: one more box around it says that it was a GLib.Variant.
function fromBoxed(variant) {
    return variant.get_type_string() === 'v' ? variant.get_variant() : fromVariant(variant);
}

/**
 * A message as JavaScript would have it.
 *
 * @param {*} message - what gjs makes of a GValue
 */
function decode(message) {
    if (typeof message !== 'object' || message === null)
        return message;
    if (message instanceof GLib.Variant)
        return message.get_type_string() === 'v' ? fromVariant(message.get_variant()) : message;
    return message instanceof GLib.Bytes ? message.toArray() : message;
}

// --- Options: variants of type a{sv}, whose values have the types that a C programmer would use ---------------

function option(thing) {
    if (thing instanceof GLib.Variant)
        return thing;
    if (Array.isArray(thing) && thing.every(part => typeof part === 'string'))
        return new GLib.Variant('as', thing);
    return toVariant(thing, 0);
}

/**
 * An object as capabilities, requirements or properties.
 *
 * @param {?object} content - an object or a variant
 */
function toOptions(content) {
    if (content === null || content === undefined || content instanceof GLib.Variant)
        return content ?? null;
    const entries = Object.entries(content).map(([name, thing]) =>
        GLib.Variant.new_dict_entry(GLib.Variant.new_string(name), GLib.Variant.new_variant(option(thing))));
    return GLib.Variant.new_array(new GLib.VariantType('{sv}'), entries);
}

function fromOptions(variant) {
    return variant === null ? {} : fromVariant(variant);
}

/**
 * Tells this module of the classes that are not there while it is loaded.
 *
 * @param {object} namespace - the namespace as introspection has it
 */
function setNative(namespace) {
    native = namespace;
}
