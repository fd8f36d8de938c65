#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints thespian-version-macros.h: the availability macros for every API version given, oldest first."""

import sys

HEAD = """\
/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Made by generate-version-macros.py: do not edit. */

#pragma once

#include <glib.h>

/* The library is compiled with its symbols hidden; whoever uses it needs a plain declaration. */
#ifdef THESPIAN_COMPILATION
#define _THESPIAN_EXTERN __attribute__ ((visibility ("default"))) extern
#else
#define _THESPIAN_EXTERN extern
#endif

#ifdef THESPIAN_DISABLE_DEPRECATION_WARNINGS
#define _THESPIAN_DEPRECATED _THESPIAN_EXTERN
#define _THESPIAN_DEPRECATED_FOR(f) _THESPIAN_EXTERN
#define _THESPIAN_UNAVAILABLE(maj, min) _THESPIAN_EXTERN
#else
#define _THESPIAN_DEPRECATED G_DEPRECATED _THESPIAN_EXTERN
#define _THESPIAN_DEPRECATED_FOR(f) G_DEPRECATED_FOR (f) _THESPIAN_EXTERN
#define _THESPIAN_UNAVAILABLE(maj, min) G_UNAVAILABLE (maj, min) _THESPIAN_EXTERN
#endif
"""

VERSION = """
/**
 * THESPIAN_VERSION_{u}:
 *
 * API version {dot}, for use with `THESPIAN_VERSION_MIN_REQUIRED` and `THESPIAN_VERSION_MAX_ALLOWED`.
 *
 * Since: {dot}
 */
#define THESPIAN_VERSION_{u} (G_ENCODE_VERSION ({major}, {minor}))
"""

BOUNDS = """
#define THESPIAN_VERSION_CUR_STABLE (THESPIAN_VERSION_{u})

/* An application that wants to hear of what it uses too early or too late defines these before it
 * includes thespian.h. */
#ifndef THESPIAN_VERSION_MIN_REQUIRED
#define THESPIAN_VERSION_MIN_REQUIRED (THESPIAN_VERSION_CUR_STABLE)
#endif

#ifndef THESPIAN_VERSION_MAX_ALLOWED
#define THESPIAN_VERSION_MAX_ALLOWED (THESPIAN_VERSION_CUR_STABLE)
#endif
"""

AVAILABILITY = """
/**
 * THESPIAN_DEPRECATED_IN_{u}_FOR:
 * @f: what to use instead
 *
 * Marks a declaration that is deprecated since API version {dot}.
 *
 * Since: {dot}
 */
#if THESPIAN_VERSION_MIN_REQUIRED >= THESPIAN_VERSION_{u}
#define THESPIAN_DEPRECATED_IN_{u} _THESPIAN_DEPRECATED
#define THESPIAN_DEPRECATED_IN_{u}_FOR(f) _THESPIAN_DEPRECATED_FOR (f)
#else
#define THESPIAN_DEPRECATED_IN_{u} _THESPIAN_EXTERN
#define THESPIAN_DEPRECATED_IN_{u}_FOR(f) _THESPIAN_EXTERN
#endif

#if THESPIAN_VERSION_MAX_ALLOWED < THESPIAN_VERSION_{u}
#define THESPIAN_AVAILABLE_IN_{u} _THESPIAN_UNAVAILABLE ({major}, {minor})
#else
#define THESPIAN_AVAILABLE_IN_{u} _THESPIAN_EXTERN
#endif
"""


def fields(version):
    major, minor = version.split('.')
    return {'major': major, 'minor': minor, 'dot': version, 'u': f'{major}_{minor}'}


def main():
    versions = [fields(v) for v in sys.argv[1:]]
    if not versions:
        sys.exit('usage: generate-version-macros.py API-VERSION...')
    parts = [HEAD]
    parts += [VERSION.format(**v) for v in versions]
    parts += [BOUNDS.format(**versions[-1])]
    parts += [AVAILABILITY.format(**v) for v in versions]
    sys.stdout.write(''.join(parts))


if __name__ == '__main__':
    main()
