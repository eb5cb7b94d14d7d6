// What of Swift's runtime a static executable does without.
#include "include/kernel.h"

const char *__wrap_swift_copyAuxiliaryExecutablePath(const char *directory, const char *name);
char **__wrap__swift_stdlib_getUnsafeArgvArgc(int *count);

/// Where the crash reporter is: nowhere. The runtime asks at each start; looking takes a dozen system calls, and where the
/// root directory cannot be read (mode 0700, another user) it ends in abort(3).
const char *__wrap_swift_copyAuxiliaryExecutablePath(const char *directory, const char *name) {
  (void)directory;
  (void)name;
  return 0;
}

/// The arguments of `CommandLine`, which the runtime would look for at each start: it searches the stack for them, between
/// the bounds that /proc/self/maps gives.
char **__wrap__swift_stdlib_getUnsafeArgvArgc(int *count) {
  *count = rf_argument_count();
  return rf_arguments();
}
