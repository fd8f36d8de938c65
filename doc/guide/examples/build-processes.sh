# SPDX-License-Identifier: LGPL-2.1-or-later

cc -shared -fPIC tally.c -o tally.so $(pkg-config --cflags --libs thespian-1.0)
cc processes.c -o processes $(pkg-config --cflags --libs thespian-1.0)
./processes
