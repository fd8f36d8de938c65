# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages as values of Python, and back.

What a GValue has a type for goes as that; everything else that Python has by itself goes as a variant of type `v'.
A GLib.Variant stands for itself, with all of its types, and so it is never mistaken for a list or a dict."""

import pickle

from gi.repository import GLib, GObject

MEDIA_TYPE = 'application/x-python-pickle'
ADDRESS = '(tt)'
ENUM = '(si)'
FLAGS = '(su)'
OPAQUE = '(say)'
MAX_DEPTH = 42  # each may take three of the 128 containers that GLib reads in one another

native = None  # the namespace as introspection has it; set by Thespian.py


class NotRepresentable(TypeError):
    """A message that cannot be sent: it would arrive as something else."""


# --- From Python ---------------------------------------------------------------------------------------


def _value(gtype, content):
    value = GObject.Value()
    value.init(gtype)
    value.set_value(content)
    return value


def _check_text(text):
    if '\0' in text:
        raise NotRepresentable(f'a str with a zero character cannot be a message: {text[:40]!r}; send bytes')
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotRepresentable(f'a str that is not Unicode cannot be a message: {error}; send bytes') from None
    return text


def _encode_str(text):
    if not text.isascii() or '\0' in text:
        _check_text(text)
    return text


def _integer(number, choices):
    for name, low, high in choices:
        if low <= number < high:
            return name
    raise NotRepresentable(f'{number} cannot be a message: integers have at most 64 bits')


_VALUE_TYPES = ((GObject.TYPE_INT, -2**31, 2**31), (GObject.TYPE_INT64, -2**63, 2**63),
                (GObject.TYPE_UINT64, 0, 2**64))
_VARIANT_TYPES = (('i', -2**31, 2**31), ('x', -2**63, 2**63), ('t', 0, 2**64))


def _encode_int(number):
    if -2**31 <= number < 2**31:
        return number
    return _value(_integer(number, _VALUE_TYPES), number)


def _encode_bytes(content):
    return _value(GLib.Bytes.__gtype__, GLib.Bytes.new(content))


def _encode_variant(variant):
    if variant.get_type_string() == 'v':
        raise NotRepresentable('a GLib.Variant of type "v" cannot be a message, since lists and dicts travel as such: '
                               'send what is in it')
    return variant


def _encode_native(thing):
    variant = GLib.Variant.new_variant(_to_variant(thing, 0))
    return variant


def _pickle(thing):
    try:
        return pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        raise NotRepresentable(f'{type(thing).__qualname__} cannot be a message: it cannot be pickled: {error}') from None


def _encode_other(thing):
    if isinstance(thing, (GObject.Object, GObject.GEnum, GObject.GFlags, GObject.Value, GObject.GBoxed, GObject.GType)):
        return thing
    return native.Opaque.new(MEDIA_TYPE, GLib.Bytes.new(_pickle(thing)))


_encoders = {
    str: _encode_str,
    int: _encode_int,
    bytes: _encode_bytes,
    GLib.Variant: _encode_variant,
    type(None): _encode_native,
    list: _encode_native,
    tuple: _encode_native,
    dict: _encode_native,
}
_plain = set()  # what goes as it is


def encode(message):
    """What a method of the library is given for @message."""
    kind = type(message)
    if kind in _plain:
        return message
    encoder = _encoders.get(kind)
    if encoder is None:
        encoder = _encode_other
    return encoder(message)


# --- To variants, and back -------------------------------------------------------------------------------


def _pack(kinds, *content):
    return GLib.Variant(kinds, content)


def _dict_to_variant(content, depth):
    if all(type(key) is str for key in content):
        packed = GLib.VariantBuilder.new(GLib.VariantType('a{sv}'))
        for key, thing in content.items():
            packed.add_value(GLib.Variant.new_dict_entry(GLib.Variant.new_string(_check_text(key)), _box(thing, depth)))
    else:
        packed = GLib.VariantBuilder.new(GLib.VariantType('a(vv)'))
        for key, thing in content.items():
            packed.add_value(GLib.Variant.new_tuple(_box(key, depth), _box(thing, depth)))
    return packed.end()


def _list_to_variant(content, depth):
    packed = GLib.VariantBuilder.new(GLib.VariantType('av'))
    for thing in content:
        packed.add_value(_box(thing, depth))
    return packed.end()


def _object_to_variant(thing):
    if isinstance(thing, native.Address):
        return thing.to_variant()
    if isinstance(thing, native.Opaque):
        return _pack(OPAQUE, thing.get_media_type(), thing.get_data().get_data())
    if isinstance(thing, (GObject.GEnum, GObject.GFlags)):
        kinds = ENUM if isinstance(thing, GObject.GEnum) else FLAGS
        return _pack(kinds, thing.__gtype__.name, int(thing))
    if isinstance(thing, (GObject.Object, GObject.GBoxed, GObject.GType)):
        raise NotRepresentable(f'a {type(thing).__qualname__} cannot be part of a message: send it by itself')
    return _pack(OPAQUE, MEDIA_TYPE, _pickle(thing))


def _box(thing, depth):
    return GLib.Variant.new_variant(_to_variant(thing, depth + 1))


def _to_variant(thing, depth):
    kind = type(thing)
    if depth > MAX_DEPTH:
        raise NotRepresentable(f'a message nested deeper than {MAX_DEPTH} levels cannot be sent (does it contain itself?)')
    if kind is str:
        return GLib.Variant.new_string(_check_text(thing))
    if kind is bool:
        return GLib.Variant.new_boolean(thing)
    if kind is int:
        return GLib.Variant(_integer(thing, _VARIANT_TYPES), thing)
    if kind is float:
        return GLib.Variant.new_double(thing)
    if thing is None:
        return GLib.Variant.new_maybe(GLib.VariantType('v'), None)
    if kind is list:
        return _list_to_variant(thing, depth)
    if kind is dict:
        return _dict_to_variant(thing, depth)
    if kind is tuple:
        return GLib.Variant.new_tuple(*[_box(part, depth) for part in thing])
    if kind is bytes:
        return GLib.Variant.new_from_bytes(GLib.VariantType('ay'), GLib.Bytes.new(thing), True)
    if kind is GLib.Variant:
        return GLib.Variant.new_variant(thing)
    return _object_to_variant(thing)


# --- To Python ------------------------------------------------------------------------------------------


def _unpickle(media_type, content):
    if media_type != MEDIA_TYPE:
        return native.Opaque.new(media_type, GLib.Bytes.new(content))
    return pickle.loads(content)


def _enum_from_variant(variant, parent):
    """C has such tuples too, which name whatever they like."""
    name, number = variant.unpack()
    try:
        gtype = GObject.GType.from_name(name)
    except RuntimeError:
        return name, number
    if not gtype.is_a(parent):
        return name, number
    return gtype.pytype(number) if gtype.pytype is not None else _value(gtype, number).get_value()


def _children(variant):
    return [_from_variant(variant.get_child_value(i)) for i in range(variant.n_children())]


def _from_variant(variant):
    kind = variant.get_type_string()
    if kind == 'v':
        return _from_boxed(variant.get_variant())
    if kind == 'ay':
        return variant.get_data_as_bytes().get_data()
    if kind[0] == 'm':
        inner = variant.get_maybe()
        return None if inner is None else _from_variant(inner)
    if kind == ADDRESS:
        return native.Address.from_variant(variant)
    if kind in (ENUM, FLAGS):
        return _enum_from_variant(variant, GObject.TYPE_ENUM if kind == ENUM else GObject.TYPE_FLAGS)
    if kind == OPAQUE:
        return _unpickle(variant.get_child_value(0).get_string(),
                         variant.get_child_value(1).get_data_as_bytes().get_data())
    if kind[:2] == 'a{' or kind == 'a(vv)':
        return dict(_children(variant.get_child_value(i)) for i in range(variant.n_children()))
    if kind[0] == 'a':
        return _children(variant)
    if kind[0] in '({':
        return tuple(_children(variant))
    return variant.unpack()


def _from_boxed(variant):
    """What stands in a box: one more box around it says that it was a GLib.Variant."""
    return variant.get_variant() if variant.get_type_string() == 'v' else _from_variant(variant)


def _decode_variant(variant):
    return _from_variant(variant.get_variant()) if variant.get_type_string() == 'v' else variant


def _decode_opaque(opaque):
    return _unpickle(opaque.get_media_type(), opaque.get_data().get_data()) if opaque.get_media_type() == MEDIA_TYPE \
        else opaque


_decoders = {
    GLib.Variant: _decode_variant,
    GLib.Bytes: lambda content: content.get_data(),
}


def decode(message):
    """@message as Python would have it."""
    kind = type(message)
    if kind in _plain:
        return message
    decoder = _decoders.get(kind)
    return message if decoder is None else decoder(message)


def set_native(namespace):
    """Tells this module of the classes that are not there while it is loaded."""
    global native
    native = namespace
    _plain.update((bool, float, native.Address))
    _decoders[native.Opaque] = _decode_opaque


# --- Options: variants of type a{sv}, whose values have the types that a C programmer would use --------------


def _option(thing):
    if isinstance(thing, GLib.Variant):
        return thing
    if isinstance(thing, (list, tuple)) and all(type(part) is str for part in thing):
        return GLib.Variant('as', thing)
    return _to_variant(thing, 0)


def to_options(content):
    """A dict as capabilities, requirements or properties."""
    if content is None or isinstance(content, GLib.Variant):
        return content
    if not isinstance(content, dict):
        raise TypeError(f'{content!r} is no dict of names and values')
    for name in content:
        if not isinstance(name, str):
            raise TypeError(f'{name!r} is no name: the names in {content!r} are to be texts')
    return GLib.Variant('a{sv}', {name: _option(thing) for name, thing in content.items()})


def from_options(variant):
    return {} if variant is None else variant.unpack()
