// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Actors written in Vala: what goes in comes out, on each base.

const string[] BASES = { "simpleSystemBase", "mainLoopBase", "multithreadBase" };
const TimeSpan LONG = 30 * TimeSpan.SECOND;

static int n_greeters_gone = 0;

class Greeter : Thespian.Actor {
    public string greeting { get; set; default = "Hello"; }
    private int n_greeted;

    ~Greeter () {
        AtomicInt.inc (ref n_greeters_gone);
    }

    public override bool started () throws GLib.Error {
        if (greeting == "")
            throw new Thespian.Error.ACTOR_FAILED ("no greeting, no greeter");
        return true;
    }

    public override bool receive_message (Value message, Thespian.Address sender) throws GLib.Error {
        if (message.holds (typeof (string)))
            return send (sender, "%s, %s (%d)".printf (greeting, message.get_string (), ++n_greeted));
        if (message.holds (typeof (int)))
            throw new IOError.INVALID_DATA ("%d is no name", message.get_int ());
        return true;
    }
}

class Parent : Thespian.Actor {
    private Thespian.Address child;
    private Thespian.Address asker;

    public override bool receive_message (Value message, Thespian.Address sender) throws GLib.Error {
        if (child == null && message.holds (typeof (string))) {
            asker = sender;
            child = create_actor (typeof (Greeter));
            return send (child, message) && send (child, new Thespian.ActorExitRequest ());
        }
        var exited = message.holds (typeof (Object)) ? message.get_object () as Thespian.ChildActorExited : null;
        if (exited != null)
            return send_boolean (asker, exited.child_address == child);
        return true;
    }
}

class Sorter : Thespian.TypeDispatcher {
    construct {
        add_handler (typeof (string), on_string);
        add_handler (typeof (int64), on_number);
    }

    private static Thespian.Dispatch on_string (Thespian.TypeDispatcher self, Value message,
                                                Thespian.Address sender) throws GLib.Error {
        self.send (sender, "text");
        return Thespian.Dispatch.HANDLED;
    }

    private static Thespian.Dispatch on_number (Thespian.TypeDispatcher self, Value message,
                                                Thespian.Address sender) throws GLib.Error {
        self.send (sender, "number");
        return Thespian.Dispatch.HANDLED;
    }

    public override bool receive_unrecognized (Value message, Thespian.Address sender) throws GLib.Error {
        if (message.holds (typeof (Thespian.SystemMessage)))
            return true;
        return send (sender, "else");
    }
}

class Worker : Thespian.Actor {
    class construct {
        set_troupe (3, 1);
    }

    public override bool receive_message (Value message, Thespian.Address sender) throws GLib.Error {
        if (message.holds (typeof (Variant))) {
            var number = message.dup_variant ().get_int32 ();
            return send_variant (sender, new Variant ("(ii)", number, number * number));
        }
        return true;
    }
}

class Demanding : Thespian.Actor {
    class construct {
        require_capability ("Vala Test", new Variant.boolean (true));
    }

    public override bool receive_message (Value message, Thespian.Address sender) throws GLib.Error {
        return send (sender, message);
    }
}

Thespian.ActorSystem start (string base_name) throws GLib.Error {
    return new Thespian.ActorSystem (base_name, null, null, Thespian.ActorSystemFlags.TRANSIENT_UNIQUE);
}

void test_messages (string base_name) throws GLib.Error {
    var system = start (base_name);
    var properties = new VariantDict ();
    properties.insert_value ("greeting", "Hej");

    var greeter = system.create_actor (typeof (Greeter), null, null, properties.end ());
    assert_cmpstr (system.ask (greeter, "world", LONG).get_string (), EQ, "Hej, world (1)");
    assert_cmpstr (system.ask (greeter, "you", LONG).get_string (), EQ, "Hej, you (2)");
    system.shutdown ();
}

void test_failure (string base_name) throws GLib.Error {
    var system = start (base_name);
    var greeter = system.create_actor (typeof (Greeter));
    var poison = system.ask (greeter, 42, LONG).get_object () as Thespian.PoisonMessage;

    assert_nonnull (poison);
    assert_cmpint (poison.get_message ().get_int (), EQ, 42);
    assert_true ("42 is no name" in poison.details);
    assert_cmpstr (system.ask (greeter, "you", LONG).get_string (), EQ, "Hello, you (1)");
    system.shutdown ();
}

void test_set_up (string base_name) throws GLib.Error {
    var system = start (base_name);
    var properties = new VariantDict ();
    properties.insert_value ("greeting", "");

    try {
        system.create_actor (typeof (Greeter), null, null, properties.end ());
        assert_not_reached ();
    } catch (Thespian.Error.ACTOR_FAILED error) {
        assert_true ("no greeting" in error.message);
    }
    system.shutdown ();
}

