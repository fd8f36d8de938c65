/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The types of messages of the rooms above the codec, for the codec. */

#include "config.h"

#include "thespian-enums.h"

#include "patterns/thespian-command-abort.h"
#include "patterns/thespian-command-error.h"
#include "patterns/thespian-command-output.h"
#include "patterns/thespian-command-result.h"
#include "patterns/thespian-command-started.h"
#include "patterns/thespian-troupe-private.h"
#include "patterns/thespian-update-troupe-settings.h"
#include "wire/thespian-library-types-private.h"

static const GValue *
get_message_of_note (gpointer object)
{
  return thespian_troupe_note_get_message (object);
}

static void
set_message_of_note (gpointer      object,
                     const GValue *message)
{
  thespian_troupe_note_set_message (object, message);
}

static const ThespianLibraryType pattern_types[] = {
  { thespian_command_abort_get_type },
  { thespian_command_channel_get_type },
  { thespian_command_error_get_type },
  { thespian_command_failure_get_type },
  { thespian_command_get_type },
  { thespian_command_output_get_type },
  { thespian_command_report_get_type },
  { thespian_command_result_get_type },
  { thespian_command_started_get_type },
  { thespian_troupe_note_get_type, get_message_of_note, set_message_of_note },
  { thespian_update_troupe_settings_get_type },
};

THESPIAN_DEFINE_LIBRARY_TYPES (pattern_types)
