// The byte kernel behind linear layers and convolutions: `vpdpbusd` over 16 outputs at a time.

#include "layer.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE __attribute__((always_inline)) static inline
#define UNROLL _Pragma("GCC unroll 16")

// Sixteen sums to bytes. At a shift of 32 the quotients are the high halves of the products;
// at 24 they may need more than 32 bits, so they saturate on their way.
VNNI INLINE __m128i rounded(__m512i sums, const int32_t *multipliers, __m512i addend,
                            int32_t shift) {
  const __m512i by = _mm512_loadu_si512(multipliers);
  __m512i even = _mm512_mul_epi32(sums, by);
  __m512i odd = _mm512_mul_epi32(_mm512_srli_epi64(sums, 32), _mm512_srli_epi64(by, 32));
  even = _mm512_add_epi64(even, addend);
  odd = _mm512_add_epi64(odd, addend);
  __m512i quotients;
  if (shift == 32) {
    quotients = _mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 32), odd);
  } else {
    const __m512i most = _mm512_set1_epi64(255);
    even = _mm512_min_epi64(_mm512_srai_epi64(even, 24), most);
    odd = _mm512_min_epi64(_mm512_srai_epi64(odd, 24), most);
    even = _mm512_max_epi64(even, _mm512_setzero_si512());
    odd = _mm512_max_epi64(odd, _mm512_setzero_si512());
    quotients = _mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64(odd, 32));
  }
  quotients = _mm512_max_epi32(quotients, _mm512_setzero_si512());
  return _mm512_cvtusepi32_epi8(quotients);
}

// Rounds and stores the sums of some places, `blocks` sixteens each; the last may be cut short.
VNNI static void store(const tolsey_layer *l, const __m512i *sums, int places, int blocks,
                       size_t output, __mmask16 mask, char *out) {
  const __m512i addend = _mm512_set1_epi64(l->addend);
  const int32_t shift = l->shift;
  for (int place = 0; place < places; place++, out += l->out_column_step) {
    for (int n = 0; n < blocks; n++, sums++) {
      const __mmask16 own = n + 1 == blocks ? mask : 0xFFFF;
      const size_t first = output + 16 * n;
      if (l->multipliers) {
        const __m128i bytes = rounded(*sums, l->multipliers + first, addend, shift);
        _mm_mask_storeu_epi8(out + first, own, bytes);
      } else {
        _mm512_mask_storeu_epi32(out + 4 * first, own, *sums);
      }
    }
  }
}

// The sums of R columns (of two lines of them, where pooled) by N blocks of sixteen outputs.
// R, N and POOLED are constants at every call, so that the loops over them unroll and the sums
// stay in registers.
VNNI INLINE void tile(const int R, const int N, const int POOLED, const tolsey_layer *l,
                      const uint8_t *x, size_t output, __mmask16 mask, char *out) {
  __m512i upper[8][3], lower[8][3];
  const size_t groups = l->groups, column_step = l->column_step, line_step = l->line_step;
  const size_t block_bytes = l->segments * groups * 64;
  const int8_t *w = l->weights + output / 16 * block_bytes;
  UNROLL for (int n = 0; n < N; n++) {
    const __m512i bias = _mm512_loadu_si512(l->bias + output + 16 * n);
    UNROLL for (int r = 0; r < R; r++) {
      upper[r][n] = bias;
      if (POOLED) lower[r][n] = bias;
    }
  }
  for (size_t s = 0; s < l->segments; s++) {
    const uint8_t *xs = x + s * l->segment_step;
    for (size_t g = 0; g < groups; g++, xs += 4, w += 64) {
      __m512i weights[3];
      UNROLL for (int n = 0; n < N; n++) weights[n] = _mm512_loadu_si512(w + n * block_bytes);
      UNROLL for (int r = 0; r < R; r++) {
        int32_t four;
        __builtin_memcpy(&four, xs + r * column_step, 4);
        const __m512i values = _mm512_set1_epi32(four);
        UNROLL for (int n = 0; n < N; n++)
          upper[r][n] = _mm512_dpbusd_epi32(upper[r][n], values, weights[n]);
      }
      if (!POOLED) continue;
      const uint8_t *below = xs + line_step;
      UNROLL for (int r = 0; r < R; r++) {
        int32_t four;
        __builtin_memcpy(&four, below + r * column_step, 4);
        const __m512i values = _mm512_set1_epi32(four);
        UNROLL for (int n = 0; n < N; n++)
          lower[r][n] = _mm512_dpbusd_epi32(lower[r][n], values, weights[n]);
      }
    }
  }
  __m512i kept[24];
  const int places = POOLED ? R / 2 : R;
  UNROLL for (int p = 0; p < places; p++) {
    UNROLL for (int n = 0; n < N; n++) {
      kept[p * N + n] =
          !POOLED ? upper[p][n]
                  : _mm512_max_epi32(_mm512_max_epi32(upper[2 * p][n], upper[2 * p + 1][n]),
                                     _mm512_max_epi32(lower[2 * p][n], lower[2 * p + 1][n]));
    }
  }
  store(l, kept, places, N, output, mask, out);
}