void test_children (string base_name) throws GLib.Error {
    var system = start (base_name);
    var gone = AtomicInt.get (ref n_greeters_gone);
    var parent = system.create_actor (typeof (Parent));

    assert_true (system.ask (parent, "world", LONG).get_boolean ());
    system.shutdown ();
    assert_cmpint (AtomicInt.get (ref n_greeters_gone), EQ, gone + 1);
}

void test_dispatch (string base_name) throws GLib.Error {
    var system = start (base_name);
    var sorter = system.create_actor (typeof (Sorter));

    assert_cmpstr (system.ask (sorter, "a", LONG).get_string (), EQ, "text");
    assert_cmpstr (system.ask (sorter, (int64) 1 << 40, LONG).get_string (), EQ, "number");
    assert_cmpstr (system.ask (sorter, true, LONG).get_string (), EQ, "else");
    system.shutdown ();
}

void test_troupe (string base_name) throws GLib.Error {
    var system = start (base_name);
    var troupe = system.create_actor (typeof (Worker));
    var sum = 0;

    for (var i = 1; i <= 20; i++)
        system.tell (troupe, new Variant.int32 (i));
    for (var i = 1; i <= 20; i++) {
        int number, square;
        var answer = system.listen (LONG);

        assert_true (answer != null);
        answer.dup_variant ().get ("(ii)", out number, out square);
        assert_cmpint (square, EQ, number * number);
        sum += number;
    }
    assert_cmpint (sum, EQ, 210);
    system.shutdown ();
}

void test_capability (string base_name) throws GLib.Error {
    var system = start (base_name);

    /* The manual of the original lets this base check nothing. */
    if (base_name != "simpleSystemBase")
        try {
            system.create_actor (typeof (Demanding));
            assert_not_reached ();
        } catch (Thespian.Error.NO_COMPATIBLE_SYSTEM error) {
        }
    system.update_capability ("Vala Test", new Variant.boolean (true));
    var actor = system.create_actor (typeof (Demanding));
    assert_cmpstr (system.ask (actor, "in", LONG).get_string (), EQ, "in");
    system.shutdown ();
}

void test_address (string base_name) throws GLib.Error {
    var system = start (base_name);
    var one = system.create_actor (typeof (Greeter));

    assert_true (Thespian.Address.from_token (one.to_token ()) == one);
    assert_true (Thespian.Address.from_variant (one.to_variant ()) == one);
    system.shutdown ();
}

async void converse (string base_name) throws GLib.Error {
    var system = start (base_name);
    var greeter = yield system.create_actor_async (typeof (Greeter));
    var answer = yield system.ask_async (greeter, "world", LONG);

    assert_cmpstr (answer.get_string (), EQ, "Hello, world (1)");
    try {
        yield system.create_actor_by_name_async ("nowhere:Nobody");
        assert_not_reached ();
    } catch (Thespian.Error.INVALID_ACTOR_SPECIFICATION error) {
    }
    yield system.shutdown_async ();
}

void test_async (string base_name) throws GLib.Error {
    var loop = new MainLoop ();
    GLib.Error? failure = null;

    converse.begin (base_name, (object, result) => {
        try {
            converse.end (result);
        } catch (GLib.Error error) {
            failure = error;
        }
        loop.quit ();
    });
    loop.run ();
    if (failure != null)
        throw failure;
}

[CCode (has_target = false)]
delegate void Body (string base_name) throws GLib.Error;

class Case {
    private string base_name;
    private unowned Body body;

    public Case (string base_name, Body body) {
        this.base_name = base_name;
        this.body = body;
    }

    public void run () {
        try {
            body (base_name);
        } catch (GLib.Error error) {
            Test.message ("%s", error.message);
            Test.fail ();
        }
    }
}

/* The test framework does not keep what it calls. */
GenericArray<Case> cases;

void add (string name, Body body) {
    foreach (var base_name in BASES) {
        var one = new Case (base_name, body);

        cases.add (one);
        Test.add_data_func ("/vala/%s/%s".printf (name, base_name), one.run);
    }
}

int main (string[] args) {
    Test.init (ref args);
    cases = new GenericArray<Case> ();
    add ("messages", test_messages);
    add ("failure", test_failure);
    add ("set-up", test_set_up);
    add ("children", test_children);
    add ("dispatch", test_dispatch);
    add ("troupe", test_troupe);
    add ("capability", test_capability);
    add ("address", test_address);
    add ("async", test_async);
    return Test.run ();
}
