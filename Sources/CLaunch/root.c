// The new root, composed by descriptor: nothing here names a path of the new root through the old one, and no link in
// somebody else's tree is followed out of it.
#define _GNU_SOURCE
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sys/stat.h>

#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#define PROPAGATION_PRIVATE (1 << 18)

static long set_attributes(int mount, uint64_t attributes, unsigned flags) {
  struct mount_attr change = {.attr_set = attributes};
  return sys(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | flags, &change, sizeof change);
}

int rf_open_bind(const char *path, uint64_t attributes) {
  struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
  long place = sys(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
  if (place < 0) return (int)place;
  // Recursively: in a user namespace the kernel refuses to show what a mount of the host hides.
  long mount = sys(SYS_open_tree, place, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  sys(SYS_close, place);
  if (mount < 0) return (int)mount;
  long error = set_attributes((int)mount, attributes, AT_RECURSIVE);
  if (error < 0) {
    sys(SYS_close, mount);
    return (int)error;
  }
  return (int)mount;
}

long rf_open_new_mount(const char *type, const char *options, uint64_t attributes) {
  long context = sys(SYS_fsopen, type, FSOPEN_CLOEXEC);
  if (context < 0) return context;
  long result = 0;
  for (const char *key = options; *key != 0 && result >= 0;) {
    const char *value = key;
    while (*value++ != 0) {}
    result = sys(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0);
    key = value;
    while (*key++ != 0) {}
  }
  if (result >= 0) result = sys(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, 0, 0, 0);
  if (result >= 0) result = sys(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);
  sys(SYS_close, context);
  return result;
}

long rf_add_attributes(int mount, uint64_t attributes) { return set_attributes(mount, attributes, 0); }

// The path of an entry inside a tree that is not ours.
static long open_foreign(const struct rf_plan *plan, int root, const struct rf_entry *entry) {
  struct open_how how = {
      .flags = O_PATH | O_CLOEXEC,
      .resolve = RESOLVE_NO_MAGICLINKS |
                 (entry->flags & RF_ENTRY_IN_ROOT ? RESOLVE_IN_ROOT : RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS),
  };
  return sys(SYS_openat2, root, rf_text(plan, entry->path), &how, sizeof how);
}

static long attach(const struct rf_plan *plan, int root, const struct rf_entry *entry, int mount) {
  if (!(entry->flags & RF_ENTRY_FOREIGN))
    return sys(SYS_move_mount, mount, "", root, rf_text(plan, entry->path), MOVE_MOUNT_F_EMPTY_PATH);
  long target = open_foreign(plan, root, entry);
  if (target < 0) return target;
  long result = sys(SYS_move_mount, mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  sys(SYS_close, target);
  return result;
}

static long open_mount(const struct rf_plan *plan, int root, const struct rf_entry *entry) {
  switch (entry->kind) {
  case RF_ENTRY_MOUNT:
    return rf_open_new_mount(rf_text(plan, entry->source), rf_text(plan, entry->options), entry->attributes);
  case RF_ENTRY_SEAL: {
    long place = open_foreign(plan, root, entry);
    if (place < 0) return place;
    long mount = sys(SYS_open_tree, place, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    sys(SYS_close, place);
    if (mount < 0) return mount;
    long error = set_attributes((int)mount, entry->attributes, AT_RECURSIVE);
    return error < 0 ? error : mount;
  }
  default:
    return entry->descriptor >= 0 ? rf_received[entry->descriptor]
                                  : rf_open_bind(rf_text(plan, entry->source), entry->attributes);
  }
}

static long put(const struct rf_plan *plan, int root, const struct rf_entry *entry) {
  const char *path = rf_text(plan, entry->path);
  long result;
  switch (entry->kind) {
  case RF_ENTRY_DIRECTORY:
    return sys(SYS_mkdirat, root, path, entry->mode);
  case RF_ENTRY_FILE:
    return sys(SYS_mknodat, root, path, S_IFREG | entry->mode, 0);
  case RF_ENTRY_SYMLINK:
    return sys(SYS_symlinkat, rf_text(plan, entry->source), root, path);
  default:
    result = open_mount(plan, root, entry);
    if (result < 0) return result;
    int mount = (int)result;
    result = attach(plan, root, entry, mount);
    sys(SYS_close, mount);
    return result;
  }
}

long rf_make_mounts_private(void) {
  struct mount_attr private = {.propagation = PROPAGATION_PRIVATE};
  return sys(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &private, sizeof private);
}

#define CHECK(STEP, DETAIL, CALL) \
  do { \
    long error_ = (CALL); \
    if (error_ < 0) { \
      *failure = (struct rf_failure){.step = (STEP), .error = (int32_t)-error_, .detail = (DETAIL)}; \
      return -1; \
    } \
  } while (0)

int rf_enter_root(const struct rf_plan *plan, struct rf_failure *failure) {
  // The new root is mounted over the old one first: before Linux 6.15 nothing can be mounted into a detached tree.
  const struct rf_entry *entries = rf_table(plan, plan->entries);
  int root = (int)open_mount(plan, -1, &entries[0]);
  CHECK(RF_STEP_ROOT, 0, root);
  CHECK(RF_STEP_ROOT, 0, sys(SYS_move_mount, root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH));
  for (uint32_t i = 1; i < plan->entry_count; i++) {
    long error = put(plan, root, &entries[i]);
    if (error == -ENOENT && entries[i].flags & RF_ENTRY_OPTIONAL) continue;
    CHECK(RF_STEP_ROOT, i, error);
  }
  if (plan->flags & RF_PLAN_READ_ONLY_ROOT) CHECK(RF_STEP_ROOT, 0, set_attributes(root, MOUNT_ATTR_RDONLY, 0));

  // pivot_root(".", ".") stacks the old root on the new one, and the detach takes the old one and all of the host's
  // mounts away (pivot_root(2), NOTES). No working directory is left outside (CVE-2024-21626).
  CHECK(RF_STEP_PIVOT, 0, sys(SYS_fchdir, root));
  CHECK(RF_STEP_PIVOT, 0, sys(SYS_pivot_root, ".", "."));
  CHECK(RF_STEP_PIVOT, 0, sys(SYS_umount2, ".", MNT_DETACH));
  CHECK(RF_STEP_PIVOT, 0, sys(SYS_chdir, "/"));
  sys(SYS_close, root);
  return 0;
}

int rf_renew_mounts(const struct rf_plan *plan, struct rf_failure *failure) {
  int root = (int)sys(SYS_openat, AT_FDCWD, "/", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  CHECK(RF_STEP_ROOT, 0, root);
  const struct rf_entry *entries = rf_table(plan, plan->entries);
  for (uint32_t i = 1; i < plan->entry_count; i++)
    if (entries[i].flags & RF_ENTRY_RENEWED) CHECK(RF_STEP_ROOT, i, put(plan, root, &entries[i]));
  sys(SYS_close, root);
  return 0;
}
#undef CHECK
