/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "thespian-version.h"

/**
 * thespian_get_major_version:
 *
 * Gets the major version of the library that the program runs with, which may be newer than the one
 * it was compiled with ([const@MAJOR_VERSION]). May be called from any thread.
 *
 * Returns: the major version
 *
 * Since: 1.0
 */
guint
thespian_get_major_version (void)
{
  return THESPIAN_MAJOR_VERSION;
}

/**
 * thespian_get_minor_version:
 *
 * Gets the minor version of the library that the program runs with, which may be newer than the one
 * it was compiled with ([const@MINOR_VERSION]). May be called from any thread.
 *
 * Returns: the minor version
 *
 * Since: 1.0
 */
guint
thespian_get_minor_version (void)
{
  return THESPIAN_MINOR_VERSION;
}

/**
 * thespian_get_micro_version:
 *
 * Gets the micro version of the library that the program runs with, which may be newer than the one
 * it was compiled with ([const@MICRO_VERSION]). May be called from any thread.
 *
 * Returns: the micro version
 *
 * Since: 1.0
 */
guint
thespian_get_micro_version (void)
{
  return THESPIAN_MICRO_VERSION;
}
