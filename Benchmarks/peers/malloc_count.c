// Counts the pieces of memory that a process asks for: preloaded, it stands before the library's.
//
// cc -shared -fPIC -O2 -o malloc_count.so malloc_count.c; LD_PRELOAD=… Benchmarks --only models

#include <stddef.h>
#include <stdlib.h>

static unsigned long calls;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void count(void) { __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED); }

unsigned long malloc_count(void) { return __atomic_load_n(&calls, __ATOMIC_RELAXED); }

void *malloc(size_t size) { return count(), __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return count(), __libc_calloc(n, size); }
void *realloc(void *old, size_t size) { return count(), __libc_realloc(old, size); }
void *aligned_alloc(size_t to, size_t size) { return count(), __libc_memalign(to, size); }
int posix_memalign(void **out, size_t to, size_t size) {
  count();
  *out = __libc_memalign(to, size);
  return *out == NULL ? 12 : 0;
}
