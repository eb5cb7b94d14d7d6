// The supervisor's side of a filter that asks (seccomp_unotify(2)).
#pragma once

#include <stdbool.h>
#include <stdint.h>

/// A system call that waits for an answer.
struct rf_question {
  uint64_t id;
  uint32_t thread;        // who made it, as this pid namespace numbers threads
  uint32_t architecture;  // AUDIT_ARCH_*
  uint32_t number;
  uint32_t reserved;
  uint64_t instruction_pointer;
  uint64_t arguments[6];
};

/// Takes the next question of a listener that poll(2) says is readable, without waiting.
/// @return 0, or -errno; -ENOENT when whoever asked is dead or was interrupted.
int rf_next_question(int listener, struct rf_question *question);

/// Answers: the call fails with this error (1...4095).
/// @return 0, or -errno; -ENOENT when nobody waits any more.
int rf_answer(int listener, uint64_t id, int error);

/// Whether the thread that asked is alive and still waits, so that its id is its own and not another's.
bool rf_is_waiting(int listener, uint64_t id);

/// A descriptor of a process by the id of its first thread. -errno on failure.
int rf_open_process(int32_t process);
