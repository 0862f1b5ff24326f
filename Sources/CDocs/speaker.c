// The text model that a test node speaks with, read by the compiler.

#include "cdocs.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char model[] = {
#embed "../../Examples/gpt/gpt.tolsey-model"
};
static const unsigned char alphabet[] = {
#embed "../../Examples/gpt/alphabet.json"
};

const unsigned char *cdocs_text_model(void) { return model; }
const size_t cdocs_text_model_size = sizeof model;
const unsigned char *cdocs_alphabet(void) { return alphabet; }
const size_t cdocs_alphabet_size = sizeof alphabet;
