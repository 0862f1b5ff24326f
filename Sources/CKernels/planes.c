// Transposes in squares of four words or eight bytes, by halves that change places.

#include "planes.h"

#include <string.h>

typedef int32_t words __attribute__((vector_size(16)));
typedef uint8_t bytes __attribute__((vector_size(16)));
typedef uint16_t pairs __attribute__((vector_size(16)));

#define LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)

// Four places of four channels; `kept` of the channels are stored, a plane apart.
static inline void square_of_words(const int32_t *from, size_t channels, size_t kept, size_t plane,
                                   int32_t *to) {
  words row[4], half[4], column[4];
  for (int p = 0; p < 4; p++) memcpy(&row[p], from + p * channels, 16);
  half[0] = LOW(row[0], row[2]);
  half[1] = LOW(row[1], row[3]);
  half[2] = HIGH(row[0], row[2]);
  half[3] = HIGH(row[1], row[3]);
  column[0] = LOW(half[0], half[1]);
  column[1] = HIGH(half[0], half[1]);
  column[2] = LOW(half[2], half[3]);
  column[3] = HIGH(half[2], half[3]);
  for (size_t c = 0; c < kept; c++) memcpy(to + c * plane, &column[c], 16);
}

static inline bytes interleaved(uint64_t a, uint64_t b) {
  bytes left = {0}, right = {0};
  memcpy(&left, &a, 8);
  memcpy(&right, &b, 8);
  return __builtin_shufflevector(left, right, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22,
                                 7, 23);
}

// Eight places of eight channels.
static inline void square_of_bytes(const uint8_t *from, size_t channels, size_t kept, size_t plane,
                                   uint64_t flip, uint8_t *to) {
  uint64_t row[8], column[8];
  for (int p = 0; p < 8; p++) {
    memcpy(&row[p], from + p * channels, 8);
    row[p] ^= flip;
  }
  pairs pair[4], four[4];
  words eight[4];
  for (int p = 0; p < 4; p++) pair[p] = (pairs)interleaved(row[2 * p], row[2 * p + 1]);
  for (int p = 0; p < 2; p++) {
    const pairs a = pair[2 * p], b = pair[2 * p + 1];
    four[2 * p] = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    four[2 * p + 1] = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  }
  eight[0] = LOW((words)four[0], (words)four[2]);
  eight[1] = HIGH((words)four[0], (words)four[2]);
  eight[2] = LOW((words)four[1], (words)four[3]);
  eight[3] = HIGH((words)four[1], (words)four[3]);
  memcpy(column, eight, 64);
  for (size_t c = 0; c < kept; c++) memcpy(to + c * plane, &column[c], 8);
}

// Squares of `side` over a line; the last begins where it still fits, and a line that is
// shorter than a square goes one element at a time.
#define PLANES(side, square, element)                                                        \
  const size_t plane = lines * columns;                                                      \
  for (size_t line = 0; line < lines; line++, from += line_step, to += columns) {            \
    for (size_t p = 0; p < columns && columns >= side; p += side) {                          \
      const size_t first = p + side <= columns ? p : columns - side;                         \
      for (size_t c = 0; c < channels; c += side) {                                          \
        const size_t kept = channels - c < side ? channels - c : side;                       \
        square(from + first * channels + c, to + c * plane + first);                         \
      }                                                                                      \
    }                                                                                        \
    for (size_t c = 0; c < channels && columns < side; c++)                                  \
      for (size_t p = 0; p < columns; p++) to[c * plane + p] = element(from[p * channels + c]); \
  }

void tolsey_planes_words(const int32_t *from, size_t lines, size_t columns, size_t line_step,
                         size_t channels, int32_t *to) {
#define SQUARE(from, to) \
  kept == 4 ? square_of_words(from, channels, 4, plane, to) \
            : square_of_words(from, channels, kept, plane, to)
#define SAME(value) (value)
  PLANES(4, SQUARE, SAME)
#undef SQUARE
}

void tolsey_planes_bytes(const uint8_t *from, size_t lines, size_t columns, size_t line_step,
                         size_t channels, uint8_t flip, uint8_t *to) {
  const uint64_t flips = flip * UINT64_C(0x0101010101010101);
#define SQUARE(from, to) \
  kept == 8 ? square_of_bytes(from, channels, 8, plane, flips, to) \
            : square_of_bytes(from, channels, kept, plane, flips, to)
#define FLIPPED(value) ((uint8_t)((value) ^ flip))
  PLANES(8, SQUARE, FLIPPED)
#undef SQUARE
}
