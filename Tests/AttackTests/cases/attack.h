// What every attack in C shares. A program holds the attacks of one class; its first argument names the one to run, its
// second is a token by which the driver recognises what the attack leaves behind.
//
// An attack prints one line and exits: "ESCAPED: ..." 66, "BLOCKED: ..." 0, "SKIPPED: ..." 77. It ends by itself within
// twenty seconds, also when nothing stops it, and does the host no lasting harm when it gets through.
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MiB (1024L * 1024L)
#define COUNT(array) (sizeof(array) / sizeof *(array))

// Seconds after which an attack that nothing stops stops itself; more on a slow machine, if the driver says so.
enum { deadline = 20 };
static inline unsigned patience(void) {
  const char *value = getenv("ATTACK_PATIENCE");
  return value ? (unsigned)atoi(value) : 1;
}

struct attack {
  const char *name;
  void (*run)(void);
};

__attribute__((noreturn, format(printf, 3, 4))) static inline void finish(const char *word, int code,
                                                                         const char *format, ...) {
  char line[1024];
  int length = snprintf(line, sizeof line, "%s: ", word);
  va_list arguments;
  va_start(arguments, format);
  length += vsnprintf(line + length, sizeof line - length - 1, format, arguments);
  va_end(arguments);
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length++] = '\n';
  if (write(STDOUT_FILENO, line, length) != length) code = 74;
  _exit(code);
}
#define escaped(...) finish("ESCAPED", 66, __VA_ARGS__)
#define blocked(...) finish("BLOCKED", 0, __VA_ARGS__)
#define skipped(...) finish("SKIPPED", 77, __VA_ARGS__)

static inline const char *error_name(int error) {
  const char *name = strerrorname_np(error);
  return name ? name : "an unknown error";
}

// For a call whose success is the escape.
static inline void judge(long result, const char *what) {
  if (result >= 0) escaped("%s succeeded", what);
  blocked("%s: %s", what, error_name(errno));
}

// For a call made with arguments that can do nothing: an error other than these shows that it was let through to the
// code behind the check of permissions.
static inline bool is_refusal(int error) { return error == EPERM || error == EACCES || error == ENOSYS; }
static inline void judge_reached(long result, const char *what) {
  if (result >= 0) escaped("%s succeeded", what);
  if (!is_refusal(errno)) escaped("%s reached the kernel (%s)", what, error_name(errno));
  blocked("%s: %s", what, error_name(errno));
}

// What the driver tells: the limits in force, and where it has planted what on the host.
static inline long fact(const char *name) {
  const char *value = getenv(name);
  if (!value) skipped("the driver did not say %s", name);
  return atol(value);
}
static inline const char *fact_text(const char *name) {
  const char *value = getenv(name);
  if (!value) skipped("the driver did not say %s", name);
  return value;
}
#define MEMORY_LIMIT fact("ATTACK_MEMORY")
#define DISK_LIMIT fact("ATTACK_DISK")
#define PIDS_LIMIT fact("ATTACK_PIDS")
#define FILES_LIMIT fact("ATTACK_FILES")

// Where an attack may write what it needs, and what the driver removes.
static inline const char *scratch(void) {
  const char *folder = getenv("ATTACK_UNSANDBOXED") ? getenv("ATTACK_SCRATCH") : NULL;
  return folder ? folder : "/tmp";
}

// FNV-1a, by which a program can recognise a host's value without having been told it.
static inline bool is_fact(const char *name, const char *value) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char *byte = value; *byte; byte++) hash = (hash ^ (unsigned char)*byte) * 0x100000001b3;
  char text[17];
  snprintf(text, sizeof text, "%016lx", hash);
  return strcmp(text, fact_text(name)) == 0;
}

static inline double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}
static inline double wall(void) { return seconds(CLOCK_MONOTONIC); }
static inline double cpu(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }
static inline void rest(double time) {
  struct timespec span = {.tv_sec = (time_t)time, .tv_nsec = (long)((time - (time_t)time) * 1e9)};
  while (nanosleep(&span, &span) && errno == EINTR) {}
}

// fork, with a child that also ends by itself: alarms are not inherited.
static inline pid_t spawn(void) {
  pid_t child = fork();
  if (child == 0) alarm(deadline * patience());
  return child;
}

static inline ssize_t slurp(const char *path, char *buffer, size_t size) {
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t count = read(file, buffer, size - 1);
  int error = errno;
  close(file);
  errno = error;
  if (count >= 0) buffer[count] = 0;
  return count;
}

static int argument_count;
static char **arguments;

static inline int run_attack(int count, char **vector, const struct attack *attacks, size_t attack_count) {
  argument_count = count;
  arguments = vector;
  alarm(deadline * patience());
  for (size_t i = 0; i < attack_count; i++)
    if (count > 1 && strcmp(attacks[i].name, vector[1]) == 0) {
      attacks[i].run();
      escaped("the attack ran to its end");
    }
  dprintf(STDERR_FILENO, "usage: %s ATTACK TOKEN\n", vector[0]);
  return 64;
}
#define ATTACKS(...)                                                                                                   \
  static const struct attack attacks[] = {__VA_ARGS__};                                                                \
  int main(int count, char **vector) { return run_attack(count, vector, attacks, COUNT(attacks)); }
