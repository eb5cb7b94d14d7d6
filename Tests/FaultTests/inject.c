// Runs a command and lets one system call of one of its processes fail without being made.
//
// usage: inject SECONDS TRACE COMMAND...                        writes each call to the file TRACE
//        inject SECONDS PROCESS:CALL:ORDINAL:ERROR COMMAND...   lets that call fail; with the ordinal -1, each one
//
// TRACE holds a line a call: the process, the number of the call, and how often that process has made it before. Processes
// are called by what they are in a run of ringfence: `supervisor`, `keeper` (clones process 1, removes control groups), `process 1`,
// `program` until its exec, `other`; and in a batch `zygote`, `copy` (process 1 that a zygote has cloned) with its
// `copy's program`, and `holder` (of a new network namespace). The last line of standard error is `inject: KIND CODE FAULT PID`: how the
// command ended (`exit`, `signal`, or `hang` when anything of it lived longer than SECONDS), `once` or `never` (whether the
// fault took place), and the process id.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES 64
#define CALLS 512
#define EACH (-1ul)

struct process {
  pid_t pid;
  const char *role; // null until whoever made it has said so
  bool inside;      // between entry and exit of a call
  bool failing;
  bool waiting;     // stopped, but its role is not known yet
  bool has_child;
  uint64_t flags;   // of the last clone3
  unsigned made[CALLS];
};

static struct process processes[PROCESSES];
static FILE *trace;
static char target_role[32];
static unsigned long target_call, target_ordinal;
static int target_error;
static bool done;
// The command runs, and no more the `setpriv` that may have started it.
static bool armed;
static int root_status = -1;
static pid_t root;

static void fail(const char *what) {
  perror(what);
  exit(2);
}

static struct process *find(pid_t pid) {
  struct process *empty = 0;
  for (int i = 0; i < PROCESSES; i++) {
    if (processes[i].pid == pid) return &processes[i];
    if (!processes[i].pid && !empty) empty = &processes[i];
  }
  if (!empty) fail("too many processes");
  *empty = (struct process){.pid = pid};
  return empty;
}

static const char *role_of_child(const struct process *parent) {
  if (!strcmp(parent->role, "supervisor")) return parent->has_child ? "holder" : "keeper";
  if (!strcmp(parent->role, "keeper")) return parent->flags & CLONE_NEWPID ? "process 1" : "zygote";
  if (!strcmp(parent->role, "zygote")) return parent->flags & CLONE_PARENT ? "copy" : "zygote";
  if (!strcmp(parent->role, "copy")) return "copy's program";
  if (!strcmp(parent->role, "process 1")) return "program";
  return "other";
}

static void entry(struct process *process, const struct __ptrace_syscall_info *info) {
  uint64_t number = info->entry.nr;
  if (number >= CALLS) return;
  unsigned ordinal = process->made[number]++;
  // The flags come first (struct clone_args).
  if (number == SYS_clone3) process->flags = (uint64_t)ptrace(PTRACE_PEEKDATA, process->pid, info->entry.args[0], 0);
  if (trace) fprintf(trace, "%s\t%lu\t%u\n", process->role, (unsigned long)number, ordinal);
  if (!armed || strcmp(process->role, target_role) || number != target_call) return;
  if (target_ordinal != EACH && (done || ordinal != target_ordinal)) return;
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, process->pid, 0, &registers)) return;
  // A call that any filter allows, and that changes nothing: one of no number at all would be refused by a filter.
  registers.orig_rax = SYS_getpid;
  ptrace(PTRACE_SETREGS, process->pid, 0, &registers);
  process->failing = done = true;
}

static void leave(struct process *process) {
  if (!process->failing) return;
  process->failing = false;
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, process->pid, 0, &registers)) return;
  registers.rax = (unsigned long long)-(long long)target_error;
  ptrace(PTRACE_SETREGS, process->pid, 0, &registers);
}

// Lets a stopped process go on. A program that runs is of no interest any more.
static void resume(struct process *process, int signal) {
  ptrace(PTRACE_SYSCALL, process->pid, 0, signal);
}

static void stopped(struct process *process, int status) {
  int signal = WSTOPSIG(status), event = status >> 16;
  if (signal == (SIGTRAP | 0x80)) {
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, process->pid, sizeof info, &info) > 0) {
      if (info.op == PTRACE_SYSCALL_INFO_ENTRY) entry(process, &info);
      if (info.op == PTRACE_SYSCALL_INFO_EXIT) leave(process);
    }
    return resume(process, 0);
  }
  if (event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
    unsigned long child = 0;
    ptrace(PTRACE_GETEVENTMSG, process->pid, 0, &child);
    struct process *born = find((pid_t)child);
    born->role = role_of_child(process);
    process->has_child = true;
    if (born->waiting) {
      born->waiting = false;
      resume(born, 0);
    }
    return resume(process, 0);
  }
  if (event == PTRACE_EVENT_EXEC) {
    if (process->pid != root || strcmp(process->role, "supervisor")) {
      ptrace(PTRACE_DETACH, process->pid, 0, 0);
      process->pid = 0;
      return;
    }
    char link[64], path[256] = "";
    snprintf(link, sizeof link, "/proc/%d/exe", process->pid);
    if (readlink(link, path, sizeof path - 1) > 0 && !strstr(path, "/setpriv")) armed = true;
    memset(process->made, 0, sizeof process->made);
    if (trace) rewind(trace);
    return resume(process, 0);
  }
  if (event == PTRACE_EVENT_STOP) {
    if (!process->role) {
      process->waiting = true;
      return;
    }
    return resume(process, 0);
  }
  resume(process, event ? 0 : signal);
}

static void give_up(int unused) {
  (void)unused;
  for (int i = 0; i < PROCESSES; i++)
    if (processes[i].pid) kill(processes[i].pid, SIGKILL);
  static const char text[] = "inject: hang 0 once 0\n";
  _exit(write(2, text, sizeof text - 1) < 0 ? 2 : 0);
}

int main(int count, char **arguments) {
  if (count < 4) return 2;
  if (sscanf(arguments[2], "%31[^:]:%lu:%lu:%d", target_role, &target_call, &target_ordinal, &target_error) != 4) {
    target_role[0] = 0;
    trace = fopen(arguments[2], "we");
    if (!trace) fail(arguments[2]);
    setvbuf(trace, 0, _IOFBF, 1 << 16);
  }
  root = fork();
  if (root == 0) {
    raise(SIGSTOP);
    execvp(arguments[3], arguments + 3);
    _exit(127);
  }
  signal(SIGALRM, give_up);
  waitpid(root, 0, WUNTRACED);
  long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC |
                 PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, root, 0, options)) fail("PTRACE_SEIZE");
  find(root)->role = "supervisor";
  kill(root, SIGCONT);
  alarm((unsigned)atoi(arguments[1]));
  for (;;) {
    int status;
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) break;
    if (WIFSTOPPED(status)) {
      stopped(find(pid), status);
      continue;
    }
    if (pid == root) root_status = status;
    find(pid)->pid = 0;
  }
  if (trace) {
    fflush(trace);
    if (ftruncate(fileno(trace), ftell(trace))) fail("ftruncate");
  }
  fprintf(stderr, "inject: %s %d %s %d\n", WIFSIGNALED(root_status) ? "signal" : "exit",
          WIFSIGNALED(root_status) ? WTERMSIG(root_status) : WEXITSTATUS(root_status), done ? "once" : "never", root);
  return 0;
}
