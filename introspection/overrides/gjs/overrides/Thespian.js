// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What introspection cannot express of the library: values, exceptions, times and static fields of JavaScript.

/* exported _init */

function _init() {
    const Thespian = this;
    const {ONE_THREAD, MISSES_CALLS, ONLY_DOUBLES} = Thespian.LanguageFlags;
    const Values = imports.overrides._ThespianValues;
    const Actor = imports.overrides._ThespianActor;

    Thespian.declare_language('JavaScript', ONE_THREAD | MISSES_CALLS | ONLY_DOUBLES);
    Thespian.SUPER = Symbol('SUPER');
    Object.assign(Thespian, {
        messages_per_collection: 1000,
        EnumValue: Values.EnumValue,
        NotRepresentable: Values.NotRepresentable,
        Tuple: Values.Tuple,
        Watch: Actor.Watch,
        decode: Values.decode,
        encode: Values.encode,
    });
    Values.setNative(Thespian);
    Actor.adopt(Thespian);
    imports.overrides._ThespianSystem.adopt(Thespian);
}
