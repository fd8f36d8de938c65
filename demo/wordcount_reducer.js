// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A reducer of thespian-wordcount in JavaScript: it stands for one of those in C, and speaks as reducer.c does.

imports.gi.versions.Thespian = '1.0';
const {GLib, GObject, Thespian} = imports.gi;

const PARCEL = '(uubay)', NOTE = '(st)', FAILURE = '(ss)';
const HEAD_BYTES = 8; // the count of a word, and its length, little endian
const MAX_COUNT = 0xffffffff;
const MESSAGE_BYTES = 32 * 1024;

function joined(parts) {
    const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let start = 0;
    for (const part of parts) {
        all.set(part, start);
        start += part.length;
    }
    return all;
}

function* unpack(data) {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const decoder = new TextDecoder();
    let start = 0;
    while (start < data.length) {
        const count = view.getUint32(start, true), length = view.getUint32(start + 4, true);
        start += HEAD_BYTES + length;
        if (length === 0 || start > data.length)
            throw new RangeError('there is something else than words');
        yield [decoder.decode(data.subarray(start - length, start)), count];
    }
}

function pack(words) {
    const encoder = new TextEncoder(), parts = [];
    for (const [word, total] of words) {
        const letters = encoder.encode(word);
        for (let left = total; left > 0; left -= MAX_COUNT) {
            const head = new DataView(new ArrayBuffer(HEAD_BYTES));
            head.setUint32(0, Math.min(left, MAX_COUNT), true);
            head.setUint32(4, letters.length, true);
            parts.push(new Uint8Array(head.buffer), letters);
        }
    }
    return joined(parts);
}

// Adds up the words that fall to it.
var Reducer = GObject.registerClass(class WordcountJsReducer extends Thespian.Actor {
    started() {
        this._words = new Map();
        this._parcels = new Map(); // those that have not come in full, by their senders
        this._pieces = new Set(); // a piece that comes again counts once
    }

    receive_message(message, sender) {
        const kind = message instanceof GLib.Variant ? message.get_type_string() : null;
        if (kind === PARCEL)
            this._takeParcel(message, sender);
        else if (kind === NOTE && message.deepUnpack()[0] === 'give')
            this._give(sender);
    }

    _takeParcel(parcel, reader) {
        const [task, piece, isLast] = [0, 1, 2].map(i => parcel.get_child_value(i).deepUnpack());
        const parts = this._parcels.get(reader) ?? [];
        parts.push(parcel.get_child_value(3).get_data_as_bytes().toArray());
        this._parcels.set(reader, parts);
        if (!isLast)
            return;
        this._parcels.delete(reader);
        this.send(this.dup_parent(), this._add(task, piece, joined(parts)));
    }

    _add(task, piece, data) {
        try {
            if (!this._pieces.has(piece)) {
                this._pieces.add(piece);
                for (const [word, count] of unpack(data))
                    this._words.set(word, (this._words.get(word) ?? 0) + count);
            }
            return new GLib.Variant(NOTE, ['has', task]);
        } catch (error) {
            return new GLib.Variant(FAILURE, ['failed', `piece ${piece}: ${error.message}`]);
        }
    }

    _give(coordinator) {
        const packed = pack(this._words);
        for (let start = 0; start < Math.max(packed.length, 1); start += MESSAGE_BYTES) {
            const end = start + MESSAGE_BYTES;
            this.send(coordinator, new GLib.Variant(PARCEL, [0, 0, end >= packed.length, packed.slice(start, end)]));
        }
    }
});
