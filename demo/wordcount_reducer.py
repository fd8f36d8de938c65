# SPDX-License-Identifier: LGPL-2.1-or-later
"""A reducer of thespian-wordcount in Python: it stands for one of those in C, and speaks as reducer.c does."""

import collections
import struct

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import GLib, Thespian

PARCEL, NOTE, FAILURE = '(uubay)', '(st)', '(ss)'
HEAD = struct.Struct('<II')  # the count of a word, and its length
MAX_COUNT = 0xffffffff
MESSAGE_BYTES = 32 * 1024


def unpack(data):
    start = 0
    while start < len(data):
        count, length = HEAD.unpack_from(data, start)
        start += HEAD.size + length
        if length == 0 or start > len(data):
            raise ValueError('there is something else than words')
        yield data[start - length:start], count


def pack(words):
    packed = bytearray()
    for word, left in words.items():
        while left > 0:
            count = min(left, MAX_COUNT)
            packed += HEAD.pack(count, len(word)) + word
            left -= count
    return packed


class Reducer(Thespian.Actor):
    """Adds up the words that fall to it."""

    def started(self):
        self.words = collections.Counter()
        self.parcels = collections.defaultdict(bytearray)  # those that have not come in full, by their senders
        self.pieces = set()  # a piece that comes again counts once

    def receive_message(self, message, sender):
        kind = message.get_type_string() if isinstance(message, GLib.Variant) else None
        if kind == PARCEL:
            self.take_parcel(message, sender)
        elif kind == NOTE and message.unpack()[0] == 'give':
            self.give(sender)

    def take_parcel(self, parcel, reader):
        task, piece, is_last = (parcel.get_child_value(i).unpack() for i in range(3))
        self.parcels[reader] += parcel.get_child_value(3).get_data_as_bytes().get_data()
        if not is_last:
            return
        data = bytes(self.parcels.pop(reader))
        try:
            if piece not in self.pieces:
                self.add(piece, data)
            answer = GLib.Variant(NOTE, ('has', task))
        except (ValueError, struct.error) as error:
            answer = GLib.Variant(FAILURE, ('failed', f'piece {piece}: {error}'))
        self.send(self.dup_parent(), answer)

    def add(self, piece, data):
        self.pieces.add(piece)
        for word, count in unpack(data):
            self.words[word] += count

    def give(self, coordinator):
        packed = bytes(pack(self.words))
        for start in range(0, max(len(packed), 1), MESSAGE_BYTES):
            chunk = packed[start:start + MESSAGE_BYTES]
            self.send(coordinator, GLib.Variant(PARCEL, (0, 0, start + MESSAGE_BYTES >= len(packed), chunk)))
