// libsecp256k1 with its recovery module, and a faster check of signatures by keys that sign often.

#ifndef TOLSEY_SECP256K1_H
#define TOLSEY_SECP256K1_H

#include <stddef.h>

#include "../upstream/include/secp256k1.h"
#include "../upstream/include/secp256k1_recovery.h"

// Swift cannot read the flag macros, so the calls that need one stand here.
static inline secp256k1_context *tolsey_secp256k1_context(void) {
  return secp256k1_context_create(SECP256K1_CONTEXT_NONE);
}

// Writes the 65 bytes of the uncompressed form.
static inline int tolsey_secp256k1_uncompressed(const secp256k1_context *context,
                                                unsigned char *output,
                                                const secp256k1_pubkey *key) {
  size_t length = 65;
  return secp256k1_ec_pubkey_serialize(context, output, &length, key, SECP256K1_EC_UNCOMPRESSED) &&
         length == 65;
}

// Multiples of a point; of the generator there are more of them, since they are made once.
typedef struct tolsey_secp256k1_multiples tolsey_secp256k1_multiples;

// The multiples of a public key's point, x and y as 64 bytes; null where it is none, or where there
// is no memory.
tolsey_secp256k1_multiples *tolsey_secp256k1_multiples_of(const unsigned char point[64]);

// Those of the generator; null where there is no memory.
tolsey_secp256k1_multiples *tolsey_secp256k1_multiples_of_generator(void);

void tolsey_secp256k1_multiples_free(tolsey_secp256k1_multiples *multiples);

// Bytes that the multiples of one public key take.
size_t tolsey_secp256k1_multiples_bytes(void);

// 1 where the key is the one that secp256k1_ecdsa_recover gives for r ‖ s, the recovery id (0 or 1)
// and the digest; 0 where it gives another or none. Takes a varying time: for public values only.
int tolsey_secp256k1_is_signer(const tolsey_secp256k1_multiples *generator,
                               const tolsey_secp256k1_multiples *key,
                               const unsigned char signature[64], int recovery,
                               const unsigned char digest[32]);

#endif
