// The sentence and the hint for a refusal, with its numbers in them.

import Primitives

/// What people read when the rules refuse.
struct RefusalWords {
  var message: String
  var hint: String?

  init(_ refusal: Refusal) {
    let numbers = refusal.numbers.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    message = "refused: \(refusal.code)" + (numbers.isEmpty ? "" : " (\(numbers))")
  }
}
