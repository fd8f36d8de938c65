# SPDX-License-Identifier: LGPL-2.1-or-later

valac --vapidir ../../../build/introspection/vala --pkg thespian-1.0 greeter.vala -o greeter-in-vala
