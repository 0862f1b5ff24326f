// Which instructions this CPU has, as far as the kernels beside this file ask.

#ifndef TOLSEY_CPU_H
#define TOLSEY_CPU_H

#include <stdint.h>

// Sets of instructions, each usable only when both CPU and operating system support it.
enum {
  TOLSEY_CPU_SSE41 = 1 << 0,
  TOLSEY_CPU_SHA = 1 << 1,
  TOLSEY_CPU_AVX2 = 1 << 2,
  TOLSEY_CPU_FMA = 1 << 3,
  TOLSEY_CPU_AVX512 = 1 << 4,       // F, BW, CD, DQ and VL: the set of x86-64-v4
  TOLSEY_CPU_AVX512_VNNI = 1 << 5,
  TOLSEY_CPU_AVX_VNNI = 1 << 6,
  TOLSEY_CPU_AVX512_IFMA = 1 << 7,
};

// The sets that this machine has; 0 on other architectures.
uint32_t tolsey_cpu_features(void);

// What a thread does between two looks at a place that another writes.
void tolsey_pause(void);

// Asks for a place that is read soon, so that nothing waits for it then; any address will do.
static inline void tolsey_prefetch(const void *place) { __builtin_prefetch(place); }

#endif
