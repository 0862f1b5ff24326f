// Bytes times elements of the Goldilocks field: what is left for the field is one reduction a sum.

#include "field_bytes.h"

#define HALF UINT64_C(0xffffffff)
#define MODULUS UINT64_C(0xffffffff00000001)
#define SQUARE UINT64_C(65025)

// What every machine has: two lanes, or one behind the last pair.
#define WIDTH 16
#define NAME(name) two_##name
#define TARGET
#define LOWER_PRODUCT(x, y) (((x) & HALF) * ((y) & HALF))
#define HIDE(words)
#include "field_bytes_body.h"
#undef WIDTH
#undef NAME
#undef TARGET
#undef LOWER_PRODUCT
#undef HIDE

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDTH 64
#define NAME(name) eight_##name
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
// Said as an instruction about words of which the compiler knows nothing: from what it knows of
// some it concludes that products of whole words, three times as slow, would do as well.
#define LOWER_PRODUCT(x, y) (eight_words) _mm512_mul_epu32((__m512i)(x), (__m512i)(y))
#define HIDE(words) __asm__("" : "+v"(words))
#include "field_bytes_body.h"
#define RUN(name, ...) (wide ? eight_##name(__VA_ARGS__) : two_##name(__VA_ARGS__))
#else
#define RUN(name, ...) ((void)wide, two_##name(__VA_ARGS__))
#endif

static uint64_t limb(uint64_t a, uint64_t b, int k) {
  const uint64_t word = k < 2 ? a : b;
  return k % 2 ? word >> 32 : word & HALF;
}

static void gather(uint64_t sums[4], uint64_t q, uint64_t a, uint64_t b) {
  for (int k = 0; k < 4; k++) sums[k] += q * limb(a, b, k);
}

static uint64_t reduced(uint64_t low, uint64_t high) {
  const unsigned __int128 sum = ((unsigned __int128)high << 32) + low;
  return (uint64_t)(sum % MODULUS);
}

void tolsey_field_inner(int wide, const uint8_t *bytes, const uint64_t *a, const uint64_t *b,
                        size_t count, uint64_t sums[4]) {
  size_t i = RUN(inner, bytes, a, b, count, sums);
  for (; i < count; i++) gather(sums, bytes[i], a[i], b[i]);
}

void tolsey_field_combine(int wide, const uint8_t *const *columns, size_t column_count,
                          const uint64_t *weights, const uint64_t start[2], size_t count,
                          uint64_t *a, uint64_t *b) {
  size_t i = RUN(combine, columns, column_count, weights, start, count, a, b);
  for (; i < count; i++) {
    uint64_t own[4];
    for (int k = 0; k < 4; k++) own[k] = limb(start[0], start[1], k);
    for (size_t c = 0; c < column_count; c++) {
      gather(own, columns[c][i], weights[2 * c], weights[2 * c + 1]);
    }
    a[i] = reduced(own[0], own[1]);
    b[i] = reduced(own[2], own[3]);
  }
}

static uint64_t product(int x, int y) { return (uint64_t)(x * y + (int)SQUARE); }

void tolsey_field_tree_first(int wide, const uint8_t *const bytes[4], const uint64_t *a,
                             const uint64_t *b, size_t count, uint64_t sums[12]) {
  size_t i = RUN(tree_first, bytes, a, b, count, sums);
  for (; i < count; i++) {
    const int l0 = bytes[0][i], l1 = bytes[1][i], r0 = bytes[2][i], r1 = bytes[3][i];
    gather(sums, (uint64_t)(l0 + r0), a[i], b[i]);
    gather(sums + 4, (uint64_t)(l0 * r0), a[i], b[i]);
    gather(sums + 8, product(l1 - l0, r1 - r0), a[i], b[i]);
  }
}

void tolsey_field_tree_zero(int wide, const uint8_t *const bytes[4], const uint64_t *a,
                            const uint64_t *b, size_t count, uint64_t sums[20]) {
  size_t i = RUN(tree_zero, bytes, a, b, count, sums);
  for (; i < count; i++) {
    const int l0 = bytes[0][i], l1 = bytes[1][i], r0 = bytes[2][i], r1 = bytes[3][i];
    gather(sums, (uint64_t)(l0 + r0), a[i], b[i]);
    gather(sums + 4, (uint64_t)(l1 + r1), a[i], b[i]);
    gather(sums + 8, (uint64_t)(l0 * r0), a[i], b[i]);
    gather(sums + 12, (uint64_t)(l0 * r1 + l1 * r0), a[i], b[i]);
    gather(sums + 16, (uint64_t)(l1 * r1), a[i], b[i]);
  }
}

void tolsey_field_tree_lead(int wide, const uint8_t *const bytes[8], const uint64_t *a,
                            const uint64_t *b, size_t count, uint64_t sums[12]) {
  size_t i = RUN(tree_lead, bytes, a, b, count, sums);
  for (; i < count; i++) {
    const int d0 = bytes[1][i] - bytes[0][i], d1 = bytes[3][i] - bytes[2][i];
    const int e0 = bytes[5][i] - bytes[4][i], e1 = bytes[7][i] - bytes[6][i];
    gather(sums, product(d0, e0), a[i], b[i]);
    gather(sums + 4, product(d0, e1) + product(d1, e0), a[i], b[i]);
    gather(sums + 8, product(d1, e1), a[i], b[i]);
  }
}

void tolsey_field_tree_pairs(int wide, const uint8_t *lower, const uint8_t *upper,
                             const uint64_t square[2], const uint64_t factor[2], size_t count,
                             uint64_t *a, uint64_t *b) {
  size_t i = RUN(tree_pairs, lower, upper, square, factor, count, a, b);
  for (; i < count; i++) {
    uint64_t own[4];
    for (int k = 0; k < 4; k++) own[k] = limb(square[0], square[1], k);
    own[0] += (uint64_t)lower[i] * upper[i];
    gather(own, (uint64_t)lower[i] + upper[i], factor[0], factor[1]);
    a[i] = reduced(own[0], own[1]);
    b[i] = reduced(own[2], own[3]);
  }
}
