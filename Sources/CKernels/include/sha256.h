// SHA-256 over whole blocks, with the instructions that Swift cannot reach.

#ifndef TOLSEY_SHA256_H
#define TOLSEY_SHA256_H

#include <stddef.h>
#include <stdint.h>

// 1 where this machine has the SHA instructions. Ask once; the blocks may be hashed only then.
int tolsey_sha256_has_instructions(void);

// Runs the compression function over `count` blocks of 64 bytes.
void tolsey_sha256_blocks(uint32_t state[8], const uint8_t *data, size_t count);

// 1 where sixteen messages can be hashed side by side.
int tolsey_sha256_has_lanes(void);

// Hashes sixteen messages of `blocks` blocks each, padded already. digests[16 * i + m] is word i of
// the digest of message m.
void tolsey_sha256_sixteen(const uint8_t *const data[16], size_t blocks, uint32_t digests[128]);

// The least of `count` numbers from `first` on, both multiples of sixteen, for which the first word
// of the digest of 36 bytes and the number, eight bytes big-endian, is at most `most`; first + count
// where there is none. Only where sixteen messages can be hashed side by side.
uint64_t tolsey_sha256_search(const uint8_t prefix[36], uint64_t first, uint64_t count,
                              uint32_t most);

#endif
