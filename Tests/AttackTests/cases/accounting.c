// What a program can hold outside of its own memory: kernel objects that a meter of processes does not see, and counts
// that all sandboxes of a host share.
#include "attack.h"
#include <ftw.h>
#include <linux/aio_abi.h>
#include <mqueue.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/xattr.h>

static char block[1 << 20];

// Runs `hold` in eight children at once, for what is limited by process. Each reports how many bytes it holds.
static void judge_held(long (*hold)(void), const char *what) {
  int report[2];
  if (pipe(report)) blocked("pipe: %s", error_name(errno));
  for (int i = 0; i < 8; i++)
    if (spawn() == 0) {
      long held = hold();
      if (write(report[1], &held, sizeof held) < 0) _exit(1);
      rest(6);
      _exit(0);
    }
  close(report[1]);
  long total = 0, held;
  for (int i = 0; i < 8 && read(report[0], &held, sizeof held) == sizeof held; i++) total += held;
  if (total >= 3 * MEMORY_LIMIT / 2) escaped("%ld MiB in %s", total / MiB, what);
  blocked("held at %ld MiB in %s", total / MiB, what);
}

static void memory_files(void) {
  memset(block, 1, sizeof block);
  signal(SIGXFSZ, SIG_IGN);
  for (long size = 0; size < 2 * MEMORY_LIMIT;) {
    int file = memfd_create("attack", 0);
    if (file < 0) blocked("memfd_create after %ld MiB: %s", size / MiB, error_name(errno));
    for (int i = 0; i < 15; i++, size += MiB)
      if (write(file, block, sizeof block) != sizeof block)
        blocked("write after %ld MiB: %s", size / MiB, error_name(errno));
  }
  escaped("%ld MiB in memory files", 2 * MEMORY_LIMIT / MiB);
}
static long fill_pipes(void) {
  long held = 0;
  for (int ends[2]; held < MEMORY_LIMIT / 3 && pipe(ends) == 0;) {
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    for (ssize_t count; (count = write(ends[1], block, 65536)) > 0;) held += count;
  }
  return held;
}
static void pipes(void) { judge_held(fill_pipes, "pipes"); }
static long fill_sockets(void) {
  long held = 0;
  for (int ends[2]; held < MEMORY_LIMIT / 3 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0;)
    for (int side = 0; side < 2; side++) {
      int size = 16 << 20;
      setsockopt(ends[side], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
      for (ssize_t count; (count = write(ends[side], block, 65536)) > 0;) held += count;
    }
  return held;
}
static void sockets(void) { judge_held(fill_sockets, "socket buffers"); }

// Descriptors sent over a socket and closed are held by the kernel alone: RLIMIT_NOFILE does not count them.
static void descriptors_in_flight(void) {
  long limit = 4 * FILES_LIMIT, sent = 0;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends)) blocked("socketpair: %s", error_name(errno));
  while (sent < limit) {
    int carried[8];
    for (size_t i = 0; i < COUNT(carried); i++) carried[i] = open("/dev/null", O_RDONLY);
    char control[CMSG_SPACE(sizeof carried)] = {0};
    struct iovec vector = {"x", 1};
    struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_RIGHTS, header->cmsg_len = CMSG_LEN(sizeof carried);
    memcpy(CMSG_DATA(header), carried, sizeof carried);
    ssize_t result = sendmsg(ends[0], &message, 0);
    int error = errno;
    for (size_t i = 0; i < COUNT(carried); i++) close(carried[i]);
    if (result > 0) sent += COUNT(carried);
    else if (error == EAGAIN && socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends) == 0) continue;
    else blocked("%s after %ld descriptors in flight", error_name(error), sent);
  }
  escaped("%ld descriptors in flight, %ld allowed open", sent, FILES_LIMIT);
}
static void timers(void) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
  for (int count = 0; count < 10000; count++) {
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer)) blocked("%s after %d timers", error_name(errno), count);
  }
  escaped("10000 timers");
}
static void queued_signals(void) {
  sigset_t set;
  sigfillset(&set);
  sigprocmask(SIG_BLOCK, &set, NULL);
  for (int count = 0; count < 10000; count++)
    if (sigqueue(getpid(), SIGRTMIN, (union sigval){0})) blocked("%s after %d signals", error_name(errno), count);
  escaped("10000 queued signals");
}
// Without a sandbox these would stay on the host for good: they belong to no process.
static bool cleans_up(void) { return getenv("ATTACK_UNSANDBOXED") != NULL; }

