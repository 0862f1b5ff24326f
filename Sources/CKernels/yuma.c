// Sweeps over a tile of an epoch of Yuma consensus, with the products of 52 bits of AVX512-IFMA.

#include "yuma.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#define IFMA __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512ifma")))
#define INLINE __attribute__((always_inline)) static inline

// A product adds its bits from 52 on to a third number, and sees the lower 52 bits of a lane
// only: of two lanes of 32 bits the lower one, where it is moved up by 20.
typedef struct {
  __m512i even, odd;
} halves;

IFMA INLINE __m512i zero(void) { return _mm512_setzero_si512(); }

IFMA INLINE halves halves_of(__m512i x) {
  const halves h = {_mm512_and_si512(x, _mm512_set1_epi64(0xFFFFFFFF)), _mm512_srli_epi64(x, 32)};
  return h;
}

// The lower 32 bits of each, in their places.
IFMA INLINE __m512i merged(halves h) {
  return _mm512_mask_shuffle_epi32(h.even, 0xAAAA, h.odd, 0xA0);
}

IFMA INLINE __m512i load(const void *from) { return _mm512_loadu_si512(from); }

// One vector of many.
IFMA INLINE __m512i at(const void *from, ptrdiff_t n) {
  return _mm512_loadu_si512((const char *)from + 64 * n);
}

IFMA INLINE void put(void *to, ptrdiff_t n, __m512i x) {
  _mm512_storeu_si512((char *)to + 64 * n, x);
}

IFMA INLINE __m512i shares(const tolsey_yuma_rows *rows, size_t n) {
  const uint16_t *place = rows->cells + rows->lines[n].start;
  __builtin_prefetch(place + 32);
  return _mm512_maskz_cvtepu16_epi32(rows->inside, _mm256_loadu_si256((const __m256i *)place));
}

// Shares of 16 bits by the divisor of their row.
IFMA INLINE halves quotients(__m512i x, const tolsey_yuma_divisor *by) {
  const __m512i inverse = _mm512_set1_epi64((long long)by->inverse);
  x = _mm512_sll_epi32(x, _mm_cvtsi64_si128((long long)by->shift));
  halves h = halves_of(x);
  h.even = _mm512_madd52hi_epu64(h.even, h.even, inverse);
  h.odd = _mm512_madd52hi_epu64(h.odd, h.odd, inverse);
  return h;
}

typedef struct {
  __m512i sums, greatest;
} totals;

IFMA INLINE void add(totals *t, __m512i x) {
  t->sums = _mm512_add_epi32(t->sums, x);
  t->greatest = _mm512_max_epu32(t->greatest, x);
}

IFMA INLINE totals totals_from(const void *from) {
  const totals t = {at(from, 0), at(from, 1)};
  return t;
}

IFMA INLINE void store_totals(totals t, void *to) {
  put(to, 0, t.sums);
  put(to, 1, t.greatest);
}

IFMA int tolsey_yuma_copy(const void *row, const void *following, size_t count, uint16_t *to,
                          uint32_t *sum) {
  enum { ahead = 8192 };
  const __m512i first =
      _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i step = _mm512_set1_epi32(32), one = _mm512_set1_epi16(1);
  const __m512i middle = _mm512_set1_epi16(-0x8000);
  const __m512i odd = _mm512_set_epi16(63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35,
                                       33, 31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3,
                                       1);
  __m512i names = first, more = _mm512_add_epi32(first, _mm512_set1_epi32(16));
  __m512i wrong = zero(), other = zero(), sums = zero();
  const char *end = (const char *)row + 4 * count, *next = following;
  for (size_t n = 0; n < count; n += 32) {
    const char *place = (const char *)row + 4 * n;
    const __m512i left = load(place), right = load(place + 64);
    // Into the second cache: more of it can be on its way there.
    const char *soon = place + ahead < end ? place + ahead : next + (place + ahead - end);
    __builtin_prefetch(soon, 0, 2);
    __builtin_prefetch(soon + 64, 0, 2);
    // wrong | (entries ^ names): only the lower halves are looked at.
    wrong = _mm512_ternarylogic_epi32(wrong, left, names, 0xF6);
    other = _mm512_ternarylogic_epi32(other, right, more, 0xF6);
    names = _mm512_add_epi32(names, step);
    more = _mm512_add_epi32(more, step);
    const __m512i shares = _mm512_permutex2var_epi16(left, odd, right);
    // Products have signs, so shares are taken less 2^15.
    sums = _mm512_add_epi32(sums, _mm512_madd_epi16(_mm512_xor_si512(shares, middle), one));
    _mm512_storeu_si512(to + n, shares);
  }
  wrong = _mm512_or_si512(wrong, other);
  *sum = (uint32_t)_mm512_reduce_add_epi32(sums) + ((uint32_t)count << 15);
  return _mm512_test_epi32_mask(wrong, _mm512_set1_epi32(0xFFFF)) == 0;
}

