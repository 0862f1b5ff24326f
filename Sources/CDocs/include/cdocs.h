// The pages of docs/ and a text model to try, carried in the program.

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

/// `Examples/gpt`: the model, and which character each of its symbols is.
const unsigned char *cdocs_text_model(void);
extern const size_t cdocs_text_model_size;
const unsigned char *cdocs_alphabet(void);
extern const size_t cdocs_alphabet_size;

#endif
