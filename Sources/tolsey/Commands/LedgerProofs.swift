// What a ledger takes of a model's proofs, asked before anything is offered or ordered.

import Inference
import Kernel
import Market
import Models
import Primitives
import Proofs

/// The proofs of a model as the ledger would read them: the levels at which it takes any, and what
/// it costs to hand one in.
struct LedgerProofs {
  private let model: Model
  private let card: ModelCard
  private let terms: Terms

  /// Of a model in its provable form.
  init(of model: Model, _ terms: Terms) throws {
    self.model = model
    self.terms = terms
    do throws(Refusal) {
      var card = try ModelCard(manifest: model.manifest.encoded, publisher: Address())
      card.dropProofs(beyond: terms.maxMessage)
      self.card = card
    } catch { throw Failure(error) }
  }

  /// Refuses a level at which no run of the model can be proved: an order would be refused, and an
  /// offer would wait for ever.
  func require(_ check: CheckTerms) throws {
    guard let level = CheckName.level(check) else { return }
    guard !card.proofs.contains(where: { $0.name == level.name }) else { return }
    let others = card.proofs.map { "'proved(\($0.name))'" }
    throw Failure(
      .refused, code: "notProvableHere",
      "runs of \(model.id.short) cannot be proved to this ledger at level \(level.name): the "
        + "proofs are too long for a message, or too dear to verify",
      hint: others.isEmpty
        ? "choose another check" : "choose \(others.joined(separator: " or "))")
  }

  /// What is wrong with a price for runs whose proofs cost as much to hand in; nil if nothing is.
  func warning(_ check: CheckTerms, at price: Amount) throws -> String? {
    guard let level = CheckName.level(check) else { return nil }
    do throws(Refusal) {
      let toll = try card.proofToll(at: UInt64(level.rawValue), terms)
      guard price <= toll else { return nil }
      return "handing in a proof of this model may cost \(Dollars.text(toll)) in tolls: at "
        + "\(Dollars.text(price)) a run is sold at a loss"
    } catch { throw Failure(error) }
  }
}