IFMA void tolsey_yuma_scores(tolsey_yuma_rows rows, const tolsey_yuma_divisor *by,
                             void *tile, void *low, void *high) {
  __m512i least = load(low), most = load(high);
  for (size_t n = 0; n < rows.count; n++) {
    const ptrdiff_t row = rows.lines[n].row;
    const __m512i score = merged(quotients(shares(&rows, n), by + row));
    least = _mm512_min_epu32(least, score);
    most = _mm512_max_epu32(most, score);
    put(tile, row, score);
  }
  _mm512_storeu_si512(low, least);
  _mm512_storeu_si512(high, most);
}

IFMA void tolsey_yuma_rank(const void *tile, const uint64_t *stakes, size_t rows,
                           const void *agreed, void *trust, void *before, void *after) {
  const __m512i most = load(agreed);
  halves all = {zero(), zero()}, cut = all;
  for (ptrdiff_t row = 0; row < (ptrdiff_t)rows; row++) {
    const __m512i score = at(tile, row);
    const halves s = halves_of(score), c = halves_of(_mm512_min_epu32(score, most));
    const __m512i stake = _mm512_set1_epi64((long long)stakes[row]);
    all.even = _mm512_madd52hi_epu64(all.even, s.even, stake);
    all.odd = _mm512_madd52hi_epu64(all.odd, s.odd, stake);
    cut.even = _mm512_madd52hi_epu64(cut.even, c.even, stake);
    cut.odd = _mm512_madd52hi_epu64(cut.odd, c.odd, stake);
    const __m512i sum = _mm512_add_epi64(c.even, c.odd);
    put(trust, row, _mm512_add_epi64(at(trust, row), sum));
  }
  _mm512_storeu_si512(before, merged(all));
  _mm512_storeu_si512(after, merged(cut));
}

IFMA void tolsey_yuma_seen(tolsey_yuma_rows rows, const tolsey_yuma_divisor *by,
                           const uint64_t *stakes, ptrdiff_t sole, const void *agreed,
                           void *tile, void *to) {
  const halves most = halves_of(load(agreed));
  totals total = totals_from(to);
  for (size_t n = 0; n < rows.count; n++) {
    const ptrdiff_t row = rows.lines[n].row;
    halves h = quotients(shares(&rows, n), by + row);
    h.even = _mm512_min_epu32(h.even, most.even);
    h.odd = _mm512_min_epu32(h.odd, most.odd);
    if (row != sole) {
      const __m512i stake = _mm512_set1_epi64((long long)stakes[row]);
      h.even = _mm512_madd52hi_epu64(zero(), h.even, stake);
      h.odd = _mm512_madd52hi_epu64(zero(), h.odd, stake);
    }
    const __m512i weighed = merged(h);
    add(&total, weighed);
    put(tile, row, weighed);
  }
  store_totals(total, to);
}

IFMA void tolsey_yuma_shares(tolsey_yuma_rows rows, void *tile, void *to) {
  totals total = totals_from(to);
  for (size_t n = 0; n < rows.count; n++) {
    const __m512i share = shares(&rows, n);
    add(&total, share);
    put(tile, rows.lines[n].row, share);
  }
  store_totals(total, to);
}

// Reciprocals of 52 bits of the divisors of columns.
IFMA INLINE halves inverses(const void *by) {
  const __m512i high = at(by, 1), low = at(by, 2);
  const __m512i lower = _mm512_set1_epi64(0xFFFFFFFF), up = _mm512_set1_epi64(4095);
  const __m512i even =
      _mm512_or_si512(_mm512_slli_epi64(high, 32), _mm512_and_si512(low, lower));
  const __m512i odd =
      _mm512_or_si512(_mm512_andnot_si512(lower, high), _mm512_srli_epi64(low, 32));
  // Rounded up once and once more is rounded up at once.
  const halves h = {_mm512_srli_epi64(_mm512_add_epi64(even, up), 12),
                    _mm512_srli_epi64(_mm512_add_epi64(odd, up), 12)};
  return h;
}

