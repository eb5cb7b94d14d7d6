// How long filters take: to be installed, and for each call. Reads programs (struct sock_filter[]) from files; "-" stands
// for none.
//
//   filters ROUNDS FILE...
//
// Every round runs one child for each file in turn, so that whatever else the machine does meets all of them. In the
// first rounds, ten times as many, a child installs the filter and ends; in the others it makes each call in bursts as
// well. A line is printed for each: the file's place in the list, what was measured, and nanoseconds: for a call those of
// one call in the best burst of the child.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BURSTS = 40, BURST = 1000 };

// Each ends at once: what is measured is the way into the kernel and back.
static const struct {
  const char *name;
  long number, a, b, c;
} calls[] = {
    {"getpid", SYS_getpid, 0, 0, 0},
    {"read", SYS_read, -1, 0, 0},
    {"futex_waitv", 449, 0, 0, 0},
    {"personality", SYS_personality, 0xffffffff, 0, 0},
    {"socket 40", SYS_socket, 40, 5, 0},
    {"kcmp", SYS_kcmp, 0, 0, 0},
    {"number 600", 600, 0, 0, 0},
};
enum { CALLS = sizeof calls / sizeof calls[0] };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static struct sock_fprog load(const char *path) {
  struct sock_fprog program = {0};
  if (path[0] == '-' && !path[1]) return program;
  FILE *file = fopen(path, "rb");
  program.filter = malloc(BPF_MAXINSNS * sizeof *program.filter);
  if (!file || !program.filter) {
    perror(path);
    exit(1);
  }
  program.len = (unsigned short)fread(program.filter, sizeof *program.filter, BPF_MAXINSNS, file);
  fclose(file);
  return program;
}

static double install(struct sock_fprog *program) {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (!program->filter) return 0;
  double start = now();
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program)) {
    perror("seccomp");
    _exit(1);
  }
  return now() - start;
}

static double best_of_bursts(int call) {
  double best = 1e18;
  for (int burst = 0; burst < BURSTS; burst++) {
    double start = now();
    for (int i = 0; i < BURST; i++) syscall(calls[call].number, calls[call].a, calls[call].b, calls[call].c, 0, 0, 0);
    double each = (now() - start) / BURST;
    if (each < best) best = each;
  }
  return best;
}

// Runs a child under a filter; the results are 0 where nothing was measured.
static void measure(struct sock_fprog *program, int makes_calls, double *results) {
  int ends[2];
  if (pipe(ends)) exit(1);
  pid_t child = fork();
  if (child == 0) {
    double measured[1 + CALLS] = {install(program)};
    for (int call = 0; makes_calls && call < CALLS; call++) measured[1 + call] = best_of_bursts(call);
    _exit(write(ends[1], measured, sizeof measured) != sizeof measured);
  }
  close(ends[1]);
  int status;
  ssize_t length = read(ends[0], results, (1 + CALLS) * sizeof *results);
  close(ends[0]);
  waitpid(child, &status, 0);
  if (length != (1 + CALLS) * sizeof *results || status) {
    fprintf(stderr, "filters: the child failed\n");
    exit(1);
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  int rounds = atoi(argv[1]), count = argc - 2;
  struct sock_fprog *programs = calloc((size_t)count, sizeof *programs);
  for (int i = 0; i < count; i++) programs[i] = load(argv[2 + i]);
  // One processor for all: what is compared must not have moved.
  cpu_set_t processors;
  CPU_ZERO(&processors);
  CPU_SET(sched_getcpu(), &processors);
  sched_setaffinity(0, sizeof processors, &processors);
  double results[1 + CALLS];
  for (int round = 0; round < 10 * rounds; round++) {
    for (int i = 0; i < count; i++) {
      measure(&programs[i], 0, results);
      printf("%d\tinstall\t%.0f\n", i, results[0]);
    }
  }
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < count; i++) {
      measure(&programs[i], 1, results);
      for (int call = 0; call < CALLS; call++) printf("%d\t%s\t%.2f\n", i, calls[call].name, results[1 + call]);
    }
  }
  return 0;
}
