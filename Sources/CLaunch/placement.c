// When and where our processes get a processor.
//
// Where the keeper begins: a process that has just been forked often waits for its parent's processor while another is
// idle: a hypervisor's guest may be told to fill one virtual processor before it wakes the next, and no kernel moves a
// process for half a millisecond. But just then the keeper is to make namespaces while the supervisor starts.
#include "placement.h"

#include "include/kernel.h"
#include "raw.h"

#include <linux/sched/types.h>

// The kernel's cpumask: enough for 1024 processors. On a machine with more, nothing is done.
static unsigned char allowed[128];
// How much of it the kernel has filled in, in bytes; 0 when there is nothing to take back.
static long size;

void rf_note_processors(void) {
  size = sys(SYS_sched_getaffinity, 0, sizeof allowed, allowed);
  if (size < 0) size = 0;
}

void rf_place_elsewhere(int process) {
  unsigned here;
  if (size == 0 || sys(SYS_getcpu, &here, 0, 0) < 0 || here / 8 >= sizeof allowed) return;
  unsigned char others[sizeof allowed];
  rf_copy(others, allowed, sizeof others);
  others[here / 8] &= (unsigned char)~(1u << here % 8);
  // Refused when none is left.
  sys(SYS_sched_setaffinity, process, size, others);
}

static int has_all(void) {
  unsigned char now[sizeof allowed];
  if (sys(SYS_sched_getaffinity, 0, sizeof now, now) != size) return 0;
  for (long i = 0; i < size; i++)
    if (now[i] != allowed[i]) return 0;
  return 1;
}

long rf_place_anywhere(void) {
  if (size == 0) return 0;
  long error = sys(SYS_sched_setaffinity, 0, size, allowed);
  // Where this may not be called, the placing has failed as well.
  if (error < 0 && !has_all()) return error;
  size = 0;
  return 0;
}

void rf_ask_for_short_slices(void) {
  struct sched_attr attributes = {0};
  if (sys(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) < 0) return;
  if (attributes.sched_policy != SCHED_NORMAL && attributes.sched_policy != SCHED_BATCH) return;
  // The shortest that there is, in nanoseconds. Everything else stays as it is.
  attributes.sched_runtime = 100000;
  // No program is to have it as well.
  attributes.sched_flags |= SCHED_FLAG_RESET_ON_FORK;
  sys(SYS_sched_setattr, 0, &attributes, 0);
}
