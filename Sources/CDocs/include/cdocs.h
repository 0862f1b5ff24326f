// The pages of docs/, carried in the program.

#ifndef CDOCS_H
#define CDOCS_H

#include <stddef.h>

/// One file of `docs/`.
struct cdocs_page {
  /// Its path within `docs/`.
  const char *path;
  const unsigned char *bytes;
  size_t size;
};

/// Every file, sorted by path. A function, for an array without a length is no value in Swift.
const struct cdocs_page *cdocs_first(void);
extern const size_t cdocs_count;

#endif