IFMA void tolsey_yuma_mix(const void *new_tile, const void *by_new,
                          void *tile, const void *by_old, uint64_t rate,
                          uint64_t kept, size_t rows, void *to) {
  const halves new_inverse = inverses(by_new), old_inverse = inverses(by_old);
  const __m512i new_shift = at(by_new, 0), old_shift = at(by_old, 0);
  const __m512i gain = _mm512_set1_epi64((long long)rate);
  const __m512i keep = _mm512_set1_epi64((long long)kept);
  totals total = {zero(), zero()};
  for (ptrdiff_t row = 0; row < (ptrdiff_t)rows; row++) {
    const halves n = halves_of(_mm512_sllv_epi32(at(new_tile, row), new_shift));
    const halves o = halves_of(_mm512_sllv_epi32(at(tile, row), old_shift));
    halves h;
    h.even = _mm512_madd52hi_epu64(n.even, n.even, new_inverse.even);
    h.odd = _mm512_madd52hi_epu64(n.odd, n.odd, new_inverse.odd);
    h.even = _mm512_madd52hi_epu64(zero(), h.even, gain);
    h.odd = _mm512_madd52hi_epu64(zero(), h.odd, gain);
    const __m512i even = _mm512_madd52hi_epu64(o.even, o.even, old_inverse.even);
    const __m512i odd = _mm512_madd52hi_epu64(o.odd, o.odd, old_inverse.odd);
    h.even = _mm512_madd52hi_epu64(h.even, even, keep);
    h.odd = _mm512_madd52hi_epu64(h.odd, odd, keep);
    const __m512i mixed = merged(h);
    add(&total, mixed);
    put(tile, row, mixed);
  }
  store_totals(total, to);
}

// floor(65535 * floor(2^32 owned / greatest) / 2^32), for the columns of a mask.
static void store_exactly(uint32_t columns, const uint32_t *owned, const uint32_t *greatest,
                          uint16_t *to) {
  for (; columns; columns &= columns - 1) {
    const int lane = __builtin_ctz(columns);
    if (greatest[lane] == 0) continue;
    const uint64_t part = ((uint64_t)owned[lane] << 32) / greatest[lane];
    to[lane] = (uint16_t)((65535 * part) >> 32);
  }
}

// 2^80 / (65537 g), too small by less than 4, for g above 2^16: what makes sixteen bits of a share
// before the point and sixteen after it. With W = 2^64 / g it is W - W / 2^16 + W / 2^32 - ..., and
// the next of these is at most 1.
INLINE uint64_t scale(uint32_t g) {
  if (g == 0) return 0;
  const uint64_t whole = UINT64_MAX / g;
  return whole - (whole >> 16) + (whole >> 32) - 2;
}

