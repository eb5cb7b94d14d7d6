// Reading the filters of another thread: ptrace(2), PTRACE_SECCOMP_GET_FILTER.
#pragma once

#include <stddef.h>
#include <sys/types.h>

enum {
  // sizeof(struct sock_filter) * BPF_MAXINSNS
  RF_FILTER_SIZE = 8 * 4096,
};

/// Becomes the tracer of a thread and asks it to stop.
int rf_trace(pid_t thread);
/// Whether a traced thread has stopped: 1 with the signal to hand back in `signal`, 0 not yet, -ESRCH when it has ended.
int rf_traced_stop(pid_t thread, int *signal);
/// Lets a stopped thread go on, with a signal that it was about to get; 0 for none.
int rf_untrace(pid_t thread, int signal);
/// Copies a filter, the oldest with index 0, to `instructions` of RF_FILTER_SIZE bytes. The number of its instructions,
/// or -ENOENT when there are no more.
int rf_traced_filter(pid_t thread, size_t index, void *instructions);
void rf_sleep_millisecond(void);
