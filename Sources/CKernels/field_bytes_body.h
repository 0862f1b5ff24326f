// The loops of field_bytes.h for lanes of WIDTH bytes: included once for each width.

#define LANES (WIDTH / 8)

typedef uint64_t NAME(words) __attribute__((vector_size(WIDTH)));
typedef int64_t NAME(numbers) __attribute__((vector_size(WIDTH)));
typedef uint8_t NAME(narrow) __attribute__((vector_size(LANES)));

#define WORDS NAME(words)
#define NUMBERS NAME(numbers)
#define INLINE TARGET __attribute__((always_inline)) static inline

INLINE WORDS NAME(load)(const uint64_t *from) {
  WORDS words;
  __builtin_memcpy(&words, from, sizeof words);
  return words;
}

INLINE WORDS NAME(bytes)(const uint8_t *from) {
  NAME(narrow) bytes;
  __builtin_memcpy(&bytes, from, sizeof bytes);
  return __builtin_convertvector(bytes, WORDS);
}

INLINE WORDS NAME(same)(uint64_t word) { return (WORDS){0} + word; }

// The product of numbers of 32 bits and a sign.
INLINE WORDS NAME(product)(WORDS x, WORDS y) { return (WORDS)((NUMBERS)x * (NUMBERS)y); }

// Adds q, below 2^32, times an element to its four sums.
INLINE void NAME(gather)(WORDS sums[4], WORDS q, WORDS a, WORDS b) {
  HIDE(q);
  sums[0] += LOWER_PRODUCT(q, a);
  sums[1] += LOWER_PRODUCT(q, a >> 32);
  sums[2] += LOWER_PRODUCT(q, b);
  sums[3] += LOWER_PRODUCT(q, b >> 32);
}

INLINE void NAME(totals)(const WORDS *own, size_t count, uint64_t *sums) {
  for (size_t k = 0; k < count; k++) {
    uint64_t sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += own[k][lane];
    sums[k] = sum;
  }
}

// low + high * 2^32 as a canonical word; high is below 2^63.
INLINE WORDS NAME(reduced)(WORDS low, WORDS high) {
  const WORDS word = low + (high << 32);
  const WORDS carried = (high >> 32) - (WORDS)(word < low);
  // 2^64 is worth 2^32 - 1.
  const WORDS added = (carried << 32) - carried;
  WORDS sum = word + added;
  sum += (WORDS)(sum < added) & HALF;
  const WORDS less = sum - MODULUS;
  const WORDS is_canonical = (WORDS)(sum < less);
  return (sum & is_canonical) | (less & ~is_canonical);
}

INLINE void NAME(store)(uint64_t *to, WORDS words) {
  __builtin_memcpy(to, &words, sizeof words);
}

TARGET static size_t NAME(inner)(const uint8_t *bytes, const uint64_t *a, const uint64_t *b,
                                 size_t count, uint64_t sums[4]) {
  WORDS own[4] = {{0}};
  const size_t end = count / LANES * LANES;
  for (size_t i = 0; i < end; i += LANES) {
    NAME(gather)(own, NAME(bytes)(bytes + i), NAME(load)(a + i), NAME(load)(b + i));
  }
  NAME(totals)(own, 4, sums);
  return end;
}

TARGET static size_t NAME(combine)(const uint8_t *const *columns, size_t column_count,
                                   const uint64_t *weights, const uint64_t start[2],
                                   size_t count, uint64_t *a, uint64_t *b) {
  const size_t end = count / (2 * LANES) * (2 * LANES);
  for (size_t i = 0; i < end; i += 2 * LANES) {
    WORDS own[8];
    for (int k = 0; k < 8; k++) {
      const uint64_t word = start[k % 4 / 2];
      own[k] = NAME(same)(k % 2 ? word >> 32 : word & HALF);
    }
    for (size_t c = 0; c < column_count; c++) {
      const WORDS wa = NAME(same)(weights[2 * c]), wb = NAME(same)(weights[2 * c + 1]);
      NAME(gather)(own, NAME(bytes)(columns[c] + i), wa, wb);
      NAME(gather)(own + 4, NAME(bytes)(columns[c] + i + LANES), wa, wb);
    }
    NAME(store)(a + i, NAME(reduced)(own[0], own[1]));
    NAME(store)(b + i, NAME(reduced)(own[2], own[3]));
    NAME(store)(a + i + LANES, NAME(reduced)(own[4], own[5]));
    NAME(store)(b + i + LANES, NAME(reduced)(own[6], own[7]));
  }
  return end;
}

