/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-admin-private.h"

#define DEFAULT_TCP_PORT 1900
#define DEFAULT_UDP_PORT 1029

static const char *const names[] = {
  [THESPIAN_LINK_NONE] = "none",
  [THESPIAN_LINK_SOCKETPAIR] = "socketpair",
  [THESPIAN_LINK_TCP] = "tcp",
  [THESPIAN_LINK_UDP] = "udp",
};

const char *
thespian_link_kind_get_name (ThespianLinkKind kind)
{
  return names[kind];
}

ThespianLinkKind
thespian_link_kind_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      return (ThespianLinkKind) i;
  return THESPIAN_LINK_NONE;
}

gboolean
thespian_link_kind_has_port (ThespianLinkKind kind)
{
  return kind == THESPIAN_LINK_TCP || kind == THESPIAN_LINK_UDP;
}

gboolean
thespian_link_kind_has_datagrams (ThespianLinkKind kind)
{
  return kind == THESPIAN_LINK_UDP;
}

guint
thespian_link_kind_get_default_port (ThespianLinkKind kind)
{
  return kind == THESPIAN_LINK_UDP ? DEFAULT_UDP_PORT : DEFAULT_TCP_PORT;
}
