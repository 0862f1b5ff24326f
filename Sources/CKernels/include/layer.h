// Linear layers and convolutions on bytes, with an instruction that Swift cannot reach.

#ifndef TOLSEY_LAYER_H
#define TOLSEY_LAYER_H

#include <stddef.h>
#include <stdint.h>

// One layer on lines and columns of places; a linear layer has one line, one column a sample.
//
// sum[l][c][o] = bias[o] + Σ over s, g, i of
//     x[l * line_step + c * column_step + s * segment_step + 4 * g + i] * weight[o, s, g, i]
// for s < segments, g < groups, i < 4; sums wrap at 32 bits. The weights are packed as
// [16 outputs][segment][group][16 outputs of them][4], pieces of 64 bytes. Bias and multipliers
// have a whole number of sixteens. Up to 3 bytes behind a segment are read.
//
// Without multipliers the sums are stored, one place's behind each other. With them a byte is
// stored for each: clamp((sum * multiplier[o] + addend) >> shift) to 0 … 255, shift 24 or 32.
//
// Where the layer is `pooled`, a place of the result stands for a square of two by two sums and
// takes the greatest of them: columns and lines count places of the result, the steps of x
// belong to the sums.
typedef struct {
  const uint8_t *x;
  size_t line_step, column_step, lines, columns;
  size_t segments, segment_step, groups;
  const int8_t *weights;
  const int32_t *bias;
  // The first and the last output plus one, from a multiple of sixteen; all pointers are to
  // output 0.
  size_t first_output, end_output;
  const int32_t *multipliers;  // or null
  int64_t addend;
  int32_t shift;
  int32_t pooled;
  void *out;
  size_t out_line_step, out_column_step;  // bytes
} tolsey_layer;

// May be called only where `tolsey_cpu_features()` has TOLSEY_CPU_AVX512 and
// TOLSEY_CPU_AVX512_VNNI.
void tolsey_layer_vnni(const tolsey_layer *layer);

// The same bits, where the features have TOLSEY_CPU_AVX2.
void tolsey_layer_avx2(const tolsey_layer *layer);

// clamp((sum * multiplier + addend) >> shift) for rows of sums that lie one behind the other,
// `channels` each, one multiplier a channel and whole sixteens of them. The same CPU is asked for.
void tolsey_round_avx512(const int32_t *sums, size_t rows, size_t channels,
                         const int32_t *multipliers, int64_t addend, int32_t shift,
                         uint8_t *out, size_t out_step);

#endif
