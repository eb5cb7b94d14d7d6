#define _GNU_SOURCE
#include "include/listener.h"

#include "raw.h"

#include <errno.h>
#include <linux/ioctl.h>
#include <linux/seccomp.h>
#include <string.h>

int rf_next_question(int listener, struct rf_question *question) {
  // The kernel wants it empty.
  struct seccomp_notif notification = {0};
  long error = sys(SYS_ioctl, listener, SECCOMP_IOCTL_NOTIF_RECV, &notification);
  if (error < 0) return (int)error;
  *question = (struct rf_question){
      .id = notification.id,
      .thread = notification.pid,
      .architecture = notification.data.arch,
      .number = (uint32_t)notification.data.nr,
      .instruction_pointer = notification.data.instruction_pointer,
  };
  for (int i = 0; i < 6; i++) question->arguments[i] = notification.data.args[i];
  return 0;
}

int rf_answer(int listener, uint64_t id, int error) {
  struct seccomp_notif_resp answer = {.id = id, .error = -error};
  return (int)sys(SYS_ioctl, listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

bool rf_is_waiting(int listener, uint64_t id) { return sys(SYS_ioctl, listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0; }

int rf_open_process(int32_t process) { return (int)sys(SYS_pidfd_open, process, 0); }
