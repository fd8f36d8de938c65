/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "raw-helper.h"

G_BEGIN_DECLS

/*
 * What the machine gives to two processes, or to many, in plain C: each is a RawMeasure, and to be
 * called where there is one thread.
 */

/* raw-pingpong.c: 64 bytes there and back through a poll loop on both sides. */
double raw_pingpong      (RawLink link, guint64 round_trips); /* a second */
double raw_tail          (RawLink link, guint64 round_trips); /* as bench_pace_tail() */

/*
 * raw-oneway.c: one writes, one reads.  Streams take 64 KiB in a write, whose messages are copied
 * in and out one by one; datagrams are one message each, acknowledged now and then.
 */
double raw_oneway        (RawLink link, guint64 messages); /* of 100 bytes, a second */
double raw_oneway_single (RawLink link, guint64 messages); /* a system call for each of them */
double raw_bodies        (RawLink link, guint64 messages); /* of 64 KiB, a second */

/* raw-fleet.c: processes that a zygote forks, each with a socketpair to one parent; any link. */
double raw_create        (RawLink link, guint64 processes); /* a second, until each has answered */
double raw_pss           (RawLink link, guint64 processes); /* KiB of one */
double raw_round         (RawLink link, guint64 processes); /* ms until all have answered again */
double raw_shutdown      (RawLink link, guint64 processes); /* s until all have ended */

/* raw-alone.c: what needs no link. */
double raw_start         (RawLink link, guint64 programs); /* ms until one of ours says a word */
double raw_dicts         (RawLink link, guint64 dicts); /* built, stored, parsed, read; a second */

G_END_DECLS
