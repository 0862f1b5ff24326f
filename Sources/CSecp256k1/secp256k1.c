// libsecp256k1 as upstream has it, and below it the check by multiples that are kept.
//
// A check wants u1·G + u2·P. Upstream finds it by 128 doublings and some 60 additions, since it
// knows nothing of P before. For a P that signed before, the multiples j·2^(wi)·P lie ready: then
// additions alone do. Each number is split in two of 128 bits first, k = k1 + λ·k2, and λ·(x, y) is
// (β·x, y), so one table serves both halves (Gallant, Lambert, Vanstone: CRYPTO 2001, section 2).
// Points, fields and numbers are upstream's; nothing here touches a secret.

#include "upstream/src/secp256k1.c"

#include "include/tolsey_secp256k1.h"

#include <stdlib.h>

// Half a number has 128 bits, and a signed digit may carry one more.
#define HALF_BITS 129
#ifndef WINDOW_OF_KEY
#define WINDOW_OF_KEY 7
#define WINDOW_OF_GENERATOR 10
#endif
#define ROWS(window) ((HALF_BITS + (size_t)(window)-1) / (size_t)(window))
#define MOST_TERMS (2 * (ROWS(WINDOW_OF_KEY) + ROWS(WINDOW_OF_GENERATOR)))

struct tolsey_secp256k1_multiples {
  int window;
  // Row i has j·2^(window·i) times the point for j in 1 ... 2^(window − 1).
  secp256k1_ge_storage entries[];
};

static size_t rows(int window) { return ROWS(window); }
static size_t row_length(int window) { return (size_t)1 << (window - 1); }

static size_t bytes_for(int window) {
  return sizeof(tolsey_secp256k1_multiples) +
         rows(window) * row_length(window) * sizeof(secp256k1_ge_storage);
}

static tolsey_secp256k1_multiples *multiples_of(const secp256k1_ge *point, int window) {
  const size_t length = row_length(window), count = rows(window) * length;
  tolsey_secp256k1_multiples *made = malloc(bytes_for(window));
  secp256k1_gej *all = malloc(count * sizeof(secp256k1_gej));
  secp256k1_ge *affine = malloc(count * sizeof(secp256k1_ge));
  if (made == NULL || all == NULL || affine == NULL) {
    free(affine);
    free(all);
    free(made);
    return NULL;
  }
  // The order is a prime above all these factors: no sum below is the point at infinity.
  secp256k1_gej base;
  secp256k1_gej_set_ge(&base, point);
  for (size_t row = 0; row < count; row += length) {
    all[row] = base;
    for (size_t j = 1; j < length; j++) {
      secp256k1_gej_add_var(&all[row + j], &all[row + j - 1], &base, NULL);
    }
    // The last is 2^(window − 1) times the row's base.
    secp256k1_gej_double_var(&base, &all[row + length - 1], NULL);
  }
  secp256k1_ge_set_all_gej_var(affine, all, count);
  made->window = window;
  for (size_t i = 0; i < count; i++) secp256k1_ge_to_storage(&made->entries[i], &affine[i]);
  free(affine);
  free(all);
  return made;
}

tolsey_secp256k1_multiples *tolsey_secp256k1_multiples_of(const unsigned char point[64]) {
  secp256k1_ge place;
  secp256k1_fe x, y;
  if (!secp256k1_fe_set_b32_limit(&x, point) || !secp256k1_fe_set_b32_limit(&y, point + 32)) {
    return NULL;
  }
  secp256k1_ge_set_xy(&place, &x, &y);
  return secp256k1_ge_is_valid_var(&place) ? multiples_of(&place, WINDOW_OF_KEY) : NULL;
}

tolsey_secp256k1_multiples *tolsey_secp256k1_multiples_of_generator(void) {
  return multiples_of(&secp256k1_ge_const_g, WINDOW_OF_GENERATOR);
}

void tolsey_secp256k1_multiples_free(tolsey_secp256k1_multiples *multiples) { free(multiples); }

size_t tolsey_secp256k1_multiples_bytes(void) { return bytes_for(WINDOW_OF_KEY); }

