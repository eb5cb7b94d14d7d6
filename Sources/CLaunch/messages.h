// Packets with descriptors on Unix sockets.
#pragma once

#include "include/launch.h"
#include "raw.h"

/// Sends one packet, without waiting for room. 0, or -errno.
int rf_send(int socket, const void *bytes, size_t size, const int *descriptors, size_t count);

/// Takes one packet of at most `*size` bytes, with at most `capacity` descriptors, which are close-on-exec. `flags` are
/// those of recvmsg(2).
/// @return how many descriptors came along, or -errno; -EPIPE when no packet will come. `*size` is then what came.
int rf_receive(int socket, void *bytes, size_t *size, int *descriptors, size_t capacity, int flags);
