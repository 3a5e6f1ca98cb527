/* Hashes for tables and fingerprints' inputs; the same on every machine and run. */
#include "base.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(uint64_t seed, const void *data, size_t n)
{
    return XXH3_64bits_withSeed(data, n, seed);
}

uint64_t hash_text(uint64_t seed, const char *s)
{
    return s ? hash_bytes(seed, s, strlen(s)) : hash_bytes(seed, "", 0);
}

hash128 hash_content(const void *data, size_t n)
{
    XXH128_hash_t h = XXH3_128bits(data, n);

    return (hash128){h.high64, h.low64};
}

bool hash_equal(hash128 a, hash128 b)
{
    return a.high == b.high && a.low == b.low;
}
