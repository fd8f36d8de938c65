/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* Takes the locale of the user.  Where that is C, arguments and messages are UTF-8 all the same, and what this program says
 * of itself has the quotes of ASCII. */
void charset_choose (void);
