#define _GNU_SOURCE
#include "messages.h"

#include <errno.h>
#include <sys/socket.h>

union rights {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int) * (RF_MAX_DESCRIPTORS + 1))];
};

int rf_send(int socket, const void *bytes, size_t size, const int *descriptors, size_t count) {
  union rights rights;
  if (count > RF_MAX_DESCRIPTORS + 1) return -EMFILE;
  struct iovec part = {(void *)(uintptr_t)bytes, size};
  struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > 0) {
    rights.header.cmsg_len = CMSG_LEN(sizeof(int) * count);
    rights.header.cmsg_level = SOL_SOCKET;
    rights.header.cmsg_type = SCM_RIGHTS;
    rf_copy(CMSG_DATA(&rights.header), descriptors, sizeof(int) * count);
    packet.msg_control = &rights;
    packet.msg_controllen = CMSG_SPACE(sizeof(int) * count);
  }
  long sent = sys(SYS_sendmsg, socket, &packet, MSG_NOSIGNAL);
  return sent < 0 ? (int)sent : 0;
}

int rf_receive(int socket, void *bytes, size_t *size, int *descriptors, size_t capacity, int flags) {
  union rights rights;
  struct iovec part = {bytes, *size};
  struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &rights};
  packet.msg_controllen = CMSG_SPACE(sizeof(int) * capacity);
  long received = sys(SYS_recvmsg, socket, &packet, flags | MSG_CMSG_CLOEXEC);
  // Whoever dies with packets of ours unread leaves this once, before what it has sent itself.
  if (received == -ECONNRESET) {
    packet.msg_controllen = CMSG_SPACE(sizeof(int) * capacity);
    received = sys(SYS_recvmsg, socket, &packet, flags | MSG_CMSG_CLOEXEC);
  }
  if (received < 0) return (int)received;
  if (received == 0) return -EPIPE;
  *size = (size_t)received;
  if (packet.msg_controllen < sizeof(struct cmsghdr) || rights.header.cmsg_level != SOL_SOCKET ||
      rights.header.cmsg_type != SCM_RIGHTS)
    return 0;
  size_t length = rights.header.cmsg_len - CMSG_LEN(0);
  if (length > sizeof(int) * capacity) length = sizeof(int) * capacity;
  rf_copy(descriptors, CMSG_DATA(&rights.header), length);
  return (int)(length / sizeof(int));
}