// One place alone: four sums an output, added at the end, hide the latency of the instruction
// while the weights are read in the order in which they lie.
VNNI INLINE void single(const int N, const tolsey_layer *l, const uint8_t *x, size_t output,
                        __mmask16 mask, char *out) {
  __m512i sums[4][3];
  const size_t groups = l->groups, block_bytes = l->segments * groups * 64;
  const int8_t *w = l->weights + output / 16 * block_bytes;
  UNROLL for (int n = 0; n < N; n++) {
    sums[0][n] = _mm512_loadu_si512(l->bias + output + 16 * n);
    UNROLL for (int k = 1; k < 4; k++) sums[k][n] = _mm512_setzero_si512();
  }
  for (size_t s = 0; s < l->segments; s++) {
    const uint8_t *xs = x + s * l->segment_step;
    size_t g = 0;
    for (; g + 4 <= groups; g += 4, w += 256) {
      UNROLL for (int k = 0; k < 4; k++) {
        int32_t four;
        __builtin_memcpy(&four, xs + 4 * (g + k), 4);
        const __m512i values = _mm512_set1_epi32(four);
        UNROLL for (int n = 0; n < N; n++)
          sums[k][n] = _mm512_dpbusd_epi32(
              sums[k][n], values, _mm512_loadu_si512(w + n * block_bytes + 64 * k));
      }
    }
    for (; g < groups; g++, w += 64) {
      int32_t four;
      __builtin_memcpy(&four, xs + 4 * g, 4);
      const __m512i values = _mm512_set1_epi32(four);
      UNROLL for (int n = 0; n < N; n++)
        sums[0][n] =
            _mm512_dpbusd_epi32(sums[0][n], values, _mm512_loadu_si512(w + n * block_bytes));
    }
  }
  __m512i kept[3];
  UNROLL for (int n = 0; n < N; n++) {
    kept[n] = _mm512_add_epi32(_mm512_add_epi32(sums[0][n], sums[1][n]),
                               _mm512_add_epi32(sums[2][n], sums[3][n]));
  }
  store(l, kept, 1, N, output, mask, out);
}

// A line of places, as many at a time as R says, and the rest.
#define PART(R, N)                                                                          \
  case R:                                                                                   \
    tile(R, N, 0, l, x + c * l->column_step, output, mask, out + c * l->out_column_step);   \
    break;

#define LINE(N)                                          \
  for (size_t c = 0; c < l->columns; c += 8) {           \
    switch (l->columns - c < 8 ? l->columns - c : 8) {   \
      PART(8, N) PART(7, N) PART(6, N) PART(5, N)        \
      PART(4, N) PART(3, N) PART(2, N) PART(1, N)        \
    }                                                    \
  }