static void semaphores(void) {
  static int sets[20000];
  long count = 0;
  int made = 0, error = 0;  // 64 bytes each: a line of the cache
  while (count * 64 < 2 * MEMORY_LIMIT && (size_t)made < COUNT(sets)) {
    int set = semget(IPC_PRIVATE, 32000, 0600);
    if (set < 0) {
      error = errno;
      break;
    }
    sets[made++] = set, count += 32000;
  }
  while (cleans_up() && made > 0) semctl(sets[--made], 0, IPC_RMID);
  if (error) blocked("%s after %ld semaphores", error_name(error), count);
  escaped("%ld semaphores", count);
}
static void messages(void) {
  static int queues[40000];
  static struct { long type; char text[4096]; } message = {.type = 1};
  long size = 0;
  int made = 0, error = 0;
  while (size < 3 * MEMORY_LIMIT / 2 && (size_t)made < COUNT(queues)) {
    int queue = msgget(IPC_PRIVATE, 0600);
    if (queue < 0) {
      error = errno;
      break;
    }
    queues[made++] = queue;
    while (msgsnd(queue, &message, sizeof message.text, IPC_NOWAIT) == 0) size += sizeof message.text;
  }
  while (cleans_up() && made > 0) msgctl(queues[--made], IPC_RMID, NULL);
  if (error) blocked("%s after %ld MiB of messages", error_name(error), size / MiB);
  escaped("%ld MiB of System V messages", size / MiB);
}
static void segments(void) {
  for (long size = 0; size < 2 * MEMORY_LIMIT; size += 16 * MiB) {
    int segment = shmget(IPC_PRIVATE, 16 * MiB, 0600);
    if (segment < 0) blocked("shmget after %ld MiB: %s", size / MiB, error_name(errno));
    char *memory = shmat(segment, NULL, 0);
    if (memory == (void *)-1) blocked("shmat after %ld MiB: %s", size / MiB, error_name(errno));
    memset(memory, 1, 16 * MiB);
    shmdt(memory);  // it stays, attached to nobody
    if (cleans_up()) shmctl(segment, IPC_RMID, NULL);
  }
  escaped("%ld MiB of shared segments", 2 * MEMORY_LIMIT / MiB);
}
static void posix_queues(void) {
  long size = 0;
  for (int i = 0; i < 200; i++) {
    char name[32];
    snprintf(name, sizeof name, "/attack-%d-%d", getpid(), i);
    struct mq_attr attributes = {.mq_maxmsg = 10, .mq_msgsize = 8192};
    mqd_t queue = mq_open(name, O_CREAT | O_RDWR, 0600, &attributes);
    if (queue == (mqd_t)-1) blocked("%s after %ld KiB of queues", error_name(errno), size / 1024);
    mq_unlink(name);
    size += 10 * 8192;
  }
  escaped("%ld MiB of POSIX message queues", size / MiB);
}
// 128 for a user of the host, whatever the sandbox: without them no editor or service of that user sees files change.
static void inotify_instances(void) {
  for (int count = 0; count < 100; count++)
    if (inotify_init1(0) < 0) blocked("%s after %d instances", error_name(errno), count);
  escaped("100 inotify instances");
}
static void inotify_watches(void) {
  int instance = inotify_init1(IN_NONBLOCK);
  if (instance < 0) blocked("inotify_init1: %s", error_name(errno));
  if (inotify_add_watch(instance, "/usr/bin", IN_ALL_EVENTS) >= 0) escaped("watches a folder that others use");
  blocked("inotify_add_watch: %s", error_name(errno));
}
// fs.aio-max-nr is one count for the host; who reserves it all stops every database on it.
static void aio_events(void) {
  long reserved = 0;
  aio_context_t context = 0;
  while (reserved < 32768 && syscall(SYS_io_setup, 1024, &context) == 0) reserved += 1024, context = 0;
  if (reserved >= 32768) escaped("%ld of the host's 65536 events reserved", reserved);
  blocked("%s after %ld events", error_name(errno), reserved);
}
// 4096 for the host.
static void terminals(void) {
  int count = 0;
  while (count < 100 && open("/dev/ptmx", O_RDWR | O_NOCTTY) >= 0) count++;
  if (count > 0) escaped("%d pseudo-terminals", count);
  blocked("/dev/ptmx: %s", error_name(errno));
}
static void attributes(void) {  // since 6.6 a tmpfs takes extended attributes, in kernel memory beyond size=
  long size = 0;
  for (int i = 0; i < 400; i++) {
    char path[32];
    snprintf(path, sizeof path, "/tmp/attribute-%d", i);
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    if (file < 0) blocked("open: %s after %ld MiB", error_name(errno), size / MiB);
    for (int k = 0; k < 16; k++) {
      char name[32];
      snprintf(name, sizeof name, "user.attack-%d", k);
      if (fsetxattr(file, name, block, 60000, 0)) {
        int error = errno;
        if (cleans_up()) unlink(path);
        blocked("%s after %ld MiB of attributes", error_name(error), size / MiB);
      }
      size += 60000;
    }
    close(file);
    if (cleans_up()) unlink(path);
  }
  escaped("%ld MiB of extended attributes, %ld of files allowed", size / MiB, DISK_LIMIT / MiB);
}
// Not an attack but its shadow: files read are cached, and a full cache is no reason to kill.
static long cached;
static int read_whole(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status, (void)place;
  if (kind != FTW_F) return 0;
  int file = open(path, O_RDONLY | O_NOFOLLOW);
  for (ssize_t count; file >= 0 && (count = read(file, block, sizeof block)) > 0;) cached += count;
  close(file);
  return cached > 3 * MEMORY_LIMIT / 2;
}
static void page_cache(void) {
  // A disk that others use as well is slow.
  alarm(50 * patience());
  nftw("/usr", read_whole, 16, FTW_PHYS | FTW_MOUNT);
  blocked("read %ld MiB, and was let live", cached / MiB);
}

ATTACKS(
  {"memory-files", memory_files}, {"pipes", pipes}, {"sockets", sockets},
  {"descriptors-in-flight", descriptors_in_flight}, {"timers", timers}, {"queued-signals", queued_signals},
  {"semaphores", semaphores}, {"messages", messages}, {"segments", segments}, {"posix-queues", posix_queues},
  {"inotify-instances", inotify_instances}, {"inotify-watches", inotify_watches}, {"aio-events", aio_events},
  {"terminals", terminals}, {"attributes", attributes}, {"page-cache", page_cache})
