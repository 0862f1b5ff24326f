// What a proof is and what it hides, in words.

import Inference
import Market
import Primitives
import Proofs

enum ProofWords {
  /// `proved (open)`.
  static func check(_ check: CheckTerms) -> String {
    "\(check.kind) (\(level(check)))"
  }

  /// `open`, or the number of a level that is not known here.
  static func level(_ check: CheckTerms) -> String {
    let level = CheckWords.number("level", check)
    return ProofLevel(number: level)?.name ?? "level \(level)"
  }

  static func hides(_ level: ProofLevel) -> String {
    switch level {
    case .open: "input, output and the sums of every layer are in clear, and nothing is hidden"
    case .succinct: "input and output are in clear, and nothing is hidden"
    case .private: "output is in clear; activations are hidden, and the input or the weights"
    }
  }
}
