// What of Swift's runtime a static executable does without.

const char *__wrap_swift_copyAuxiliaryExecutablePath(const char *directory, const char *name);

/// Where the crash reporter is: nowhere. The runtime asks at each start; looking takes a dozen system calls, and where the
/// root directory cannot be read (mode 0700, another user) it ends in abort(3).
const char *__wrap_swift_copyAuxiliaryExecutablePath(const char *directory, const char *name) {
  (void)directory;
  (void)name;
  return 0;
}
