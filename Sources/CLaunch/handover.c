// What process 1 makes for the supervisor: nobody else could.
#define _GNU_SOURCE
#include "messages.h"
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>

// Without privilege the program has the supervisor's own id on the host, and a pipe of the supervisor's would be the
// program's: it could open /proc/self/fd/1 for reading and take back what it wrote. These pipes can only be written, and
// lie on a read-only mount, so that their owner cannot change that.
static long make_pipes(int readers[2]) {
  static const char options[] = "size\0" "64k\0" "nr_inodes\0" "4\0";
  const uint64_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  long mount = rf_open_new_mount("tmpfs", options, attributes);
  if (mount < 0) return mount;
  static const char *const names[2] = {"stdout", "stderr"};
  long error = 0;
  for (int i = 0; i < 2 && error >= 0; i++) {
    error = sys(SYS_mknodat, mount, names[i], S_IFIFO | 0200, 0);
    if (error < 0) break;
    // Against the mode, by this namespace's CAP_DAC_OVERRIDE.
    error = sys(SYS_openat, mount, names[i], O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
    if (error < 0) break;
    readers[i] = (int)error;
    error = sys(SYS_openat, mount, names[i], O_WRONLY | O_CLOEXEC, 0);
    if (error < 0) break;
    int writer = (int)error;
    error = sys(SYS_dup3, writer, i + 1, 0);
    sys(SYS_close, writer);
  }
  if (error >= 0) error = rf_add_attributes((int)mount, MOUNT_ATTR_RDONLY);
  sys(SYS_close, mount);
  return error;
}

long rf_send_descriptors(uint32_t kind, const int *descriptors, unsigned count) {
  struct rf_report message = {.kind = kind};
  return rf_send(RF_CONTROL, &message, sizeof message, descriptors, count);
}

int rf_hand_over(const struct rf_plan *plan, struct rf_failure *failure) {
  int descriptors[RF_REPORT_MAX_DESCRIPTORS];
  unsigned count = 0;
  long error = 0;
  uint32_t step = RF_STEP_PIPES;
  if (plan->flags & RF_PLAN_OWN_PIPES) {
    error = make_pipes(descriptors);
    count = 2;
  }
  if (error >= 0 && plan->flags & RF_PLAN_SHOW_PROCESSES) {
    step = RF_STEP_PROCESSES;
    error = rf_open_new_mount("proc", "", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    if (error >= 0) descriptors[count++] = (int)error;
  }
  if (error >= 0 && count > 0) {
    error = rf_send_descriptors(RF_REPORT_DESCRIPTORS, descriptors, count);
    for (unsigned i = 0; i < count; i++) sys(SYS_close, descriptors[i]);
  }
  if (error >= 0) return 0;
  *failure = (struct rf_failure){.step = step, .error = (int32_t)-error};
  return -1;
}

int rf_receive_report(int control, struct rf_report *report, int *descriptors) {
  size_t size = sizeof *report;
  int count = rf_receive(control, report, &size, descriptors, RF_REPORT_MAX_DESCRIPTORS, MSG_DONTWAIT);
  return count >= 0 && size != sizeof *report ? -EPIPE : count;
}
