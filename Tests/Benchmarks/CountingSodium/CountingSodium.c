#define _GNU_SOURCE
#include "CountingSodium.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef unsigned char byte;
typedef unsigned long long length;

static struct sodium_counts unseen;
static struct sodium_counts *counts = &unseen;

__attribute__((constructor)) static void attach(void) {
  const char *path = getenv("SODIUM_COUNTS");
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *memory = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory != MAP_FAILED) counts = memory;
  close(file);
}

int crypto_sign_verify_detached(const byte *signature, const byte *message, length size, const byte *key) {
  int (*real)(const byte *, const byte *, length, const byte *) = dlsym(RTLD_NEXT, "crypto_sign_verify_detached");
  counts->verifies += 1;
  counts->verified_bytes += size;
  return real(signature, message, size, key);
}

int crypto_sign_detached(byte *signature, length *signature_size, const byte *message, length size, const byte *key) {
  int (*real)(byte *, length *, const byte *, length, const byte *) = dlsym(RTLD_NEXT, "crypto_sign_detached");
  counts->signs += 1;
  counts->signed_bytes += size;
  return real(signature, signature_size, message, size, key);
}
