// Products of unsigned by signed bytes, with the dot-product instructions that Swift cannot reach.

#ifndef TOLSEY_DOT_H
#define TOLSEY_DOT_H

#include <stddef.h>
#include <stdint.h>

// May be called only where `tolsey_cpu_features()` has TOLSEY_CPU_AVX512 and
// TOLSEY_CPU_AVX512_VNNI.
//
// out[r][o] = bias[o] + sum over s, g, i of
//     x[r * row_step + s * segment_step + 4 * g + i] * w[o, s, g, i],
// for r < rows, o < 16 * blocks, s < segments, g < groups, i < 4; sums wrap at 32 bits.
// The weights are packed as [block][segment][group][16 outputs][4], 64-byte pieces.
// Each row of out has 16 * blocks places. Up to 3 bytes behind a segment are read.
void tolsey_dot_u8s8(const uint8_t *x, size_t row_step, size_t rows,
                     size_t segments, size_t segment_step, size_t groups,
                     const int8_t *w, size_t blocks, const int32_t *bias,
                     int32_t *out);

#endif
