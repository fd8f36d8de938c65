/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What makes the actors a module: the library loads it into the processes that they get. */

#include "coordinator.h"
#include "reader.h"
#include "reducer.h"

#include <gmodule.h>

G_MODULE_EXPORT void thespian_module_register (void);

void
thespian_module_register (void)
{
  g_type_ensure (WORDCOUNT_TYPE_COORDINATOR);
  g_type_ensure (WORDCOUNT_TYPE_READER);
  g_type_ensure (WORDCOUNT_TYPE_REDUCER);
}
