// From planes with the channel last to planes of one channel each, in whole vectors.

#ifndef TOLSEY_PLANES_H
#define TOLSEY_PLANES_H

#include <stddef.h>
#include <stdint.h>

// to[(c * lines + l) * columns + p] = from[l * line_step + p * channels + c], for words of 4 bytes
// and for bytes; a byte is flipped by an exclusive or. Steps count elements. Up to 12 bytes
// behind the last element are read.
void tolsey_planes_words(const int32_t *from, size_t lines, size_t columns, size_t line_step,
                         size_t channels, int32_t *to);
void tolsey_planes_bytes(const uint8_t *from, size_t lines, size_t columns, size_t line_step,
                         size_t channels, uint8_t flip, uint8_t *to);

#endif