#define POOLED_PART(P, N)                                                  \
  case P:                                                                  \
    tile(2 * P, N, 1, l, x + c * 2 * l->column_step, output, mask,         \
         out + c * l->out_column_step);                                    \
    break;

VNNI static void plain_line(const tolsey_layer *l, const uint8_t *x, size_t output, int blocks,
                            __mmask16 mask, char *out) {
  switch (blocks) {
    case 3: LINE(3) break;
    case 2: LINE(2) break;
    default: LINE(1)
  }
}

VNNI static void pooled_line(const tolsey_layer *l, const uint8_t *x, size_t output, int blocks,
                             __mmask16 mask, char *out) {
  if (blocks == 2) {
    for (size_t c = 0; c < l->columns; c += 2) {
      switch (l->columns - c < 2 ? l->columns - c : 2) { POOLED_PART(2, 2) POOLED_PART(1, 2) }
    }
  } else {
    for (size_t c = 0; c < l->columns; c += 4) {
      switch (l->columns - c < 4 ? l->columns - c : 4) {
        POOLED_PART(4, 1) POOLED_PART(3, 1) POOLED_PART(2, 1) POOLED_PART(1, 1)
      }
    }
  }
}

VNNI static void single_place(const tolsey_layer *l, size_t output, int blocks, __mmask16 mask) {
  switch (blocks) {
    case 3: return single(3, l, l->x, output, mask, l->out);
    case 2: return single(2, l, l->x, output, mask, l->out);
    default: return single(1, l, l->x, output, mask, l->out);
  }
}

VNNI void tolsey_layer_vnni(const tolsey_layer *l) {
  const int is_single = l->lines == 1 && l->columns == 1 && !l->pooled;
  const size_t most = l->pooled ? 2 : 3;
  for (size_t output = l->first_output; output < l->end_output;) {
    const size_t left = l->end_output - output;
    const size_t blocks = (left + 15) / 16 < most ? (left + 15) / 16 : most;
    const size_t last = left - 16 * (blocks - 1);  // outputs of the last block, if fewer than 16
    const __mmask16 mask = last >= 16 ? 0xFFFF : (__mmask16)((1u << last) - 1);
    if (is_single) {
      single_place(l, output, (int)blocks, mask);
    } else {
      for (size_t line = 0; line < l->lines; line++) {
        const uint8_t *x = l->x + line * l->line_step * (l->pooled ? 2 : 1);
        char *out = (char *)l->out + line * l->out_line_step;
        if (l->pooled) {
          pooled_line(l, x, output, (int)blocks, mask, out);
        } else {
          plain_line(l, x, output, (int)blocks, mask, out);
        }
      }
    }
    output += 16 * blocks;
  }
}

VNNI void tolsey_round_avx512(const int32_t *sums, size_t rows, size_t channels,
                              const int32_t *multipliers, int64_t addend, int32_t shift,
                              uint8_t *out, size_t out_step) {
  for (size_t row = 0; row < rows; row++, sums += channels, out += out_step) {
    for (size_t c = 0; c < channels; c += 16) {
      const size_t left = channels - c;
      const __mmask16 mask = left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
      const __m512i own = _mm512_maskz_loadu_epi32(mask, sums + c);
      _mm_mask_storeu_epi8(out + c, mask,
                           rounded(own, multipliers + c, _mm512_set1_epi64(addend), shift));
    }
  }
}

#else

void tolsey_layer_vnni(const tolsey_layer *layer) { (void)layer; }

void tolsey_round_avx512(const int32_t *sums, size_t rows, size_t channels,
                         const int32_t *multipliers, int64_t addend, int32_t shift,
                         uint8_t *out, size_t out_step) {
  (void)sums, (void)rows, (void)channels, (void)multipliers, (void)addend, (void)shift;
  (void)out, (void)out_step;
}

#endif
