// Asks the CPU what it has, and stops at start a binary that was built for another.

#include "cpu.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <stdlib.h>
#include <unistd.h>

// Everything here must run on any x86-64, whatever flags the build was given.
#define BASELINE __attribute__((target("arch=x86-64")))

BASELINE static uint64_t enabled_state(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

BASELINE uint32_t tolsey_cpu_features(void) {
  uint32_t a, b, c, d, found = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  if (c & 1u << 19) found |= TOLSEY_CPU_SSE41;
  const int saves = (c & 1u << 27) != 0;
  const int fma = (c & 1u << 12) != 0;
  const uint64_t state = saves ? enabled_state() : 0;
  const int wide = (state & 0x06) == 0x06;
  const int widest = (state & 0xE6) == 0xE6;
  if (wide && fma) found |= TOLSEY_CPU_FMA;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return found;
  if (b & 1u << 29) found |= TOLSEY_CPU_SHA;
  if (wide && (b & 1u << 5)) found |= TOLSEY_CPU_AVX2;
  const uint32_t v4 = 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31;
  if (widest && (b & v4) == v4) {
    found |= TOLSEY_CPU_AVX512;
    if (c & 1u << 11) found |= TOLSEY_CPU_AVX512_VNNI;
    if (b & 1u << 21) found |= TOLSEY_CPU_AVX512_IFMA;
  }
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) && wide && (a & 1u << 4)) {
    found |= TOLSEY_CPU_AVX_VNNI;
  }
  return found;
}

BASELINE void tolsey_pause(void) { __asm__ volatile("pause"); }

BASELINE static void refuse_to_run(const char *needs, size_t length) {
  static const char before[] = "tolsey: error: this binary was built for a CPU with ";
  static const char after[] =
      ", which this machine lacks.\n"
      "tolsey: hint: build it here with `make build`, or anywhere with `swift build`.\n";
  ssize_t written = write(2, before, sizeof before - 1);
  if (written >= 0) written = write(2, needs, length);
  if (written >= 0) written = write(2, after, sizeof after - 1);
  (void)written;
  _exit(70);
}

#define REQUIRE(set, name) \
  if (!(found & (set))) refuse_to_run(name, sizeof name - 1)

// Before any other code: an illegal instruction would say nothing about its cause.
BASELINE __attribute__((constructor(101))) static void check_build_against_cpu(void) {
  const uint32_t found = tolsey_cpu_features();
  (void)found;
#if defined(__AVX512F__)
  REQUIRE(TOLSEY_CPU_AVX512, "AVX-512");
#endif
#if defined(__AVX2__)
  REQUIRE(TOLSEY_CPU_AVX2, "AVX2");
#endif
#if defined(__FMA__)
  REQUIRE(TOLSEY_CPU_FMA, "FMA");
#endif
#if defined(__AVX512VNNI__)
  REQUIRE(TOLSEY_CPU_AVX512_VNNI, "AVX-512 VNNI");
#endif
#if defined(__SSE4_1__)
  REQUIRE(TOLSEY_CPU_SSE41, "SSE4.1");
#endif
}

#else

uint32_t tolsey_cpu_features(void) { return 0; }

#if defined(__aarch64__)
void tolsey_pause(void) { __asm__ volatile("isb"); }
#else
void tolsey_pause(void) {}
#endif

#endif
