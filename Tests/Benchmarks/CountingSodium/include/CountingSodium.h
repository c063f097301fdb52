// A library to preload into a plane: it counts the plane's Ed25519 operations on their way to libsodium. The counts are in the
// file that SODIUM_COUNTS names, which must have at least the size of the struct.
#pragma once
#include <stdatomic.h>
#include <stdint.h>

struct sodium_counts {
  _Atomic uint64_t verifies, verified_bytes, signs, signed_bytes;
};