// A multiple that is to be added: where it lies, whether its x is to be multiplied by β, and
// whether its y is to be negated.
typedef struct {
  const secp256k1_ge_storage *place;
  int is_lambda, is_negative;
} term;

// The terms of half·point, or of λ·half·point, behind those that are there.
static size_t add_half(term *terms, size_t count, const tolsey_secp256k1_multiples *point,
                       const secp256k1_scalar *half, int is_lambda) {
  const int window = point->window, length = (int)row_length(window);
  secp256k1_scalar number = *half;
  // A half that is negative stands above half the order.
  const int is_negative = secp256k1_scalar_is_high(&number);
  if (is_negative) secp256k1_scalar_negate(&number, &number);
  int carry = 0;
  for (size_t row = 0; row < rows(window); row++) {
    int digit = carry + (int)secp256k1_scalar_get_bits_var(
                            &number, (unsigned)row * (unsigned)window, (unsigned)window);
    carry = digit > length;
    if (carry) digit -= 2 * length;
    if (digit == 0) continue;
    const size_t place = row * (size_t)length + (size_t)(digit < 0 ? -digit : digit) - 1;
    terms[count] = (term){&point->entries[place], is_lambda, (digit < 0) != is_negative};
    __builtin_prefetch(terms[count].place);
    count++;
  }
  return count;
}

static size_t add_multiple(term *terms, size_t count, const tolsey_secp256k1_multiples *point,
                           const secp256k1_scalar *number) {
  secp256k1_scalar plain, lambda;
  secp256k1_scalar_split_lambda(&plain, &lambda, number);
  count = add_half(terms, count, point, &plain, 0);
  return add_half(terms, count, point, &lambda, 1);
}

static void sum_of(secp256k1_gej *sum, const term *terms, size_t count) {
  secp256k1_gej_set_infinity(sum);
  for (size_t i = 0; i < count; i++) {
    secp256k1_ge next;
    secp256k1_ge_from_storage(&next, terms[i].place);
    if (terms[i].is_lambda) secp256k1_fe_mul(&next.x, &next.x, &secp256k1_const_beta);
    if (terms[i].is_negative) secp256k1_ge_neg(&next, &next);
    secp256k1_gej_add_ge_var(sum, sum, &next, NULL);
  }
}

int tolsey_secp256k1_is_signer(const tolsey_secp256k1_multiples *generator,
                               const tolsey_secp256k1_multiples *key,
                               const unsigned char signature[64], int recovery,
                               const unsigned char digest[32]) {
  secp256k1_scalar r, s, message, u1, u2;
  int overflow = 0;
  secp256k1_scalar_set_b32(&r, signature, &overflow);
  if (overflow || secp256k1_scalar_is_zero(&r)) return 0;
  secp256k1_scalar_set_b32(&s, signature + 32, &overflow);
  if (overflow || secp256k1_scalar_is_zero(&s)) return 0;
  if (recovery != 0 && recovery != 1) return 0;
  secp256k1_scalar_set_b32(&message, digest, NULL);
  secp256k1_scalar_inverse_var(&s, &s);
  secp256k1_scalar_mul(&u1, &s, &message);
  secp256k1_scalar_mul(&u2, &s, &r);
  term terms[MOST_TERMS];
  size_t count = add_multiple(terms, 0, generator, &u1);
  count = add_multiple(terms, count, key, &u2);
  secp256k1_gej sum;
  sum_of(&sum, terms, count);
  if (secp256k1_gej_is_infinity(&sum)) return 0;
  // A recovery takes r itself for x, not r + n, and of the two points with it the one whose y is
  // odd as the recovery id says: s·R = z·G + r·P holds for that one, and the key is P, or it does
  // not.
  secp256k1_ge point;
  secp256k1_ge_set_gej_var(&point, &sum);
  secp256k1_fe_normalize_var(&point.x);
  secp256k1_fe_normalize_var(&point.y);
  secp256k1_fe x;
  if (!secp256k1_fe_set_b32_limit(&x, signature)) return 0;
  return secp256k1_fe_equal(&x, &point.x) && secp256k1_fe_is_odd(&point.y) == recovery;
}
