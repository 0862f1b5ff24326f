// The sentence and the hint for a refusal, from the table that API and docs share.

import Chain
import Models
import Primitives

/// What people read when the rules refuse.
struct RefusalWords {
  var message: String
  var hint: String?

  init(_ refusal: Refusal) {
    message = refusal.message
    let hint = ImportAdvice.text(for: refusal) ?? refusal.hint
    self.hint = hint.isEmpty ? nil : hint
  }
}
