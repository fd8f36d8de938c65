# SPDX-License-Identifier: LGPL-2.1-or-later

cc greeter.c -o greeter $(pkg-config --cflags --libs thespian-1.0)
./greeter
python3 greeter.py
gjs greeter.js

cc -shared -fPIC greeting.c -o greeting.so $(pkg-config --cflags --libs thespian-1.0)
thespian run greeting.so '"world"'
thespian run greeting.py:Greeting '"world"'
thespian run greeting.js:Greeting '"world"'
