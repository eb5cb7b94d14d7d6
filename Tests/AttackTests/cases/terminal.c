// The caller's terminal: the driver starts these with one as the controlling terminal and as standard input, and looks
// afterwards whether anything was typed into it, or whether it behaves otherwise.
#include "attack.h"
#include <linux/tiocl.h>
#include <termios.h>

// Every descriptor that could be a terminal, and the one that /dev/tty always is.
static int terminals(int *list) {
  int count = 0;
  for (int file = 0; file < 16; file++)
    if (isatty(file)) list[count++] = file;
  int own = open("/dev/tty", O_RDWR | O_NOCTTY);
  if (own >= 0) list[count++] = own;
  return count;
}
static void judge_control(long (*control)(int), const char *what) {
  int list[17], count = terminals(list), error = errno;
  for (int i = 0; i < count; i++) {
    if (control(list[i]) >= 0) escaped("%s on descriptor %d", what, list[i]);
    error = errno;
  }
  // Without a terminal, the filter is still asked: a descriptor may be passed in later.
  if (count == 0) blocked("no terminal: %s", error_name(error));
  blocked("%s: %s", what, error_name(error));
}

static long type_ahead(int file) { return ioctl(file, TIOCSTI, "\n"); }  // CVE-2017-5226
static long type_ahead_wide(int file) {  // CVE-2019-10063: only the low half of the command counts
  return syscall(SYS_ioctl, (long)file, 0x100000000 | TIOCSTI, "\n");
}
static long paste(int file) {  // CVE-2023-28100
  char parameter = TIOCL_PASTESEL;
  return ioctl(file, TIOCLINUX, &parameter);
}
static long silence(int file) {
  struct termios settings;
  if (tcgetattr(file, &settings)) return -1;
  settings.c_lflag &= ~(tcflag_t)(ECHO | ISIG | ICANON);
  return tcsetattr(file, TCSANOW, &settings);
}
static long steal(int file) {
  setsid();
  return ioctl(file, TIOCSCTTY, 1);
}
static long to_the_front(int file) {
  signal(SIGTTOU, SIG_IGN);
  return tcsetpgrp(file, getpgrp());
}
static long discipline(int file) {  // loads modules; CVE-2017-2636
  return ioctl(file, TIOCSETD, &(int){15 /* N_HCI */});
}
static long console(int file) { return ioctl(file, TIOCCONS); }
static long size(int file) { return ioctl(file, TIOCSWINSZ, &(struct winsize){7, 7, 7, 7}); }
static long hang_up(int file) { return ioctl(file, TIOCVHANGUP); }
static long write_screen(int file) { return write(file, "\033]0;owned\007", 10); }

static void tiocsti(void) { judge_control(type_ahead, "TIOCSTI"); }
static void tiocsti_wide(void) { judge_control(type_ahead_wide, "TIOCSTI with high bits set"); }
static void tioclinux(void) { judge_control(paste, "TIOCLINUX"); }
static void echo_off(void) { judge_control(silence, "tcsetattr"); }
static void controlling(void) { judge_control(steal, "TIOCSCTTY"); }
static void foreground(void) { judge_control(to_the_front, "tcsetpgrp"); }
static void line_discipline(void) { judge_control(discipline, "TIOCSETD"); }
static void console_output(void) { judge_control(console, "TIOCCONS"); }
static void window_size(void) { judge_control(size, "TIOCSWINSZ"); }
static void hangup(void) { judge_control(hang_up, "TIOCVHANGUP"); }
static void screen(void) { judge_control(write_screen, "writing to the screen"); }
static void own_terminal(void) { judge(open("/dev/tty", O_RDWR | O_NOCTTY), "/dev/tty"); }
static void consoles(void) {
  static const char *const paths[] = {"/dev/console", "/dev/tty0", "/dev/tty1", "/dev/vcs", "/dev/vcsa", "/dev/ttyS0",
                                      "/dev/pts/0", "/dev/pts/1", "/dev/pts/ptmx", "/dev/ptmx"};
  for (size_t i = 0; i < COUNT(paths); i++)
    if (open(paths[i], O_RDWR | O_NOCTTY | O_NONBLOCK) >= 0) escaped("opened %s", paths[i]);
  blocked("no console: %s", error_name(errno));
}
// A filter must refuse the commands also where there is no terminal yet.
static void filtered(void) {
  int ends[2];
  if (pipe(ends)) blocked("pipe: %s", error_name(errno));
  long (*const commands[])(int) = {type_ahead, type_ahead_wide, paste};
  for (size_t i = 0; i < COUNT(commands); i++)
    if (commands[i](ends[0]) >= 0 || !is_refusal(errno))
      escaped("command %zu reached the kernel (%s)", i, error_name(errno));
  blocked("TIOCSTI: %s", error_name(errno));
}
static void own_session(void) {  // in the caller's session, job control and hang-ups of the caller's terminal reach it
  if (getsid(0) == 0) escaped("the session's leader is outside of the sandbox");
  blocked("a session of its own: %d", getsid(0));
}

ATTACKS(
  {"tiocsti", tiocsti}, {"tiocsti-wide", tiocsti_wide}, {"tioclinux", tioclinux}, {"echo-off", echo_off},
  {"controlling", controlling}, {"foreground", foreground}, {"line-discipline", line_discipline},
  {"console-output", console_output}, {"window-size", window_size}, {"hangup", hangup}, {"screen", screen},
  {"own-terminal", own_terminal}, {"consoles", consoles}, {"tiocsti-filtered", filtered}, {"own-session", own_session})
