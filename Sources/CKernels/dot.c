// The byte kernel behind linear layers and convolutions: `vpdpbusd` over 16 outputs at a time.

#include "dot.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

// One tile of R rows by N blocks. R and N are constants at every call, so that the loops over
// them unroll and the sums stay in registers.
VNNI __attribute__((always_inline)) static inline void
tile(const int R, const int N, const uint8_t *x, size_t row_step, size_t segments,
     size_t segment_step, size_t groups, const int8_t *w, size_t block_bytes,
     const int32_t *bias, int32_t *out, size_t out_step) {
  __m512i sums[8][6];
  for (int r = 0; r < R; r++)
    for (int n = 0; n < N; n++) sums[r][n] = _mm512_loadu_si512(bias + 16 * n);
  for (size_t s = 0; s < segments; s++) {
    const uint8_t *xs = x + s * segment_step;
    for (size_t g = 0; g < groups; g++) {
      __m512i weights[6];
      for (int n = 0; n < N; n++) weights[n] = _mm512_loadu_si512(w + n * block_bytes);
      w += 64;
      for (int r = 0; r < R; r++) {
        int32_t four;
        __builtin_memcpy(&four, xs + r * row_step + 4 * g, 4);
        const __m512i values = _mm512_set1_epi32(four);
        for (int n = 0; n < N; n++)
          sums[r][n] = _mm512_dpbusd_epi32(sums[r][n], values, weights[n]);
      }
    }
  }
  for (int r = 0; r < R; r++)
    for (int n = 0; n < N; n++)
      _mm512_storeu_si512(out + r * out_step + 16 * n, sums[r][n]);
}

#define ROWS(R, N)                                                                         \
  case R:                                                                                  \
    tile(R, N, x + r * row_step, row_step, segments, segment_step, groups, wb, block_bytes, \
         bias + 16 * b, out + r * out_step + 16 * b, out_step);                            \
    break;

#define BLOCKS(N)                                                          \
  for (size_t r = 0; r < rows; r += 8) {                                   \
    switch (rows - r < 8 ? rows - r : 8) {                                 \
      ROWS(8, N) ROWS(7, N) ROWS(6, N) ROWS(5, N)                          \
      ROWS(4, N) ROWS(3, N) ROWS(2, N) ROWS(1, N)                          \
    }                                                                      \
  }

VNNI void tolsey_dot_u8s8(const uint8_t *x, size_t row_step, size_t rows,
                          size_t segments, size_t segment_step, size_t groups,
                          const int8_t *w, size_t blocks, const int32_t *bias,
                          int32_t *out) {
  const size_t block_bytes = segments * groups * 64;
  const size_t out_step = 16 * blocks;
  size_t b = 0;
  while (b < blocks) {
    const int8_t *wb = w + b * block_bytes;
    if (rows == 1 && blocks - b >= 6) {  // one row alone needs more sums to hide the latency
      tile(1, 6, x, row_step, segments, segment_step, groups, wb, block_bytes, bias + 16 * b,
           out + 16 * b, out_step);
      b += 6;
    } else if (blocks - b >= 3) {
      BLOCKS(3)
      b += 3;
    } else if (blocks - b == 2) {
      BLOCKS(2)
      b += 2;
    } else {
      BLOCKS(1)
      b += 1;
    }
  }
}

#else

void tolsey_dot_u8s8(const uint8_t *x, size_t row_step, size_t rows, size_t segments,
                     size_t segment_step, size_t groups, const int8_t *w, size_t blocks,
                     const int32_t *bias, int32_t *out) {
  (void)x, (void)row_step, (void)rows, (void)segments, (void)segment_step, (void)groups;
  (void)w, (void)blocks, (void)bias, (void)out;
}

#endif
