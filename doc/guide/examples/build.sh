# SPDX-License-Identifier: LGPL-2.1-or-later

cc greeter.c -o greeter $(pkg-config --cflags --libs thespian-1.0)
valac --pkg thespian-1.0 greeter.vala -o greeter-in-vala
