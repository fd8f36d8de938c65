/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#define BUS_NAME "org.thespian.ActorSystem1"
#define SYSTEM_INTERFACE "org.thespian.ActorSystem1"
#define SYSTEM_PATH "/org/thespian/ActorSystem1"
#define ACTORS_PATH SYSTEM_PATH "/actors"
