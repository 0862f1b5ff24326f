// Sweeps over a tile of an epoch of Yuma consensus: products of 52 bits in place of two of 32.

#ifndef TOLSEY_YUMA_H
#define TOLSEY_YUMA_H

#include <stddef.h>
#include <stdint.h>

// A vector is sixteen numbers of 32 bits, one a column; a tile is a vector for each row, row behind
// row. Totals are two vectors, sums, of which 2^32 is 0, and the greatest numbers. Divisors of
// columns are three, as `LaneDivisor` in Lanes.swift keeps them: shift, high and low, where
// s' = s * 2^shift lies in 2^31+1..2^32 and ceil(2^96 / s') is 2^64 + high * 2^32 + low.
//
// Everything is exact, to the bit what the plain lanes of Subnets compute. May be called only where
// tolsey_cpu_features() has TOLSEY_CPU_AVX512_IFMA.

// Where the shares of a row stand, two bytes each, counted from the first of all.
typedef struct {
  ptrdiff_t row;
  ptrdiff_t start;
} tolsey_yuma_line;

// What stands for a divisor s of at most 2^31 where shares of 16 bits, at most s, are divided by
// it: s' = s * 2^shift lies in 2^31+1..2^32, and inverse = ceil(2^84 / s') - 2^52. The quotient
// floor(x * 2^32 / s) is x' + floor(x' * inverse / 2^52) with x' = x * 2^shift: the reciprocal is
// too great by less than 1, the quotient by less than x' / 2^52 = x * 2^shift / 2^52, which is at
// most 1 / s where x * s' <= 2^52, so for x of at most 20 bits.
typedef struct {
  uint64_t inverse;
  uint64_t shift;
} tolsey_yuma_divisor;

// Copies the shares of a row of which each entry, a number of 16 bits below and a share above,
// names its place, and adds them up; `count` is a multiple of 32. Returns 0 where one names
// another. Rows lie anywhere in memory: what stands at `next` is read after this row, and asked
// for before.
int tolsey_yuma_copy(const void *row, const void *next, size_t count, uint16_t *to,
                     uint32_t *sum);

// Some rows of a matrix of shares at the columns of a tile: `cells` are those of the first column.
// Columns of which `inside` has no bit count as 0.
typedef struct {
  const uint16_t *cells;
  const tolsey_yuma_line *lines;
  size_t count;
  uint16_t inside;
} tolsey_yuma_rows;

// Shares of what each row gives; widens the range from `low` to `high` to all of them.
void tolsey_yuma_scores(tolsey_yuma_rows rows, const tolsey_yuma_divisor *by, void *tile,
                        void *low, void *high);

// The sums of stake times score, of scores as they are and cut to `agreed`; the cut ones are
// added to `trust`, eight sums a row. A stake is its share times 2^20.
void tolsey_yuma_rank(const void *tile, const uint64_t *stakes, size_t rows, const void *agreed,
                      void *trust, void *before, void *after);

// Stake times weight, weights cut to `agreed`; row `sole` has all stake.
void tolsey_yuma_seen(tolsey_yuma_rows rows, const tolsey_yuma_divisor *by,
                      const uint64_t *stakes, ptrdiff_t sole, const void *agreed, void *tile,
                      void *totals);

// Shares as they are.
void tolsey_yuma_shares(tolsey_yuma_rows rows, void *tile, void *totals);

// old = rate * (new / its column) + kept * (old / its column), each product rounded down. Numbers
// have at most 20 bits and none is all of its column; rates are shares times 2^20.
void tolsey_yuma_mix(const void *new_tile, const void *by_new, void *tile, const void *by_old,
                     uint64_t rate, uint64_t kept, size_t rows, void *totals);

// What `tolsey_yuma_collect` reads beside bonds.
typedef struct {
  // Their sums: at least 2^32 - 2^20 or nothing, so that shift is 0 and high below 2^20.
  const void *by_sum;
  const void *greatest;
  // The share of the greatest bond in its column: above 65,536, or 0 where nothing is owned in
  // parts.
  const void *greatest_owned;
  // Incentives by column; those that are counted elsewhere are 0.
  const void *earned;
  // The line of each row in the matrix to store, or -1.
  const ptrdiff_t *lines;
} tolsey_yuma_bonds;

// Adds a column's incentive times the row's part of it to `earnings`, eight sums a row, and
// stores each row's bonds as 65535ths of the greatest, with a bit for each that is not 0.
void tolsey_yuma_collect(const void *tile, size_t rows, tolsey_yuma_bonds of,
                         void *earnings, uint16_t *cells, uint32_t *held, size_t width);

#endif
