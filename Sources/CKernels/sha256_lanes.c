// SHA-256 of sixteen messages side by side, a message in each lane of the AVX-512 registers.

#include "sha256.h"

#include "cpu.h"

#if defined(__x86_64__)

#include <immintrin.h>

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

int tolsey_sha256_has_lanes(void) {
  return (tolsey_cpu_features() & TOLSEY_CPU_AVX512) != 0;
}

#define LANES __attribute__((target("avx512f,avx512bw"), always_inline)) static inline

#define XOR3(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0x96)
#define CHOOSE(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0xCA)
#define MAJORITY(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0xE8)
#define ADD _mm512_add_epi32
#define ROTATE _mm512_ror_epi32

// Sixteen blocks, one of each message, become sixteen words of all messages.
LANES void load(const uint8_t *const data[16], size_t at, __m512i w[16]) {
  const __m512i swap =
      _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
  __m512i pairs[16], fours[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 2) {
    const __m512i first = _mm512_shuffle_epi8(_mm512_loadu_si512(data[i] + at), swap);
    const __m512i second = _mm512_shuffle_epi8(_mm512_loadu_si512(data[i + 1] + at), swap);
    pairs[i] = _mm512_unpacklo_epi32(first, second);
    pairs[i + 1] = _mm512_unpackhi_epi32(first, second);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 4) {
    fours[i] = _mm512_unpacklo_epi64(pairs[i], pairs[i + 2]);
    fours[i + 1] = _mm512_unpackhi_epi64(pairs[i], pairs[i + 2]);
    fours[i + 2] = _mm512_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
    fours[i + 3] = _mm512_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    const __m512i even = _mm512_shuffle_i32x4(fours[i], fours[4 + i], 0x88);
    const __m512i odd = _mm512_shuffle_i32x4(fours[i], fours[4 + i], 0xdd);
    const __m512i even2 = _mm512_shuffle_i32x4(fours[8 + i], fours[12 + i], 0x88);
    const __m512i odd2 = _mm512_shuffle_i32x4(fours[8 + i], fours[12 + i], 0xdd);
    w[i] = _mm512_shuffle_i32x4(even, even2, 0x88);
    w[4 + i] = _mm512_shuffle_i32x4(odd, odd2, 0x88);
    w[8 + i] = _mm512_shuffle_i32x4(even, even2, 0xdd);
    w[12 + i] = _mm512_shuffle_i32x4(odd, odd2, 0xdd);
  }
}

// The 64 rounds over sixteen words of all messages, which they use up; adds what comes out to s.
LANES void rounds(__m512i s[8], __m512i w[16]) {
  __m512i a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
#pragma clang loop unroll(full)
  for (int i = 0; i < 64; i++) {
    if (i >= 16) {
      const __m512i last = w[(i + 14) & 15], first = w[(i + 1) & 15];
      const __m512i s1 = XOR3(ROTATE(last, 17), ROTATE(last, 19), _mm512_srli_epi32(last, 10));
      const __m512i s0 = XOR3(ROTATE(first, 7), ROTATE(first, 18), _mm512_srli_epi32(first, 3));
      w[i & 15] = ADD(ADD(w[i & 15], s0), ADD(w[(i + 9) & 15], s1));
    }
    const __m512i wk = ADD(w[i & 15], _mm512_set1_epi32((int)constants[i]));
    const __m512i sum1 = XOR3(ROTATE(e, 6), ROTATE(e, 11), ROTATE(e, 25));
    const __m512i t1 = ADD(ADD(h, wk), ADD(sum1, CHOOSE(e, f, g)));
    const __m512i sum0 = XOR3(ROTATE(a, 2), ROTATE(a, 13), ROTATE(a, 22));
    const __m512i t2 = ADD(sum0, MAJORITY(a, b, c));
    h = g, g = f, f = e, e = ADD(d, t1);
    d = c, c = b, b = a, a = ADD(t1, t2);
  }
  s[0] = ADD(s[0], a), s[1] = ADD(s[1], b), s[2] = ADD(s[2], c), s[3] = ADD(s[3], d);
  s[4] = ADD(s[4], e), s[5] = ADD(s[5], f), s[6] = ADD(s[6], g), s[7] = ADD(s[7], h);
}

__attribute__((target("avx512f,avx512bw"))) void tolsey_sha256_sixteen(
    const uint8_t *const data[16], size_t blocks, uint32_t digests[128]) {
  __m512i s[8], w[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) s[i] = _mm512_set1_epi32((int)start[i]);
  for (size_t at = 0; at < 64 * blocks; at += 64) {
    load(data, at, w);
    rounds(s, w);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) _mm512_storeu_si512(digests + 16 * i, s[i]);
}

// One block: 36 bytes, the number, the bit behind the message, its length in bits.
__attribute__((target("avx512f,avx512bw"))) uint64_t tolsey_sha256_search(
    const uint8_t prefix[36], uint64_t first, uint64_t count, uint32_t most) {
  const __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i limit = _mm512_set1_epi32((int)most);
  for (uint64_t number = first; number < first + count; number += 16) {
    __m512i s[8], w[16];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) s[i] = _mm512_set1_epi32((int)start[i]);
#pragma clang loop unroll(full)
    for (int i = 0; i < 9; i++) {
      const uint8_t *word = prefix + 4 * i;
      w[i] = _mm512_set1_epi32((int)((uint32_t)word[0] << 24 | (uint32_t)word[1] << 16 |
                                     (uint32_t)word[2] << 8 | word[3]));
    }
    w[9] = _mm512_set1_epi32((int)(uint32_t)(number >> 32));
    w[10] = _mm512_or_si512(_mm512_set1_epi32((int)(uint32_t)number), lanes);
    w[11] = _mm512_set1_epi32((int)0x80000000u);
    w[12] = w[13] = w[14] = _mm512_setzero_si512();
    w[15] = _mm512_set1_epi32(44 * 8);
    rounds(s, w);
    const __mmask16 found = _mm512_cmple_epu32_mask(s[0], limit);
    if (found) return number + (uint64_t)__builtin_ctz((unsigned)found);
  }
  return first + count;
}

#else

int tolsey_sha256_has_lanes(void) { return 0; }

// Never called: the function above says no.
void tolsey_sha256_sixteen(const uint8_t *const data[16], size_t blocks, uint32_t digests[128]) {
  (void)data;
  (void)blocks;
  (void)digests;
}

uint64_t tolsey_sha256_search(const uint8_t prefix[36], uint64_t first, uint64_t count,
                              uint32_t most) {
  (void)prefix;
  (void)most;
  return first + count;
}

#endif
