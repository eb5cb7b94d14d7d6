#define _GNU_SOURCE
#include "processors.h"

#include "raw.h"

#include <stdint.h>

// As many as the kernel can be built for (NR_CPUS of x86).
static uint8_t all[8192 / 8] __attribute__((aligned(8)));
// In bytes, of the kernel's own set; 0 when it is not known.
static long size;

void rf_note_processors(void) {
  size = sys(SYS_sched_getaffinity, 0, sizeof all, all);
  if (size < 0) size = 0;
}

void rf_keep_apart(pid_t child) {
  uint8_t others[sizeof all] __attribute__((aligned(8)));
  unsigned own;
  if (size == 0 || sys(SYS_getcpu, &own, 0, 0) < 0 || own / 8 >= (unsigned long)size) return;
  rf_copy(others, all, (size_t)size);
  others[own / 8] &= (uint8_t)~(1u << own % 8);
  int left = 0;
  for (long i = 0; i < size; i++) left |= others[i];
  if (left) sys(SYS_sched_setaffinity, child, size, others);
}

void rf_use_all_processors(void) {
  if (size > 0) sys(SYS_sched_setaffinity, 0, size, all);
}