// What is stored of a part is floor(z) with z = (2^32 owned - g) / (65537 g), or 0 where nothing
// is owned: of the 65535ths of a part rounded down, k are full from 65537 k + 1 on. `t` is 4 more
// than floor(owned * scale / 2^32), so t - 5 < 2^16 z < t + 1, and where the lower half of `t` is 8
// or more its upper half is floor(z). One share in 8,192 is divided.
IFMA void tolsey_yuma_collect(const void *tile, size_t rows, tolsey_yuma_bonds of,
                              void *earnings, uint16_t *cells, uint32_t *held,
                              size_t width) {
  uint32_t most[16];
  uint64_t scales[16];
  memcpy(most, of.greatest_owned, sizeof most);
  for (int lane = 0; lane < 16; lane++) scales[lane / 2 + lane % 2 * 8] = scale(most[lane]);
  const halves by_greatest = {load(scales), load(scales + 8)};
  const __m512i high = at(of.by_sum, 1), low = at(of.by_sum, 2);
  const __m512i lower = _mm512_set1_epi64(0xFFFFFFFF);
  const halves by_sum = {
      _mm512_or_si512(_mm512_slli_epi64(high, 32), _mm512_and_si512(low, lower)),
      _mm512_or_si512(_mm512_andnot_si512(lower, high), _mm512_srli_epi64(low, 32))};
  const halves earned = halves_of(load(of.earned));
  const __m512i greatest = load(of.greatest), four = _mm512_set1_epi64(4);
  const __m512i whole = _mm512_set1_epi32((int)0xFFFF8000), unsure = _mm512_set1_epi32(0xFFF8);
  const __m512i upper = _mm512_set_epi16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 31, 29, 27,
                                         25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
  ptrdiff_t word = -1;
  __m512i bits = zero();
  for (ptrdiff_t row = 0; row < (ptrdiff_t)rows; row++) {
    const __m512i x = at(tile, row);
    halves h = halves_of(x);
    h.even = _mm512_madd52hi_epu64(zero(), h.even, by_sum.even);
    h.odd = _mm512_madd52hi_epu64(zero(), h.odd, by_sum.odd);
    const __m512i owned = _mm512_add_epi32(x, _mm512_srli_epi32(merged(h), 12));
    // Both moved up by 20 bits.
    const __m512i even = _mm512_slli_epi64(owned, 20);
    const __m512i odd = _mm512_slli_epi64(_mm512_srli_epi64(owned, 32), 20);
    __m512i sum = at(earnings, row);
    sum = _mm512_madd52hi_epu64(sum, even, earned.even);
    sum = _mm512_madd52hi_epu64(sum, odd, earned.odd);
    put(earnings, row, sum);
    const ptrdiff_t line = of.lines[row];
    if (line < 0 || !cells) continue;
    h.even = _mm512_madd52hi_epu64(four, even, by_greatest.even);
    h.odd = _mm512_madd52hi_epu64(four, odd, by_greatest.odd);
    const __mmask16 is_held = _mm512_test_epi32_mask(x, x);
    const __mmask16 is_greatest = _mm512_mask_cmpeq_epi32_mask(is_held, x, greatest);
    const __m512i t = _mm512_mask_mov_epi32(merged(h), is_greatest, whole);
    uint16_t *place = cells + (size_t)line * width;
    __builtin_prefetch(place + 32, 1);
    _mm256_storeu_si256((__m256i *)place,
                        _mm512_castsi512_si256(_mm512_permutexvar_epi16(upper, t)));
    const __mmask16 is_unsure = _mm512_mask_testn_epi32_mask(is_held, t, unsure);
    if (__builtin_expect(is_unsure != 0, 0)) {
      uint32_t parts[16];
      _mm512_storeu_si512(parts, owned);
      store_exactly(is_unsure, parts, most, place);
    }
    if (line >> 5 != word) {
      if (word >= 0) _mm512_storeu_si512(held + (size_t)word * width, bits);
      word = line >> 5;
      bits = zero();
    }
    bits = _mm512_mask_or_epi32(bits, is_held, bits, _mm512_set1_epi32((int)(1u << (line & 31))));
  }
  if (word >= 0) _mm512_storeu_si512(held + (size_t)word * width, bits);
}

#else

// Never called: tolsey_cpu_features() has no such instructions.
int tolsey_yuma_copy(const void *row, const void *next, size_t count, uint16_t *to,
                     uint32_t *sum) {
  (void)row, (void)next, (void)count, (void)to, (void)sum;
  return 0;
}

void tolsey_yuma_scores(tolsey_yuma_rows rows, const tolsey_yuma_divisor *by, void *tile,
                        void *low, void *high) {
  (void)rows, (void)by, (void)tile, (void)low, (void)high;
}

void tolsey_yuma_rank(const void *tile, const uint64_t *stakes, size_t rows, const void *agreed,
                      void *trust, void *before, void *after) {
  (void)tile, (void)stakes, (void)rows, (void)agreed, (void)trust, (void)before, (void)after;
}

void tolsey_yuma_seen(tolsey_yuma_rows rows, const tolsey_yuma_divisor *by,
                      const uint64_t *stakes, ptrdiff_t sole, const void *agreed,
                      void *tile, void *totals) {
  (void)rows, (void)by, (void)stakes, (void)sole, (void)agreed, (void)tile, (void)totals;
}

void tolsey_yuma_shares(tolsey_yuma_rows rows, void *tile, void *totals) {
  (void)rows, (void)tile, (void)totals;
}

void tolsey_yuma_mix(const void *new_tile, const void *by_new, void *tile,
                     const void *by_old, uint64_t rate, uint64_t kept, size_t rows,
                     void *totals) {
  (void)new_tile, (void)by_new, (void)tile, (void)by_old, (void)rate, (void)kept, (void)rows;
  (void)totals;
}

void tolsey_yuma_collect(const void *tile, size_t rows, tolsey_yuma_bonds of,
                         void *earnings, uint16_t *cells, uint32_t *held, size_t width) {
  (void)tile, (void)rows, (void)of, (void)earnings, (void)cells, (void)held, (void)width;
}

#endif
