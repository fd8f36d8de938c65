# SPDX-License-Identifier: LGPL-2.1-or-later

cc -shared -fPIC greeting.c -o greeting.so $(pkg-config --cflags --libs thespian-1.0)
python3 greetings.py
