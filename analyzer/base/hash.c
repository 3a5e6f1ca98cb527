/* Hashes for tables and fingerprints' inputs; the same on every machine and run. */
#include "base.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

int hash_file(int fd, hash128 *out)
{
    XXH3_state_t state;
    char chunk[65536];
    ssize_t n;

    XXH3_INITSTATE(&state);
    XXH3_128bits_reset(&state);
    while ((n = read(fd, chunk, sizeof chunk)) != 0) {
        if (n > 0)
            XXH3_128bits_update(&state, chunk, (size_t)n);
        else if (errno != EINTR)
            return -1;
    }
    XXH128_hash_t h = XXH3_128bits_digest(&state);
    *out = (hash128){h.high64, h.low64};
    return 0;
}
