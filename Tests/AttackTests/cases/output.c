// Floods of output: by every call that can write, from every process that has the pipe.
#include "attack.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

enum { flood = 64 };  // MiB, where one is allowed
static char block[1 << 20];

static void pour(int file, long amount) {
  memset(block, 'x', sizeof block);
  for (long written = 0; written < amount;) {
    ssize_t count = write(file, block, sizeof block);
    if (count < 0 && errno != EAGAIN) blocked("write: %s after %ld KiB", error_name(errno), written / 1024);
    if (count > 0) written += count;
  }
}
static void standard_output(void) {
  pour(STDOUT_FILENO, flood * MiB);
  escaped("%d MiB were taken", flood);
}
static void standard_error(void) {
  pour(STDERR_FILENO, flood * MiB);
  escaped("%d MiB were taken", flood);
}
static void both(void) {  // each below the limit, both above it
  pour(STDOUT_FILENO, fact("ATTACK_OUTPUT") * 3 / 4);
  pour(STDERR_FILENO, fact("ATTACK_OUTPUT") * 3 / 4);
  rest(1);
  escaped("one and a half times the limit over two streams");
}
static void single_bytes(void) {  // a storm of events for the supervisor
  // Not the whole of the limit in single bytes: that is a second of processor time, and would be another limit's verdict.
  long many = fact("ATTACK_OUTPUT") - 128 * 1024;
  memset(block, 'x', (size_t)many);
  for (long written = 0; written < many;) {
    ssize_t count = write(STDOUT_FILENO, block, (size_t)(many - written));
    if (count < 0) blocked("write: %s", error_name(errno));
    written += count;
  }
  for (int i = 0; i < 128 * 1024; i++)
    if (write(STDOUT_FILENO, "o", 1) < 0 || write(STDERR_FILENO, "e", 1) < 0) blocked("write: %s", error_name(errno));
  escaped("a quarter of a million single bytes were taken beyond the rest of the limit");
}
static void one_call(void) {
  memset(block, 'x', sizeof block);
  struct iovec vectors[flood];
  for (int i = 0; i < flood; i++) vectors[i] = (struct iovec){block, sizeof block};
  for (int i = 0; i < 2; i++)
    if (writev(STDOUT_FILENO, vectors, flood) < 0) blocked("writev: %s", error_name(errno));
  escaped("%d MiB by writev", 2 * flood);
}
// No write at all: pages move from a file to the pipe.
static void spliced(void) {
  int file = open("/proc/self/exe", O_RDONLY);
  for (long sent = 0; sent < flood * MiB;) {
    loff_t offset = 0;
    ssize_t count = splice(file, &offset, STDOUT_FILENO, NULL, 65536, 0);
    if (count <= 0) blocked("splice: %s after %ld KiB", error_name(errno), sent / 1024);
    sent += count;
  }
  escaped("%d MiB by splice", flood);
}
static void sent_file(void) {
  int file = open("/proc/self/exe", O_RDONLY);
  for (long sent = 0; sent < flood * MiB;) {
    off_t offset = 0;
    ssize_t count = sendfile(STDOUT_FILENO, file, &offset, 65536);
    if (count <= 0) blocked("sendfile: %s after %ld KiB", error_name(errno), sent / 1024);
    sent += count;
  }
  escaped("%d MiB by sendfile", flood);
}
static void children(void) {
  for (int i = 0; i < 16; i++)
    if (spawn() == 0) {
      memset(block, 'c', sizeof block);
      for (int k = 0; k < 4; k++)
        if (write(STDOUT_FILENO, block, sizeof block) < 0) _exit(0);
      _exit(66);
    }
  int status, poured = 0;
  while (wait(&status) > 0) poured += WIFEXITED(status) && WEXITSTATUS(status) == 66;
  if (poured) escaped("%d children wrote 4 MiB each", poured);
  blocked("no child could write all");
}
// The program has gone; what it left behind pours on.
static void left_behind(void) {
  if (spawn() == 0) {
    setsid();
    rest(0.2);
    pour(STDOUT_FILENO, flood * MiB);
    _exit(0);
  }
  blocked("leaves someone who pours");
}
// The pipe made as large as can be, and not to block: all of it is full when the program ends.
static void large_pipe(void) {
  int size = fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1 << 20);
  fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
  memset(block, 'x', sizeof block);
  long written = 0;
  double end = wall() + 8;
  while (written < 16 * MiB && wall() < end) {
    ssize_t count = write(STDOUT_FILENO, block, sizeof block);
    if (count > 0) written += count;
  }
  escaped("%ld MiB through a pipe of %d KiB", written / MiB, size / 1024);
}
// Nothing lost: what is written just before the end belongs to the result.
static void last_moment(void) {
  memset(block, 'y', sizeof block);
  long amount = fact("ATTACK_OUTPUT") - 4096;
  for (long written = 0; written < amount;) {
    ssize_t count = write(STDOUT_FILENO, block, amount - written < 65536 ? amount - written : 65536);
    if (count < 0) escaped("write: %s", error_name(errno));
    written += count;
  }
  if (write(STDOUT_FILENO, "\n", 1) != 1) _exit(74);
  blocked("all was written at the last moment");
}
// The limit falls within a character of three bytes.
static void split_character(void) {
  for (long i = 0; i < (long)sizeof block - 3; i += 3) memcpy(block + i, "\xe2\x82\xac", 3);
  if (write(STDOUT_FILENO, "x", 1) != 1) _exit(74);
  for (int i = 0; i < 4; i++)
    if (write(STDOUT_FILENO, block, sizeof block - 1) < 0) blocked("write: %s", error_name(errno));
  escaped("4 MiB were taken");
}

ATTACKS(
  {"standard-output", standard_output}, {"standard-error", standard_error}, {"both-streams", both},
  {"single-bytes", single_bytes}, {"one-call", one_call}, {"spliced", spliced}, {"sent-file", sent_file},
  {"children-pour", children}, {"left-behind-pours", left_behind}, {"large-pipe", large_pipe},
  {"last-moment", last_moment}, {"split-character", split_character})
