#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

const int clinux_open_path_only = O_PATH;

const char *clinux_next_name(DIR *directory) {
  struct dirent *entry;
  errno = 0;
  do {
    entry = readdir(directory);
  } while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
  return entry ? entry->d_name : NULL;
}

int clinux_rename(int old_directory, const char *old_path, int new_directory, const char *new_path, unsigned flags) {
  return (int)syscall(SYS_renameat2, old_directory, old_path, new_directory, new_path, flags);
}

int clinux_sync_file_system(int directory) { return syncfs(directory); }

// Declared here rather than included: only a program that links SQLite calls this, and the linker says so if it does not.
extern int sqlite3_db_config(void *, int, ...) __attribute__((weak));
#define DBCONFIG_DEFENSIVE 1010

int clinux_sqlite_defensive(void *connection) {
  int on = 0;
  if (!sqlite3_db_config) return 1;
  int code = sqlite3_db_config(connection, DBCONFIG_DEFENSIVE, 1, &on);
  return code == 0 && on != 1 ? 1 : code;
}

int clinux_notify(const char *path, const char *message) {
  struct sockaddr_un address;
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  ssize_t sent = sendto(fd, message, strlen(message), MSG_NOSIGNAL, (struct sockaddr *)&address,
                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
  int error = errno;
  close(fd);
  errno = error;
  return sent < 0 ? -1 : 0;
}

int64_t clinux_boottime_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int clinux_clock_is_kept(void) {
  struct timex question = {.modes = 0};
  int state = adjtimex(&question);
  if (state < 0) return -1;
  return state != TIME_ERROR && (question.status & STA_UNSYNC) == 0;
}

static int unix_address(const char *path, struct sockaddr_un *address) {
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof address->sun_path) {
    errno = length == 0 ? EINVAL : ENAMETOOLONG;
    return -1;
  }
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  strcpy(address->sun_path, path);
  return 0;
}

// Keeps the first error: close(2) may overwrite errno.
static int close_keeping_errno(int socket) {
  int error = errno;
  close(socket);
  errno = error;
  return -1;
}

int clinux_bind_unix(const char *path) {
  struct sockaddr_un address;
  if (unix_address(path, &address) != 0) return -1;
  int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (server < 0) return -1;
  if (bind(server, (struct sockaddr *)&address, sizeof address) != 0) return close_keeping_errno(server);
  return server;
}

int clinux_probe_unix(const char *path) {
  struct sockaddr_un address;
  if (unix_address(path, &address) != 0) return -1;
  int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (client < 0) return -1;
  if (connect(client, (struct sockaddr *)&address, sizeof address) != 0 && errno != EAGAIN) {
    return close_keeping_errno(client);
  }
  close(client);
  return 0;
}

static int socket_option(int socket, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  return getsockopt(socket, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

int clinux_is_listening_unix(int socket) {
  return socket_option(socket, SO_DOMAIN) == AF_UNIX && socket_option(socket, SO_TYPE) == SOCK_STREAM &&
         socket_option(socket, SO_ACCEPTCONN) == 1;
}

int clinux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

void clinux_begin_writing(int file) { (void)sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE); }

void clinux_return_memory(void) { malloc_trim(0); }
