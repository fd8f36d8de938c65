/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host-library.h"

#include "host/thespian-class-loader-private.h"
#include "model/thespian-child-actor-exited.h"
#include "model/thespian-error.h"

/* --- Actors of this program ------------------------------------------------------------------- */

typedef TestLibraryActor TestProgramActor;
typedef TestLibraryActorClass TestProgramActorClass;

static GType test_program_actor_get_type (void);
G_DEFINE_TYPE (TestProgramActor, test_program_actor, test_library_actor_get_type ())

static void
test_program_actor_class_init (TestProgramActorClass *klass)
{
  /* it has traits of its own, which are not the parent's library */
  thespian_actor_class_ignore_messages (klass, THESPIAN_TYPE_CHILD_ACTOR_EXITED);
}

static void
test_program_actor_init (TestProgramActor *self)
{
}

/* --- Tests ------------------------------------------------------------------------------------ */

static char *
find_built (const char *file)
{
  return g_test_build_filename (G_TEST_BUILT, "host", file, NULL);
}

static GType
resolve (const char *specification)
{
  ThespianActorSpec spec = { .specification = specification };
  g_autoptr (GError) error = NULL;
  GType type = thespian_class_loader_resolve (&spec, NULL, &error);

  g_assert_no_error (error);
  return type;
}

static void
test_module_type (void)
{
  g_autofree char *path = find_built ("host-module-one.so");
  g_autofree char *specification = g_strconcat (path, ":TestHostActor", NULL);
  const char *found;
  GType type = resolve (specification);

  found = thespian_class_loader_find_specification (type);
  g_assert_cmpstr (found, ==, specification);
  g_assert_true (thespian_class_loader_find_specification (type) == found);
  g_assert_cmpuint (resolve (found), ==, type);
}

static void
test_library_type (void)
{
  g_autofree char *path = find_built ("libhost-library.so");
  g_autofree char *specification = g_strconcat (path, ":TestLibraryActor", NULL);
  GType type = test_library_actor_get_type ();
  const char *found = thespian_class_loader_find_specification (type);

  g_assert_cmpstr (found, ==, specification);
  g_assert_true (thespian_class_loader_find_specification (type) == found);
}

static void
test_program_type (void)
{
  g_assert_null (thespian_class_loader_find_specification (test_program_actor_get_type ()));
  g_assert_null (thespian_class_loader_find_specification (THESPIAN_TYPE_ACTOR));
  g_assert_null (thespian_class_loader_find_specification (G_TYPE_OBJECT));
}

static void
test_program_is_no_library (void)
{
  if (g_test_subprocess ())
    {
      static const char here;
      g_autoptr (GTypeClass) klass = g_type_class_ref (test_program_actor_get_type ());

      thespian_actor_class_set_library ((ThespianActorClass *) klass, &here);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*thespian_actor_class_set_library*library != NULL*");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/class-loader/module-type", test_module_type);
  g_test_add_func ("/class-loader/library-type", test_library_type);
  g_test_add_func ("/class-loader/program-type", test_program_type);
  g_test_add_func ("/class-loader/program-is-no-library", test_program_is_no_library);

  return g_test_run ();
}
