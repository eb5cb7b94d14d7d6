// The clock of the benchmarks. It is small, because what a process holds before exec(2) counts towards ru_maxrss, and in
// C, because fork(2) from an interpreter would cost more than what is measured.
//
//   measure rounds N ; COMMAND… [; COMMAND…]…
//     runs the commands one after the other, N times, each time in another order, and prints
//     `command nanoseconds kibibytes status` for each run
//   measure throughput MILLISECONDS ; COMMAND… [; COMMAND…]…
//     one worker a command, each running its own again and again until the time is up, and prints `runs nanoseconds`
//     summed over the workers (the time is the longest worker's)
//
// `;` is an argument of its own. Standard streams of the commands are /dev/null. The status is that of wait4(2).

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_COMMANDS = 64 };

struct run {
  uint64_t nanoseconds;
  long kibibytes;
  int status;
};

static void fail(const char *what, int error) {
  fprintf(stderr, "measure: %s: %s\n", what, strerror(error));
  exit(1);
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static struct run run(char **command, const posix_spawn_file_actions_t *streams) {
  struct run result;
  struct rusage usage;
  pid_t process;
  uint64_t start = now();
  // glibc makes this CLONE_VM | CLONE_VFORK: no page table is copied.
  int error = posix_spawnp(&process, command[0], streams, NULL, command, environ);
  if (error) fail(command[0], error);
  while (wait4(process, &result.status, 0, &usage) < 0)
    if (errno != EINTR) fail("wait4", errno);
  result.nanoseconds = now() - start;
  result.kibibytes = usage.ru_maxrss;
  return result;
}

// The kernel clears up after a command while the next one runs already: nobody is always to have the same one before it.
static void shuffle(int *order, int count) {
  static uint64_t state = 1;
  for (int last = count - 1; last > 0; last--) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    int other = (int)((state >> 33) % (uint64_t)(last + 1));
    int index = order[last];
    order[last] = order[other];
    order[other] = index;
  }
}

static void measure_rounds(long rounds, char ***commands, int count, const posix_spawn_file_actions_t *streams) {
  int order[MAX_COMMANDS];
  for (int place = 0; place < count; place++) order[place] = place;
  for (long round = 0; round < rounds; round++) {
    shuffle(order, count);
    for (int place = 0; place < count; place++) {
      int index = order[place];
      struct run result = run(commands[index], streams);
      printf("%d %llu %ld %d\n", index, (unsigned long long)result.nanoseconds, result.kibibytes, result.status);
    }
    fflush(stdout);
  }
}

static void work(uint64_t end, char **command, const posix_spawn_file_actions_t *streams, int report) {
  uint64_t counts[2] = {0, 0};
  uint64_t start = now();
  while (now() < end) {
    if (run(command, streams).status != 0) _exit(1);
    counts[0]++;
  }
  counts[1] = now() - start;
  _exit(write(report, counts, sizeof counts) == sizeof counts ? 0 : 1);
}

static void measure_throughput(long milliseconds, char ***commands, int count, const posix_spawn_file_actions_t *streams) {
  int report[2];
  if (pipe2(report, O_CLOEXEC)) fail("pipe2", errno);
  uint64_t end = now() + (uint64_t)milliseconds * 1000000;
  for (int index = 0; index < count; index++) {
    pid_t worker = fork();
    if (worker < 0) fail("fork", errno);
    if (worker == 0) work(end, commands[index], streams, report[1]);
  }
  int status, failed = 0;
  for (int index = 0; index < count; index++) failed |= wait(&status) < 0 || status != 0;
  if (failed) fail("a worker", ECHILD);
  uint64_t runs = 0, longest = 0, counts[2];
  for (int index = 0; index < count; index++) {
    if (read(report[0], counts, sizeof counts) != sizeof counts) fail("read", EIO);
    runs += counts[0];
    if (counts[1] > longest) longest = counts[1];
  }
  printf("%llu %llu\n", (unsigned long long)runs, (unsigned long long)longest);
}

int main(int argc, char **argv) {
  char **commands[MAX_COMMANDS];
  int count = 0;
  for (int index = 3; index < argc; index++) {
    if (strcmp(argv[index], ";") != 0) continue;
    argv[index] = NULL;
    if (count == MAX_COMMANDS || index + 1 == argc) fail("commands", EINVAL);
    commands[count++] = &argv[index + 1];
  }
  if (count == 0) fail("usage: measure rounds|throughput NUMBER ; COMMAND… [; COMMAND…]…", EINVAL);

  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  for (int stream = 0; stream < 3; stream++)
    posix_spawn_file_actions_addopen(&streams, stream, "/dev/null", stream == 0 ? O_RDONLY : O_WRONLY, 0);

  long number = strtol(argv[2], NULL, 10);
  if (strcmp(argv[1], "rounds") == 0)
    measure_rounds(number, commands, count, &streams);
  else
    measure_throughput(number, commands, count, &streams);
  return 0;
}
