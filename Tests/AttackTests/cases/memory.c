// Memory of every kind, at most twice the limit: a limit that counts only resident heap, one process, or what has been
// touched lately misses most of these.
#include "attack.h"
#include <pthread.h>

static void touch(char *memory, long size) {
  for (long i = 0; i < size; i += 4096) memory[i] = 1;
}
static char *map(long size, int flags) {
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
  if (memory == MAP_FAILED) blocked("mmap of %ld MiB: %s", size / MiB, error_name(errno));
  return memory;
}
static void judge_memory(long size) { escaped("%ld MiB in use, %ld allowed", size / MiB, MEMORY_LIMIT / MiB); }

static void heap(void) {
  long size = 0;
  for (; size < 2 * MEMORY_LIMIT; size += MiB) {
    char *memory = malloc(MiB);
    if (!memory) blocked("malloc after %ld MiB: %s", size / MiB, error_name(errno));
    touch(memory, MiB);
  }
  judge_memory(size);
}
static void populate(void) {
  map(2 * MEMORY_LIMIT, MAP_PRIVATE | MAP_POPULATE);
  judge_memory(2 * MEMORY_LIMIT);
}
static void shared(void) {
  touch(map(2 * MEMORY_LIMIT, MAP_SHARED), 2 * MEMORY_LIMIT);
  judge_memory(2 * MEMORY_LIMIT);
}
static void program_break(void) {
  for (long size = 0; size < 2 * MEMORY_LIMIT; size += MiB) {
    char *memory = sbrk(MiB);
    if (memory == (void *)-1) blocked("sbrk after %ld MiB: %s", size / MiB, error_name(errno));
    touch(memory, MiB);
  }
  judge_memory(2 * MEMORY_LIMIT);
}
static void remapped(void) {
  long size = 4 * MiB;
  char *memory = map(size, MAP_PRIVATE);
  for (; size < 2 * MEMORY_LIMIT; size *= 2) {
    memory = mremap(memory, size, 2 * size, MREMAP_MAYMOVE);
    if (memory == MAP_FAILED) blocked("mremap to %ld MiB: %s", 2 * size / MiB, error_name(errno));
    touch(memory, 2 * size);
  }
  judge_memory(size);
}
// Slowly: a poller that measures how fast memory grows, or only looks at the start, sees nothing unusual.
static void slow_ramp(void) {
  for (long size = 0; size < 2 * MEMORY_LIMIT; size += 8 * MiB) {
    touch(map(8 * MiB, MAP_PRIVATE), 8 * MiB);
    rest(0.02);
  }
  judge_memory(2 * MEMORY_LIMIT);
}
// At once, from many threads: between two looks of a poller.
static void *touch_part(void *part) {
  touch(part, MEMORY_LIMIT / 8);
  return NULL;
}
static void sudden(void) {
  pthread_t threads[16];
  char *memory = map(2 * MEMORY_LIMIT, MAP_PRIVATE);
  for (int i = 0; i < 16; i++)
    if ((errno = pthread_create(&threads[i], NULL, touch_part, memory + i * MEMORY_LIMIT / 8)))
      blocked("pthread_create: %s", error_name(errno));
  for (int i = 0; i < 16; i++) pthread_join(threads[i], NULL);
  judge_memory(2 * MEMORY_LIMIT);
}
static void *deep_stack(void *size) {
  char *memory = alloca((long)size);
  touch(memory, (long)size);
  __asm__ volatile("" : : "r"(memory) : "memory");
  rest(8);
  return NULL;
}
static void thread_stacks(void) {
  long count = PIDS_LIMIT / 2, size = 2 * MEMORY_LIMIT / count;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, size + MiB);
  for (long i = 0; i < count; i++) {
    pthread_t thread;
    if ((errno = pthread_create(&thread, &attributes, deep_stack, (void *)size)))
      blocked("pthread_create: %s", error_name(errno));
  }
  rest(6);
  judge_memory(count * size);
}
static char recurse(long depth) {
  volatile char frame[16384];
  frame[0] = depth > 0 ? recurse(depth - 1) : 1;
  return frame[0];
}
static void stack(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_STACK, &limit);
  if (limit.rlim_max > (rlim_t)MEMORY_LIMIT) escaped("the stack may grow past the limit of all memory");
  recurse(2 * MEMORY_LIMIT / 16384);
  escaped("a stack of %ld MiB", 2 * MEMORY_LIMIT / MiB);
}
// RLIMIT_AS and RSS are of one process: the sum over children goes unseen. The parent stays small and exits 0.
static void children(void) {
  for (int i = 0; i < 8; i++) {
    pid_t child = spawn();
    if (child < 0) blocked("fork: %s", error_name(errno));
    if (child == 0) {
      touch(map(MEMORY_LIMIT / 4, MAP_PRIVATE), MEMORY_LIMIT / 4);
      rest(4);
      _exit(0);
    }
  }
  int status, killed = 0;
  while (wait(&status) > 0) killed += !WIFEXITED(status);
  if (killed == 0) judge_memory(2 * MEMORY_LIMIT);
  blocked("%d of 8 children were killed", killed);
}
// The one that is killed is a grandchild, and everyone else says that all is well.
static void grandchild(void) {
  if (spawn() == 0) {
    if (spawn() == 0) {
      prctl(PR_SET_NAME, "innocent");
      touch(map(2 * MEMORY_LIMIT, MAP_PRIVATE), 2 * MEMORY_LIMIT);
      _exit(66);
    }
    int status = 0;
    wait(&status);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 0);
  }
  int status = 0;
  wait(&status);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 66) judge_memory(2 * MEMORY_LIMIT);
  blocked("a grandchild was killed, and this exits 0");
}
static void copy_on_write(void) {
  long size = MEMORY_LIMIT / 2;
  char *memory = map(size, MAP_PRIVATE);
  touch(memory, size);
  for (int i = 0; i < 4; i++)
    if (spawn() == 0) {
      touch(memory, size);
      rest(4);
      _exit(0);
    }
  int status, killed = 0;
  while (wait(&status) > 0) killed += !WIFEXITED(status);
  if (killed == 0) judge_memory(5 * size);
  blocked("%d of 4 copies were killed", killed);
}
// One byte every 2 MiB: as much memory again in page tables, which no RSS shows.
static void page_tables(void) {
  long step = 2 * MiB, count = 2 * MEMORY_LIMIT / 8192;
  char *memory = map(step * count, MAP_PRIVATE | MAP_NORESERVE);
  madvise(memory, step * count, MADV_NOHUGEPAGE);
  for (long i = 0; i < count; i++) memory[i * step] = 1;
  judge_memory(count * 8192);
}
// What the program drops with MADV_FREE stays until someone needs it: the limit must take it back, not kill for it.
static void lazily_freed(void) {
  for (int i = 0; i < 6; i++) {
    char *memory = map(MEMORY_LIMIT / 4, MAP_PRIVATE);
    touch(memory, MEMORY_LIMIT / 4);
    if (madvise(memory, MEMORY_LIMIT / 4, MADV_FREE)) skipped("madvise: %s", error_name(errno));
  }
  blocked("freed memory beyond the limit was taken back");
}
// Half in files of a tmpfs, half in the heap: two meters that each stay below the limit.
static void tmpfs_and_heap(void) {
  static char block[1 << 20];
  memset(block, 1, sizeof block);
  signal(SIGXFSZ, SIG_IGN);
  long written = 0;
  for (int i = 0; i < 64 && written < DISK_LIMIT - 4 * MiB; i++) {
    char path[32];
    snprintf(path, sizeof path, "/tmp/part-%d", i);
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    for (int k = 0; k < 8 && file >= 0 && write(file, block, sizeof block) == sizeof block; k++) written += MiB;
    unlink(path);
  }
  long rest_of_limit = MEMORY_LIMIT - 16 * MiB;
  touch(map(rest_of_limit, MAP_PRIVATE), rest_of_limit);
  judge_memory(rest_of_limit + written);
}
static void locked(void) {
  char *memory = map(64 * MiB, MAP_PRIVATE);
  judge(mlock(memory, 64 * MiB), "mlock of 64 MiB");
}
static void locked_all(void) { judge(mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT), "mlockall"); }
static void merging(void) { judge(prctl(67 /* PR_SET_MEMORY_MERGE */, 1, 0, 0, 0), "prctl(PR_SET_MEMORY_MERGE)"); }
// To be the last that the kernel kills.
static void spared_by_the_killer(void) {
  int file = open("/proc/self/oom_score_adj", O_WRONLY);
  if (file < 0) blocked("oom_score_adj: %s", error_name(errno));
  judge(write(file, "-900", 4), "oom_score_adj of -900");
}
// To have someone else killed first: every child volunteers, the parent goes on.
static void sacrifice(void) {
  for (int i = 0; i < 4; i++)
    if (spawn() == 0) {
      int file = open("/proc/self/oom_score_adj", O_WRONLY);
      if (file >= 0 && write(file, "1000", 4) < 0) _exit(0);
      touch(map(16 * MiB, MAP_PRIVATE), 16 * MiB);
      rest(5);
      _exit(0);
    }
  rest(0.3);
  touch(map(2 * MEMORY_LIMIT, MAP_PRIVATE), 2 * MEMORY_LIMIT);
  judge_memory(2 * MEMORY_LIMIT);
}

ATTACKS(
  {"heap", heap}, {"populate", populate}, {"shared", shared}, {"program-break", program_break}, {"remapped", remapped},
  {"slow-ramp", slow_ramp}, {"sudden", sudden}, {"thread-stacks", thread_stacks}, {"stack", stack},
  {"children", children}, {"grandchild", grandchild}, {"copy-on-write", copy_on_write}, {"page-tables", page_tables},
  {"lazily-freed", lazily_freed}, {"tmpfs-and-heap", tmpfs_and_heap}, {"locked", locked}, {"locked-all", locked_all},
  {"merging", merging}, {"spared-by-the-killer", spared_by_the_killer}, {"sacrifice", sacrifice})
