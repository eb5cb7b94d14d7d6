// The keeper and process 1 work while the supervisor does, which is to say on another processor. Left alone, the scheduler
// often puts them onto the supervisor's own: the child of a fork, and whoever is woken by a packet, waits there until its
// waker sleeps, and with them waits the run.
#pragma once

#include <sys/types.h>

/// Notes which processors this process may use, for itself and the processes that it forks.
void rf_note_processors(void);

/// Keeps a child off the processor that this process runs on, where it may use another one. What it clones is kept off it
/// too, until rf_use_all_processors. Failing is no loss but of time.
void rf_keep_apart(pid_t child);

/// Lets this process use what rf_note_processors has noted.
void rf_use_all_processors(void);
