# SPDX-License-Identifier: LGPL-2.1-or-later
"""asyncio inside an actor: an event loop that takes its turns on the actor's main context, between messages."""

import asyncio
import heapq
import itertools
import selectors

from gi.repository import Gio, GLib

from ._ThespianActor import current


class _Turns(GLib.Source):
    """Lets the loop take a turn when one of its files is ready, one of its timers is due, or it has something to do."""

    def __init__(self, loop, descriptor):
        super().__init__()
        self._loop = loop
        self._tag = self.add_unix_fd(descriptor, GLib.IOCondition.IN)

    def prepare(self):
        wait = self._loop.get_wait()
        if wait is None:
            return False, -1
        milliseconds = max(0, min(round(wait * 1000 + 0.5), GLib.MAXINT32))
        return milliseconds == 0, milliseconds

    def check(self):
        return bool(self.query_unix_fd(self._tag)) or self._loop.get_wait() == 0

    def dispatch(self, callback, arguments):
        self._loop.take_turn()
        return GLib.SOURCE_CONTINUE


class ActorEventLoop(asyncio.SelectorEventLoop):
    """One that nobody runs: the actor's main context gives it turns."""

    def __init__(self, actor):
        selector = selectors.EpollSelector()
        self._actor = actor
        self._timers, self._numbers = [], itertools.count()
        self._has_work = False
        super().__init__(selector)
        self._turns = _Turns(self, selector.fileno())
        self._turns.attach(actor.get_main_context())

    def call_soon(self, callback, *args, context=None):
        self._has_work = True
        return super().call_soon(callback, *args, context=context)

    def _write_to_self(self):
        """Another thread has added something, perhaps behind what the turn of now looks at; that turn may still read the
        byte that this writes."""
        self._has_work = True
        super()._write_to_self()

    def call_at(self, when, callback, *args, context=None):
        timer = super().call_at(when, callback, *args, context=context)
        heapq.heappush(self._timers, (when, next(self._numbers), timer))
        return timer

    def get_wait(self):
        """How many seconds there is nothing to do; None: until a file is ready."""
        if self._has_work:
            return 0
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        return max(0, self._timers[0][0] - self.time()) if self._timers else None

    def take_turn(self):
        """All that is ready by now."""
        now = self.time() + 1e-6
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)
        self._has_work = False
        former, current.actor = getattr(current, 'actor', None), self._actor
        try:
            super().call_soon(self.stop)
            self.run_forever()
        finally:
            current.actor = former

    def end(self):
        """The actor exits: what is not done is cancelled, and may still tidy up."""
        if self.is_closed():
            return
        tasks = asyncio.all_tasks(self)
        for task in tasks:
            task.cancel()
        for _ in range(3):
            self.take_turn()
        self._turns.destroy()
        self.close()


def _settle(future, actor, result):
    try:
        answer = actor.ask_finish(result)
    except GLib.Error as error:
        future.set_exception(error)
    else:
        future.set_result(answer)


def _answered(actor, result, future):
    """Who has asked may not wait any more, and then nobody hears of the answer."""
    if not future.done() and not future.get_loop().is_closed():
        _settle(future, actor, result)


def ask(actor, target, message, timeout):
    future, cancellable = actor.get_event_loop().create_future(), Gio.Cancellable()
    future.add_done_callback(lambda done: cancellable.cancel() if done.cancelled() else None)
    actor.ask_async(target, message, timeout, cancellable, _answered, future)
    return future
