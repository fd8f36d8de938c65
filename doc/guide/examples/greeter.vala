// SPDX-License-Identifier: LGPL-2.1-or-later

class Greeter : Thespian.Actor {
    private int n_greeted;

    public override bool receive_message (Value message, Thespian.Address sender) throws GLib.Error {
        if (!message.holds (typeof (string)))
            return true;

        n_greeted++;
        return send (sender, "Hello, %s! You are number %d.".printf (message.get_string (), n_greeted));
    }
}

int main () {
    try {
        var system = new Thespian.ActorSystem ("multithreadBase");
        var greeter = system.create_actor (typeof (Greeter));

        foreach (var name in new string[] { "world", "reader" })
            print ("%s\n", system.ask (greeter, name, 10 * TimeSpan.SECOND).get_string ());
        system.shutdown ();
        return 0;
    } catch (GLib.Error error) {
        printerr ("%s\n", error.message);
        return 1;
    }
}
