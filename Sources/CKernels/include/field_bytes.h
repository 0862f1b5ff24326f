// Sums of bytes times elements of the Goldilocks field, by halves of 32 bits.

#ifndef TOLSEY_FIELD_BYTES_H
#define TOLSEY_FIELD_BYTES_H

#include <stddef.h>
#include <stdint.h>

// An element of the extension is a word of `a` and one of `b`, both canonical. What a function
// gives as `sums` are four numbers for each quantity q: the sums of q times the lower and the
// upper half of `a`, and of `b`; no sum passes 64 bits as long as count is at most the `most` named
// beside it. `wide` is 1 where tolsey_cpu_features() has TOLSEY_CPU_AVX512; the bits are the same
// without it.

enum {
  TOLSEY_FIELD_MOST_INNER = 1 << 23,
  TOLSEY_FIELD_MOST_TREE = 1 << 13,
  TOLSEY_FIELD_MOST_COLUMNS = 1 << 23,
};

// q = bytes[i].
void tolsey_field_inner(int wide, const uint8_t *bytes, const uint64_t *a, const uint64_t *b,
                        size_t count, uint64_t sums[4]);

// out[i] = start + Σ over columns c of weights[c] * columns[c][i]; weights as pairs of words.
void tolsey_field_combine(int wide, const uint8_t *const *columns, size_t column_count,
                          const uint64_t *weights, const uint64_t start[2], size_t count,
                          uint64_t *a, uint64_t *b);

// The first round over products l * r, two values of each: bytes are l at 0 and 1, r at 0 and 1.
// Quantities: l0 + r0, l0 * r0, (l1 - l0) * (r1 - r0) + 255^2.
void tolsey_field_tree_first(int wide, const uint8_t *const bytes[4], const uint64_t *a,
                             const uint64_t *b, size_t count, uint64_t sums[12]);

// The second round where its variable is 0: bytes are l at (0, 0) and (1, 0), r likewise.
// Quantities: l0 + r0, l1 + r1, l0 * r0, l0 * r1 + l1 * r0, l1 * r1.
void tolsey_field_tree_zero(int wide, const uint8_t *const bytes[4], const uint64_t *a,
                            const uint64_t *b, size_t count, uint64_t sums[20]);

// Its leading coefficient: bytes are l at (0, 0), (0, 1), (1, 0), (1, 1), then r; d and e are the
// differences along the second variable. Quantities: d0 * e0 + 255^2,
// d0 * e1 + d1 * e0 + 2 * 255^2, d1 * e1 + 255^2.
void tolsey_field_tree_lead(int wide, const uint8_t *const bytes[8], const uint64_t *a,
                            const uint64_t *b, size_t count, uint64_t sums[12]);

// out[i] = square + factor * (lower[i] + upper[i]) + lower[i] * upper[i].
void tolsey_field_tree_pairs(int wide, const uint8_t *lower, const uint8_t *upper,
                             const uint64_t square[2], const uint64_t factor[2], size_t count,
                             uint64_t *a, uint64_t *b);

#endif
