// The command that takes an offer, as it is typed.

import Archive
import Chain
import Inference
import Market
import Primitives
import Proofs

enum BuyWords {
  /// What `tolsey buy` gives a run when nobody says.
  private static let usualRunTime: UInt64 = 60
  /// How often `tolsey buy` has a disputable run audited when nobody says, ppm.
  private static let usualAudit: UInt64 = 50_000

  /// Nil for work that `tolsey buy` does not order, and for checks that take no offers.
  static func command(_ offer: OfferLine, runTime: UInt64?) -> String? {
    guard offer.work == InferenceWork.name, let check = check(offer.check) else { return nil }
    let model = PrintedID.full("model", offer.subject)
    // One unit: the limit is what one run costs.
    guard let price = try? offer.rate.price(of: 1) else { return nil }
    // As it is typed: a page has spaces between the digits.
    let limit = price.dollars.dropFirst()
    var words = "tolsey buy --model \(model) --limit \(limit) \\\n  "
    if let runTime, runTime > usualRunTime { words += "--run-time \(runTime) " }
    return words + check + "--input input.json"
  }

  /// The options that ask for the offer's own check: an offer under another is not taken.
  private static func check(_ check: CheckTerms) -> String? {
    switch check.known {
    case .open: return ""
    case .disputable:
      let audit = CheckWords.number("audit", check)
      return "--check disputable " + (audit == usualAudit ? "" : "--audit \(audit) ")
    case .proved:
      guard let level = ProofLevel(number: CheckWords.number("level", check)) else { return nil }
      return "--check 'proved(\(level.name))' "
    case .replicated, .judged, .panel, nil: return nil
    }
  }
}
