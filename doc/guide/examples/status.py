# SPDX-License-Identifier: LGPL-2.1-or-later

import json

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Idler(Thespian.Actor):
    pass


with Thespian.ActorSystem('multithreadBase') as system:
    idler = system.create_actor(Idler, global_name='the idler')
    system.tell(idler, 'wake up')

    status = json.loads(system.get_status().to_json())
    print(sorted(status))

    status = json.loads(system.ask(idler, Thespian.StatusRequest.new(), 10).to_json())
    print(sorted(status))

    observer = system.create_endpoint()
    observer.tell(system.get_admin_address(), Thespian.ObserveRequest.new(True))
    while (event := observer.listen(10)).get_kind() != Thespian.SystemEventKind.CURRENT:
        print(event.get_kind().value_nick, event.get_details().unpack()['global-name'])
    system.tell(idler, Thespian.ActorExitRequest.new())
    event = observer.listen(10)
    print(event.get_kind().value_nick, event.get_address() is idler)
