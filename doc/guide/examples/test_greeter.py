# SPDX-License-Identifier: LGPL-2.1-or-later

import unittest

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Greeter(Thespian.Actor):
    """What is tested: usually in a module of its own."""

    def receive_message(self, message, sender):
        if isinstance(message, str):
            if not message:
                raise ValueError('nobody is there')
            self.send(sender, f'Hello, {message}!')


class GreeterTest(unittest.TestCase):
    def setUp(self):
        self.system = Thespian.ActorSystem('simpleSystemBase', transient_unique=True)
        self.greeter = self.system.create_actor(Greeter)

    def tearDown(self):
        self.system.shutdown()

    def test_greets(self):
        self.assertEqual(self.system.ask(self.greeter, 'world', 30), 'Hello, world!')

    def test_says_nothing_to_numbers(self):
        """On this base an ask ends when no message is left: nobody waits for an answer that does not come."""
        self.system.update_capability('Return When Idle', True)
        self.assertIsNone(self.system.ask(self.greeter, 42, 30))

    def test_fails_on_nobody(self):
        poison = self.system.ask(self.greeter, '', 30)
        self.assertIsInstance(poison, Thespian.PoisonMessage)
        self.assertIn('nobody is there', poison.get_details())


if __name__ == '__main__':
    unittest.main()
