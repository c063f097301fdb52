// Loaded into a plane by tests (LD_PRELOAD): counts its calls that change a disk, make it durable, or send bytes, from a given one on,
// and at the one that the test has chosen kills the process, fails, or waits. What the calls are goes to a log, one a line.
//
// SABOTAGE_FROM   "CALL TEXT": counting begins at the first such call with TEXT in its path
// SABOTAGE_CALLS  only these calls are counted, each name between two commas: ",write,fsync,"
// SABOTAGE_AT     act at this one, counted from 1; 0: never
// SABOTAGE_ACT    "kill", "hold" (until SABOTAGE_GATE exists), or the errno with which the call fails
// SABOTAGE_LOG    the log
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_int counting;
static atomic_int counted;

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

static void path_of(int descriptor, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  path[length < 0 ? 0 : length] = '\0';
}

// A plane's own files, the weights that tests name, and sockets; not its log, nor the pipes and events that its threads wake each other with.
static int matters(const char *path) {
  return strstr(path, "/serving-plane/") || strstr(path, "/weights/") || strncmp(path, "socket:", 7) == 0;
}

static void note(const char *call, const char *path, int number) {
  char line[PATH_MAX + 64];
  int length = snprintf(line, sizeof line, "%d %s %s\n", number, call, path);
  int log = REAL(open)(setting("SABOTAGE_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return;
  if (REAL(write)(log, line, (size_t)length) < 0) abort();
  close(log);
}

static int begins(const char *call, const char *path) {
  const char *from = setting("SABOTAGE_FROM");
  size_t length = strlen(call);
  return strncmp(from, call, length) == 0 && from[length] == ' ' && strstr(path, from + length + 1);
}

static int is_counted(const char *call) {
  char name[32];
  snprintf(name, sizeof name, ",%s,", call);
  return strstr(setting("SABOTAGE_CALLS"), name) != NULL;
}

// Returns the errno with which the call is to fail, or 0.
static int strike(const char *call, const char *path) {
  if (!matters(path)) return 0;
  if (!counting && begins(call, path)) counting = 1;
  if (!counting || !is_counted(call)) return 0;
  int number = ++counted;
  note(call, path, number);
  if (number != atoi(setting("SABOTAGE_AT"))) return 0;
  const char *act = setting("SABOTAGE_ACT");
  if (strcmp(act, "kill") == 0) kill(getpid(), SIGKILL);
  if (strcmp(act, "hold") == 0) {
    while (access(setting("SABOTAGE_GATE"), F_OK) != 0) usleep(2000);
  }
  return atoi(act);
}

static int strike_descriptor(const char *call, int descriptor) {
  char path[PATH_MAX];
  path_of(descriptor, path);
  return strike(strncmp(path, "socket:", 7) == 0 ? "send" : call, path);
}

static int strike_name(const char *call, int directory, const char *name) {
  char path[2 * PATH_MAX];
  path_of(directory, path);
  strcat(path, "/");
  strncat(path, name, PATH_MAX - 1);
  return strike(call, path);
}

#define FAIL_IF(struck) \
  do { \
    int error = (struck); \
    if (error) { \
      errno = error; \
      return -1; \
    } \
  } while (0)

ssize_t write(int descriptor, const void *bytes, size_t count) {
  FAIL_IF(strike_descriptor("write", descriptor));
  return REAL(write)(descriptor, bytes, count);
}

ssize_t writev(int descriptor, const struct iovec *pieces, int count) {
  FAIL_IF(strike_descriptor("write", descriptor));
  return REAL(writev)(descriptor, pieces, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  FAIL_IF(strike_descriptor("pwrite", descriptor));
  return REAL(pwrite)(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  FAIL_IF(strike_descriptor("pwrite", descriptor));
  return REAL(pwrite64)(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
  FAIL_IF(strike_descriptor("fsync", descriptor));
  return REAL(fsync)(descriptor);
}

int fdatasync(int descriptor) {
  FAIL_IF(strike_descriptor("fdatasync", descriptor));
  return REAL(fdatasync)(descriptor);
}

int syncfs(int descriptor) {
  FAIL_IF(strike_descriptor("syncfs", descriptor));
  return REAL(syncfs)(descriptor);
}

int fchmod(int descriptor, mode_t mode) {
  FAIL_IF(strike_descriptor("fchmod", descriptor));
  return REAL(fchmod)(descriptor, mode);
}

int mkdirat(int directory, const char *name, mode_t mode) {
  FAIL_IF(strike_name("mkdirat", directory, name));
  return REAL(mkdirat)(directory, name, mode);
}

int symlinkat(const char *target, int directory, const char *name) {
  FAIL_IF(strike_name("symlinkat", directory, name));
  return REAL(symlinkat)(target, directory, name);
}

int unlinkat(int directory, const char *name, int flags) {
  FAIL_IF(strike_name("unlinkat", directory, name));
  return REAL(unlinkat)(directory, name, flags);
}

int openat(int directory, const char *name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  FAIL_IF(strike_name(flags & O_CREAT ? "create" : "open", directory, name));
  return REAL(openat)(directory, name, flags, mode);
}

// renameat2 comes through here.
long syscall(long number, ...) {
  va_list rest;
  va_start(rest, number);
  long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
  long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_renameat2) FAIL_IF(strike_name("rename", (int)c, (const char *)d));
  return REAL(syscall)(number, a, b, c, d, e, f);
}
