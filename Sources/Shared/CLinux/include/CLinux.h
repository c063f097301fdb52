// The few kernel and SQLite calls that Swift cannot spell: variadic functions, and structures that Glibc hides.
#pragma once

#include <dirent.h>
#include <stdint.h>
#include <sys/types.h>

/// O_PATH: a descriptor that only serves to open others from, and needs no permission to read.
extern const int clinux_open_path_only;

/// The next name in an open directory, "." and ".." left out; it is valid until the next call on the same directory.
/// Returns NULL at the end with errno 0, or on failure with errno.
const char *clinux_next_name(DIR *directory);

/// renameat2(2) with RENAME_EXCHANGE or RENAME_NOREPLACE. Returns 0, or -1 with errno.
int clinux_rename(int old_directory, const char *old_path, int new_directory, const char *new_path, unsigned flags);

/// syncfs(2). Returns 0, or -1 with errno.
int clinux_sync_file_system(int directory);

/// sqlite3_db_config(SQLITE_DBCONFIG_DEFENSIVE, 1). Returns SQLite's result code.
int clinux_sqlite_defensive(void *connection);

/// One datagram to a Unix socket whose path may begin with '@' (abstract), for sd_notify(3). Returns 0, or -1 with errno.
int clinux_notify(const char *path, const char *message);

/// CLOCK_BOOTTIME in nanoseconds: time since boot, suspended time included.
int64_t clinux_boottime_ns(void);

/// Whether something keeps the wall clock right (adjtimex(2), which asks without changing). 1, 0, or -1 where the kernel does not say.
int clinux_clock_is_kept(void);

/// The layout of the kernel's `struct ucred`, for a caller that reads SO_PEERCRED through a library of its own.
struct clinux_peer {
  int32_t pid;
  uint32_t uid;
  uint32_t gid;
};

/// A Unix stream socket bound to `path`, close-on-exec, not yet listening. Returns a descriptor, or -1 with errno
/// (ENAMETOOLONG: over 107 bytes).
int clinux_bind_unix(const char *path);

/// Connects to `path` without waiting and hangs up. Returns 0 when somebody listens there, or -1 with errno (ECONNREFUSED: nobody).
int clinux_probe_unix(const char *path);

/// 1 when the descriptor is a listening Unix stream socket, else 0.
int clinux_is_listening_unix(int socket);

/// memfd_create(2) with MFD_CLOEXEC: an empty file in memory, gone when its last descriptor is. Returns a descriptor, or -1 with errno.
int clinux_memory_file(const char *name);

/// Has the disk begin with what was written to the file, and does not wait for it (sync_file_range(2)). A hint: a failure is found by
/// the fsync(2) that makes it certain.
void clinux_begin_writing(int file);

/// malloc_trim(3): hands memory that was freed back to the kernel, which the allocator would keep.
void clinux_return_memory(void);
