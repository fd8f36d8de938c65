# SPDX-License-Identifier: LGPL-2.1-or-later

THESPIAN_DEBUG=help ./greeter
