// System calls without the C library: no errno (its storage belongs to a thread that the caller may share with us), no
// cancellation, no locks. All return -errno on failure. What is written with these may run before the C library is there.
#pragma once

#include <linux/sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
static inline long rf_raw(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

// clone3(2) onto a stack of its own, where the child calls a function that does not return.
static inline long rf_raw_spawn(const struct clone_args *how, void (*function)(void *), void *argument) {
  long result;
  register void (*r12)(void *) __asm__("r12") = function;
  register void *r13 __asm__("r13") = argument;
  __asm__ volatile("syscall\n\t"
                   "test %%rax, %%rax\n\t"
                   "jnz 1f\n\t"
                   "xor %%ebp, %%ebp\n\t"
                   "mov %%r13, %%rdi\n\t"
                   "call *%%r12\n\t"
                   "ud2\n"
                   "1:"
                   : "=a"(result)
                   : "a"(SYS_clone3), "D"(how), "S"(sizeof *how), "r"(r12), "r"(r13)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
static inline long rf_raw(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}

static inline long rf_raw_spawn(const struct clone_args *how, void (*function)(void *), void *argument) {
  register long x8 __asm__("x8") = SYS_clone3;
  register long x0 __asm__("x0") = (long)how;
  register long x1 __asm__("x1") = sizeof *how;
  register void (*x19)(void *) __asm__("x19") = function;
  register void *x20 __asm__("x20") = argument;
  __asm__ volatile("svc 0\n\t"
                   "cbnz x0, 1f\n\t"
                   "mov x29, 0\n\t"
                   "mov x0, x20\n\t"
                   "blr x19\n\t"
                   "brk 1\n"
                   "1:"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x19), "r"(x20)
                   : "memory");
  return x0;
}
#elif defined(__riscv) && __riscv_xlen == 64
static inline long rf_raw(long number, long a, long b, long c, long d, long e, long f) {
  register long a7 __asm__("a7") = number;
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  register long a3 __asm__("a3") = d;
  register long a4 __asm__("a4") = e;
  register long a5 __asm__("a5") = f;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5) : "memory");
  return a0;
}

static inline long rf_raw_spawn(const struct clone_args *how, void (*function)(void *), void *argument) {
  register long a7 __asm__("a7") = SYS_clone3;
  register long a0 __asm__("a0") = (long)how;
  register long a1 __asm__("a1") = sizeof *how;
  register void (*s2)(void *) __asm__("s2") = function;
  register void *s3 __asm__("s3") = argument;
  __asm__ volatile("ecall\n\t"
                   "bnez a0, 1f\n\t"
                   "mv a0, s3\n\t"
                   "jalr s2\n\t"
                   "ebreak\n"
                   "1:"
                   : "+r"(a0)
                   : "r"(a7), "r"(a1), "r"(s2), "r"(s3)
                   : "memory");
  return a0;
}
#else
#error "no system call convention for this architecture"
#endif

#define RF_SELECT(_1, _2, _3, _4, _5, _6, _7, NAME, ...) NAME
#define RF_1(n) rf_raw(n, 0, 0, 0, 0, 0, 0)
#define RF_2(n, a) rf_raw(n, (long)(a), 0, 0, 0, 0, 0)
#define RF_3(n, a, b) rf_raw(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define RF_4(n, a, b, c) rf_raw(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define RF_5(n, a, b, c, d) rf_raw(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define RF_6(n, a, b, c, d, e) rf_raw(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define RF_7(n, a, b, c, d, e, f) rf_raw(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/// sys(SYS_name, arguments…)
#define sys(...) RF_SELECT(__VA_ARGS__, RF_7, RF_6, RF_5, RF_4, RF_3, RF_2, RF_1)(__VA_ARGS__)

// A policy may leave the program no way to end: its filter stands already when exec has failed. Then a trap has to do.
static inline _Noreturn void rf_leave(int code) {
  sys(SYS_exit_group, code);
  __builtin_trap();
}

// The C library's own choose their implementation by the processor when the program starts, and can be called only then.
static inline size_t rf_length(const char *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

static inline void rf_copy(void *to, const void *from, size_t count) {
  for (size_t i = 0; i < count; i++) ((char *)to)[i] = ((const char *)from)[i];
}

static inline int rf_has_prefix(const char *text, const char *prefix) {
  while (*prefix != 0)
    if (*text++ != *prefix++) return 0;
  return 1;
}
