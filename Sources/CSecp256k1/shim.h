// Debian's libsecp256k1 with its recovery module, and the one context that Tolsey shares.

#ifndef TOLSEY_CSECP256K1_H
#define TOLSEY_CSECP256K1_H

#include <secp256k1.h>
#include <secp256k1_recovery.h>

// Swift cannot read the flag macros, so the calls that need one stand here.
static inline secp256k1_context *tolsey_secp256k1_context(void) {
  return secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
}

// Writes the 65 bytes of the uncompressed form.
static inline int tolsey_secp256k1_uncompressed(const secp256k1_context *context,
                                                unsigned char *output,
                                                const secp256k1_pubkey *key) {
  size_t length = 65;
  return secp256k1_ec_pubkey_serialize(context, output, &length, key, SECP256K1_EC_UNCOMPRESSED) &&
         length == 65;
}

#endif
