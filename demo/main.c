/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* thespian-wordcount: counts words with actors, on every base, and checks the count. */

#include "config.h"

#include "check.h"
#include "job.h"
#include "options.h"
#include "system.h"
#include "translations.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#define LEAST_FILES 2000
#define LEAST_BYTES 20000000
#define CHECKED_BYTES 4000000

/* The actors beside readers and reducers: the coordinator, and the manager of the troupe. */
#define N_LEADERS 2

enum
{
  STATUS_GOOD = 0,
  STATUS_FAILED = 1,
  STATUS_USAGE = 2,
};

/* 1234567 as 1,234,567. */
static char *
format_count (guint64 count)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, count);
  gsize length = strlen (digits);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append_c (text, ',');
      g_string_append_c (text, digits[i]);
    }
  return g_string_free (text, FALSE);
}

static gboolean
complain (GError *error)
{
  g_printerr ("thespian-wordcount: %s\n", error->message);
  g_error_free (error);
  return FALSE;
}

static gboolean
find_files (TextFiles *files,
            char     **folders)
{
  GError *error = NULL;

  if (folders == NULL)
    text_files_add_usual (files, LEAST_FILES, LEAST_BYTES);
  for (char **folder = folders; folder != NULL && *folder != NULL; folder++)
    if (!text_files_add_folder (files, *folder, G_MAXUINT, G_MAXUINT64, &error))
      return complain (error);
  if (files->files->len > 0)
    return TRUE;
  g_printerr ("thespian-wordcount: %s\n", _ ("there is no text file below the folders"));
  return FALSE;
}

static void
print_files (TextFiles *files,
             gboolean   usual)
{
  g_autofree char *n_files = format_count (files->files->len);
  g_autofree char *n_other = format_count (files->n_other);
  g_autofree char *n_unreadable = format_count (files->n_unreadable);
  g_autofree char *size = g_format_size (files->size);
  g_autofree char *folders = NULL;

  g_ptr_array_add (files->folders, NULL);
  folders = g_strjoinv (", ", (char **) files->folders->pdata);
  printf (_ ("%s text files, %s, of %s"), n_files, size, folders);
  printf ("\n");
  printf (_ ("(left out: %s that are no text, %s that cannot be read)"), n_other, n_unreadable);
  printf ("\n");
  if (usual && (files->files->len < LEAST_FILES || files->size < LEAST_BYTES))
    printf ("%s\n", _ ("This is all the text that this machine has."));
  fflush (stdout);
}

static void
print_result (const JobPlan   *plan,
              const JobResult *result)
{
  g_autofree char *n_files = format_count (result->tally.files);
  g_autofree char *size = g_format_size (result->tally.bytes);
  g_autofree char *words = format_count (result->tally.words);
  g_autofree char *different = format_count (word_table_get_size (result->words));
  g_autofree char *messages = format_count (result->tally.messages);

  printf ("%s", plan->base);
  if (strcmp (plan->base, "multithreadBase") == 0)
    {
      printf (", ");
      printf (ngettext ("%u worker", "%u workers", plan->workers), plan->workers);
    }
  else if (system_has_processes (plan->base))
    {
      guint n_processes = result->readers + plan->reducers + N_LEADERS;

      printf (", ");
      printf (ngettext ("%u process", "%u processes", n_processes), n_processes);
    }
  printf (": ");
  printf (_ ("%s files, %s, %s words, %s different, %s messages, %.2f s"), n_files, size, words,
          different, messages, result->seconds);
  if (result->tally.unreadable > 0)
    {
      g_autofree char *unreadable = format_count (result->tally.unreadable);

      printf (" ");
      printf (_ ("(%s files could not be read)"), unreadable);
    }
}

static void
print_killed (const JobPlan   *plan,
              const JobResult *result)
{
  if (strcmp (plan->victim, VICTIM_READER) == 0)
    printf (_ ("A reader, process %d, was killed when %u%% was read, and others read for it"),
            result->killed, result->killed_percent);
  else
    printf (_ ("A reducer, process %d, was killed when %u%% was read, and replaced"),
            result->killed, result->killed_percent);
  printf (": ");
  printf (ngettext ("%u piece of work was done again", "%u pieces of work were done again",
                    result->again),
          result->again);
  printf ("\n");
}

static void
print_top (const JobResult *result,
           guint            n)
{
  g_autoptr (GArray) top = word_table_dup_top (result->words, n);

  for (guint i = 0; i < top->len; i++)
    {
      const Word *word = &g_array_index (top, Word, i);
      g_autofree char *count = format_count (word->count);

      printf ("%14s  %.*s\n", count, (int) word->length, word->letters);
    }
}

