// The byte kernel for CPUs without dot products of bytes: pairs of 16-bit products at a time.

#include "layer.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE __attribute__((always_inline)) static inline
#define UNROLL _Pragma("GCC unroll 16")

// The sums of R places (1 or 2) by sixteen outputs. A vector of sums holds four outputs, each as
// two halves that are added at the end.
AVX2 INLINE void sums_of(const int R, const tolsey_layer *l, const uint8_t *const *x,
                         size_t output, __m256i (*out)[2]) {
  __m256i sums[2][4];
  UNROLL for (int r = 0; r < R; r++)
    UNROLL for (int q = 0; q < 4; q++) sums[r][q] = _mm256_setzero_si256();
  const int8_t *w = l->weights + output * l->segments * l->groups * 4;
  for (size_t s = 0; s < l->segments; s++) {
    for (size_t g = 0; g < l->groups; g++, w += 64) {
      __m256i weights[4];
      UNROLL for (int q = 0; q < 4; q++)
        weights[q] = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(w + 16 * q)));
      UNROLL for (int r = 0; r < R; r++) {
        int32_t four;
        __builtin_memcpy(&four, x[r] + s * l->segment_step + 4 * g, 4);
        const __m256i values = _mm256_cvtepu8_epi16(_mm_set1_epi32(four));
        UNROLL for (int q = 0; q < 4; q++)
          sums[r][q] = _mm256_add_epi32(sums[r][q], _mm256_madd_epi16(values, weights[q]));
      }
    }
  }
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int half = 0; half < 2; half++) {
      // Adding neighbours leaves the outputs in the order 0 1 4 5 2 3 6 7.
      const __m256i mixed = _mm256_hadd_epi32(sums[r][2 * half], sums[r][2 * half + 1]);
      const __m256i bias =
          _mm256_loadu_si256((const __m256i *)(l->bias + output + 8 * half));
      out[r][half] = _mm256_add_epi32(_mm256_permute4x64_epi64(mixed, 0xD8), bias);
    }
  }
}

// Eight sums to bytes, one in each word, at a shift of 32: the high halves of the products.
AVX2 INLINE __m256i rounded(__m256i sums, const int32_t *multipliers, __m256i addend) {
  const __m256i by = _mm256_loadu_si256((const __m256i *)multipliers);
  const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(sums, by), addend);
  const __m256i odd = _mm256_add_epi64(
      _mm256_mul_epi32(_mm256_srli_epi64(sums, 32), _mm256_srli_epi64(by, 32)), addend);
  const __m256i quotients = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
  const __m256i least = _mm256_max_epi32(quotients, _mm256_setzero_si256());
  return _mm256_min_epi32(least, _mm256_set1_epi32(255));
}

AVX2 static void round_sixteen(const int32_t *sums, size_t count, const int32_t *multipliers,
                               int64_t addend, int32_t shift, uint8_t *out) {
  if (shift == 32 && count == 16) {
    const __m256i half = _mm256_set1_epi64x(addend);
    const __m256i low = rounded(_mm256_loadu_si256((const __m256i *)sums), multipliers, half);
    const __m256i high =
        rounded(_mm256_loadu_si256((const __m256i *)(sums + 8)), multipliers + 8, half);
    const __m256i words = _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0xD8);
    const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words),
                                           _mm256_extracti128_si256(words, 1));
    _mm_storeu_si128((__m128i *)out, bytes);
    return;
  }
  for (size_t o = 0; o < count; o++) {
    const int64_t value = ((int64_t)sums[o] * multipliers[o] + addend) >> shift;
    out[o] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
  }
}

AVX2 static void store(const tolsey_layer *l, const __m256i *sums, size_t output, char *out) {
  const size_t left = l->end_output - output, count = left < 16 ? left : 16;
  int32_t own[16];
  _mm256_storeu_si256((__m256i *)own, sums[0]);
  _mm256_storeu_si256((__m256i *)(own + 8), sums[1]);
  if (l->multipliers) {
    round_sixteen(own, count, l->multipliers + output, l->addend, l->shift,
                  (uint8_t *)out + output);
  } else {
    __builtin_memcpy(out + 4 * output, own, 4 * count);
  }
}

// A line of sixteen outputs; weights stay near while places pass.
AVX2 static void line_of(const tolsey_layer *l, const uint8_t *x, size_t output, char *out) {
  const size_t step = l->column_step;
  __m256i sums[2][2], lower[2][2];
  if (l->pooled) {
    for (size_t c = 0; c < l->columns; c++, x += 2 * step, out += l->out_column_step) {
      const uint8_t *above[2] = {x, x + step};
      const uint8_t *below[2] = {x + l->line_step, x + l->line_step + step};
      sums_of(2, l, above, output, sums);
      sums_of(2, l, below, output, lower);
      for (int half = 0; half < 2; half++) {
        sums[0][half] = _mm256_max_epi32(_mm256_max_epi32(sums[0][half], sums[1][half]),
                                         _mm256_max_epi32(lower[0][half], lower[1][half]));
      }
      store(l, sums[0], output, out);
    }
    return;
  }
  size_t c = 0;
  for (; c + 2 <= l->columns; c += 2) {
    const uint8_t *pair[2] = {x + c * step, x + (c + 1) * step};
    sums_of(2, l, pair, output, sums);
    store(l, sums[0], output, out + c * l->out_column_step);
    store(l, sums[1], output, out + (c + 1) * l->out_column_step);
  }
  if (c < l->columns) {
    const uint8_t *one[1] = {x + c * step};
    sums_of(1, l, one, output, sums);
    store(l, sums[0], output, out + c * l->out_column_step);
  }
}

AVX2 void tolsey_layer_avx2(const tolsey_layer *l) {
  for (size_t output = l->first_output; output < l->end_output; output += 16) {
    for (size_t line = 0; line < l->lines; line++) {
      line_of(l, l->x + line * l->line_step * (l->pooled ? 2 : 1), output,
              (char *)l->out + line * l->out_line_step);
    }
  }
}

#else

void tolsey_layer_avx2(const tolsey_layer *layer) { (void)layer; }

#endif
