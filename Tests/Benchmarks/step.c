// Runs a program one instruction at a time and prints where it has been, in units of four bytes. Its children run freely.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define END 0x4000000ul // of a static executable's text

static unsigned char seen[END >> 2];

int main(int count, char **arguments) {
  if (count < 2) return 64;
  pid_t program = fork();
  if (program == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    execv(arguments[1], arguments + 1);
    _exit(127);
  }
  int status, signal = 0;
  waitpid(program, &status, 0);
  while (ptrace(PTRACE_SINGLESTEP, program, 0, signal) == 0) {
    if (waitpid(program, &status, 0) < 0 || !WIFSTOPPED(status)) break;
    signal = WSTOPSIG(status) == SIGTRAP || WSTOPSIG(status) == SIGCHLD ? 0 : WSTOPSIG(status);
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, program, 0, &registers);
    if (registers.rip < END) seen[registers.rip >> 2] = 1;
  }
  for (unsigned long place = 0; place < sizeof seen; place++)
    if (seen[place]) printf("%lx\n", place << 2);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