TARGET static size_t NAME(tree_first)(const uint8_t *const bytes[4], const uint64_t *a,
                                      const uint64_t *b, size_t count, uint64_t sums[12]) {
  WORDS own[12] = {{0}};
  const size_t end = count / LANES * LANES;
  for (size_t i = 0; i < end; i += LANES) {
    const WORDS wa = NAME(load)(a + i), wb = NAME(load)(b + i);
    const WORDS l0 = NAME(bytes)(bytes[0] + i), l1 = NAME(bytes)(bytes[1] + i);
    const WORDS r0 = NAME(bytes)(bytes[2] + i), r1 = NAME(bytes)(bytes[3] + i);
    NAME(gather)(own, l0 + r0, wa, wb);
    NAME(gather)(own + 4, l0 * r0, wa, wb);
    NAME(gather)(own + 8, NAME(product)(l1 - l0, r1 - r0) + SQUARE, wa, wb);
  }
  NAME(totals)(own, 12, sums);
  return end;
}

TARGET static size_t NAME(tree_zero)(const uint8_t *const bytes[4], const uint64_t *a,
                                     const uint64_t *b, size_t count, uint64_t sums[20]) {
  WORDS own[20] = {{0}};
  const size_t end = count / LANES * LANES;
  for (size_t i = 0; i < end; i += LANES) {
    const WORDS wa = NAME(load)(a + i), wb = NAME(load)(b + i);
    const WORDS l0 = NAME(bytes)(bytes[0] + i), l1 = NAME(bytes)(bytes[1] + i);
    const WORDS r0 = NAME(bytes)(bytes[2] + i), r1 = NAME(bytes)(bytes[3] + i);
    NAME(gather)(own, l0 + r0, wa, wb);
    NAME(gather)(own + 4, l1 + r1, wa, wb);
    NAME(gather)(own + 8, l0 * r0, wa, wb);
    NAME(gather)(own + 12, l0 * r1 + l1 * r0, wa, wb);
    NAME(gather)(own + 16, l1 * r1, wa, wb);
  }
  NAME(totals)(own, 20, sums);
  return end;
}

TARGET static size_t NAME(tree_lead)(const uint8_t *const bytes[8], const uint64_t *a,
                                     const uint64_t *b, size_t count, uint64_t sums[12]) {
  WORDS own[12] = {{0}};
  const size_t end = count / LANES * LANES;
  for (size_t i = 0; i < end; i += LANES) {
    const WORDS wa = NAME(load)(a + i), wb = NAME(load)(b + i);
    const WORDS d0 = NAME(bytes)(bytes[1] + i) - NAME(bytes)(bytes[0] + i);
    const WORDS d1 = NAME(bytes)(bytes[3] + i) - NAME(bytes)(bytes[2] + i);
    const WORDS e0 = NAME(bytes)(bytes[5] + i) - NAME(bytes)(bytes[4] + i);
    const WORDS e1 = NAME(bytes)(bytes[7] + i) - NAME(bytes)(bytes[6] + i);
    const WORDS cross = NAME(product)(d0, e1) + NAME(product)(d1, e0);
    NAME(gather)(own, NAME(product)(d0, e0) + SQUARE, wa, wb);
    NAME(gather)(own + 4, cross + 2 * SQUARE, wa, wb);
    NAME(gather)(own + 8, NAME(product)(d1, e1) + SQUARE, wa, wb);
  }
  NAME(totals)(own, 12, sums);
  return end;
}

TARGET static size_t NAME(tree_pairs)(const uint8_t *lower, const uint8_t *upper,
                                      const uint64_t square[2], const uint64_t factor[2],
                                      size_t count, uint64_t *a, uint64_t *b) {
  const size_t end = count / LANES * LANES;
  const WORDS fa = NAME(same)(factor[0]), fb = NAME(same)(factor[1]);
  for (size_t i = 0; i < end; i += LANES) {
    const WORDS l = NAME(bytes)(lower + i), u = NAME(bytes)(upper + i);
    WORDS own[4] = {
        NAME(same)(square[0] & HALF) + l * u,
        NAME(same)(square[0] >> 32),
        NAME(same)(square[1] & HALF),
        NAME(same)(square[1] >> 32),
    };
    NAME(gather)(own, l + u, fa, fb);
    NAME(store)(a + i, NAME(reduced)(own[0], own[1]));
    NAME(store)(b + i, NAME(reduced)(own[2], own[3]));
  }
  return end;
}

#undef LANES
#undef WORDS
#undef NUMBERS
#undef INLINE
