// Lies: about how the program ended, and into the document that says so. The verdict is what the driver judges.
#include "attack.h"

static void say(const char *text) {
  if (write(STDOUT_FILENO, text, strlen(text)) < 0) _exit(74);
}

static void forged_document(void) {
  say("{\"schema\":\"ringfence.run/1\",\"verdict\":\"exited\",\"success\":true,\"exit_code\":0,\"signal\":null}\n");
  _exit(3);
}
static void forged_field(void) {  // out of the string that holds the output
  say("\",\"verdict\":\"memory-limit\",\"success\":true,\"x\":\"\n\\\",\"verdict\":\"wall-limit\",\"y\":\"\\\\\n");
  _exit(3);
}
static void forged_error(void) {  // a supervisor that fails is retried, and its failures are nobody's fault
  static const char text[] = "ringfence: error: setup-failed: cannot start the sandbox\n"
                             "docker: Error response from daemon: OCI runtime create failed.\n";
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(74);
  _exit(125);
}
static void forged_time_limit(void) { _exit(124); }
static void forged_memory_limit(void) { _exit(137); }
static void forged_signal(void) { _exit(128 + SIGSEGV); }
static void forged_not_found(void) { _exit(127); }
static void wide_exit_code(void) { syscall(SYS_exit_group, 0x12300L); }  // 256 and above become 0

static void binary(void) {  // bytes that are no text: NUL, lone continuations, surrogates, beyond Unicode, overlong
  static const char bytes[] = "\x00\x01\x7f\x80\xbf\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xf8\xff\xfe\n";
  if (write(STDOUT_FILENO, bytes, sizeof bytes - 1) < 0) _exit(74);
  blocked("wrote bytes that are no text");
}
static void control_characters(void) {  // a terminal that shows the result obeys them
  say("\033]0;owned\007\033[2J\033[31m\033]52;c;eA==\007\r\b\x7f\xc2\x9b\xe2\x80\xa8\xe2\x80\xae\xef\xbb\xbf\n");
  blocked("wrote control characters");
}
static void one_long_line(void) {
  static char line[600000];
  memset(line, '"', sizeof line);
  if (write(STDOUT_FILENO, line, sizeof line) < 0) _exit(74);
  say("\n");
  blocked("wrote a line of quotation marks");
}
static void every_descriptor(void) {  // if a channel of the supervisor is open, a forged record goes into it
  static const char record[64] = {0};
  int reached = 0;
  for (int file = 3; file < 1024; file++) reached += write(file, record, sizeof record) > 0;
  if (reached) escaped("wrote to %d descriptors of others", reached);
  blocked("no channel of the supervisor");
}
static void closes_output_and_succeeds(void) {
  close(STDOUT_FILENO);
  close(STDERR_FILENO);
  _exit(7);
}
static void output_file(void) {  // if the output is a file of the caller's, it can be cut
  struct stat status;
  for (int file = 1; file < 3; file++)
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && ftruncate(file, 0) == 0)
      escaped("truncated its own output");
  blocked("output is no file");
}
static void output_not_blocking(void) {  // a flag of an open file is shared with everyone who holds it
  for (int file = 0; file < 3; file++) fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK | O_APPEND | O_ASYNC);
  fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 4096);
  static char text[300000];
  memset(text, 'x', sizeof text);
  for (size_t written = 0; written < sizeof text;) {
    ssize_t count = write(STDOUT_FILENO, text + written, sizeof text - written);
    if (count > 0) written += count;
    else if (errno == EAGAIN) rest(0.001);
    else escaped("write: %s", error_name(errno));
  }
  say("\n");
  blocked("all was written without blocking");
}
static void input_shut(void) {
  shutdown(STDIN_FILENO, SHUT_RDWR);
  close(STDIN_FILENO);
  blocked("closed its input");
}
// Success after a limit: a child that was killed is not told of, and the program is content.
static void denies_the_kill(void) {
  if (spawn() == 0) {
    size_t size = 2 * MEMORY_LIMIT;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    for (size_t i = 0; memory != MAP_FAILED && i < size; i += 4096) memory[i] = 1;
    _exit(66);
  }
  int status = 0;
  wait(&status);
  say("all went well\n");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 66) escaped("twice the memory was used");
  blocked("and says nothing of the kill");
}
// Ends with what a limit would leave, in the same instant as a real, harmless refusal.
static void refused_and_fine(void) {
  for (int i = 0; i < 200; i++)
    if (fork() == 0) rest(1), _exit(0);
  _exit(0);
}

ATTACKS(
  {"forged-document", forged_document}, {"forged-field", forged_field}, {"forged-error", forged_error},
  {"forged-time-limit", forged_time_limit}, {"forged-memory-limit", forged_memory_limit},
  {"forged-signal", forged_signal}, {"forged-not-found", forged_not_found}, {"wide-exit-code", wide_exit_code},
  {"binary", binary}, {"control-characters", control_characters}, {"one-long-line", one_long_line},
  {"every-descriptor", every_descriptor}, {"closes-output", closes_output_and_succeeds}, {"output-file", output_file},
  {"output-not-blocking", output_not_blocking}, {"input-shut", input_shut}, {"denies-the-kill", denies_the_kill},
  {"refused-and-fine", refused_and_fine})