/* Says how the counts of @a and @b differ; TRUE when they do not. */
static gboolean
agree (WordTable  *a,
       const char *a_name,
       WordTable  *b,
       const char *b_name)
{
  g_autofree char *word = word_table_difference (a, b);
  g_autofree char *a_count = NULL;
  g_autofree char *b_count = NULL;
  guint length = word != NULL ? (guint) strlen (word) : 0;

  if (word == NULL)
    return TRUE;
  a_count = format_count (word_table_lookup (a, word, length));
  b_count = format_count (word_table_lookup (b, word, length));
  g_printerr ("thespian-wordcount: ");
  g_printerr (_ ("“%s” is there %s times by %s, but %s times by %s"), word, a_count, a_name,
              b_count, b_name);
  g_printerr ("\n");
  return FALSE;
}

static gboolean
compare_with_base (const char      *base,
                   const JobPlan   *plan,
                   TextFiles       *files,
                   const JobResult *expected)
{
  JobPlan other = *plan;
  g_autoptr (JobResult) result = NULL;
  GError *error = NULL;
  gboolean same;

  other.base = base;
  other.victim = NULL;
  other.then = NULL;
  if (!system_has_processes (base))
    other.reducer_classes = NULL;
  result = job_run (&other, files, TRUE, &error);
  if (result == NULL)
    return complain (error);
  same = agree (expected->words, plan->base, result->words, base)
         && result->tally.files == expected->tally.files
         && result->tally.bytes == expected->tally.bytes
         && result->tally.words == expected->tally.words;
  print_result (&other, result);
  printf (": %s\n", same ? _ ("the same") : _ ("NOT THE SAME"));
  fflush (stdout);
  return same;
}

static gboolean
compare_with_bases (const JobPlan   *plan,
                    TextFiles       *files,
                    const JobResult *expected)
{
  gboolean same = TRUE;

  for (const char *const *base = options_bases; *base != NULL; base++)
    if (strcmp (*base, plan->base) != 0)
      same = compare_with_base (*base, plan, files, expected) && same;
  return same;
}

static gboolean
check_with_tools (const JobPlan *plan,
                  TextFiles     *files)
{
  g_autoptr (TextFiles) part = text_files_sample (files, CHECKED_BYTES);
  g_autoptr (JobResult) result = NULL;
  g_autoptr (WordTable) by_tools = NULL;
  g_autofree char *n_files = format_count (part->files->len);
  g_autofree char *size = g_format_size (part->size);
  g_autofree char *words = NULL;
  JobPlan undisturbed = *plan;
  GError *error = NULL;
  gboolean same;

  undisturbed.victim = NULL;
  undisturbed.then = NULL;
  result = job_run (&undisturbed, part, FALSE, &error);
  if (result == NULL || (by_tools = check_count_by_tools (part, &error)) == NULL)
    return complain (error);
  words = format_count (word_table_get_total (by_tools));
  same = agree (result->words, _ ("the actors"), by_tools, "tr | sort | uniq -c");
  printf (_ ("tr | sort | uniq -c on a part of it, %s files, %s, %s words"), n_files, size, words);
  printf (": %s\n", same ? _ ("the same") : _ ("NOT THE SAME"));
  return same;
}

static gboolean
count_words (const Options *options,
             TextFiles     *files)
{
  g_autoptr (JobResult) result = NULL;
  GError *error = NULL;
  gboolean good = TRUE;

  result = job_run (&options->plan, files, TRUE, &error);
  if (result == NULL)
    return complain (error);
  print_result (&options->plan, result);
  printf ("\n");
  if (options->plan.victim != NULL)
    print_killed (&options->plan, result);
  print_top (result, options->top);
  fflush (stdout);
  if (options->compare)
    good = compare_with_bases (&options->plan, files, result) && good;
  if (options->check)
    good = check_with_tools (&options->plan, files) && good;
  return good;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (TextFiles) files = text_files_new ();
  Options options = { 0, };
  GError *error = NULL;
  int status;

  setlocale (LC_ALL, "");
  translations_find ();
  if (!options_parse (&options, argc, argv, &error))
    {
      complain (error);
      return STATUS_USAGE;
    }
  if (find_files (files, options.folders))
    {
      print_files (files, options.folders == NULL);
      status = count_words (&options, files) ? STATUS_GOOD : STATUS_FAILED;
    }
  else
    {
      status = options.folders != NULL ? STATUS_USAGE : STATUS_FAILED;
    }
  options_clear (&options);
  return status;
}
