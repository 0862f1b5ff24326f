// What a text costs at the door for OpenAI's clients, and who takes the money.

import Chain
import Payments
public import Primitives

/// What the price is counted by.
public enum SpeechUnit: String, Hashable, Sendable, CaseIterable {
  case call
  /// A channel is charged what was said. An `exact` payment is signed before that, so it is for as
  /// many tokens as the request allows.
  case token
}

/// A price in front of every answer, paid by x402.
public struct SpeechPrice: Sendable {
  public var amount: Amount
  public var unit: SpeechUnit
  public var payTo: Address
  public var chainID: UInt64
  public var gate: PaymentGate
  /// Answers that are made at once; more are told to come again, before they pay.
  public var atOnce = 4
  /// The most bytes of a prompt, where prompts are bounded. With a price by token its tokens cost
  /// as much as those of the answer: as many as the speaker counts, up to those paid for.
  public var mostPrompt: Int?
  /// How the world calls the door.
  public var site = DoorSite()
  /// What receipts say of each model, by its name.
  public var specs: [String: [UInt8]]

  public init(
    _ amount: Amount, per unit: SpeechUnit, payTo: Address, chainID: UInt64, gate: PaymentGate,
    specs: [String: [UInt8]] = [:]
  ) {
    self.specs = specs
    self.amount = amount
    self.unit = unit
    self.payTo = payTo
    self.chainID = chainID
    self.gate = gate
  }

  /// Seconds that a payment must last: the longest answer is made before it is settled.
  static let timeout: UInt64 = 300

  /// What one request costs. Nothing that a client says of prices is read.
  func offer(for asked: ChatRequest) throws(SpeechProblem) -> PaymentRequirements {
    let prompt = asked.utterance.promptBound
    if let mostPrompt, prompt > mostPrompt { throw .longPrompt(prompt, mostPrompt) }
    let count = unit == .token ? UInt64(asked.utterance.most + (mostPrompt == nil ? 0 : prompt)) : 1
    var (units, overflow) = amount.units.multipliedReportingOverflow(by: count)
    if overflow { throw .tooDear }
    if let check = asked.check {
      guard let most = try? check.most(asked.utterance.most).adding(Amount(units)) else {
        throw .tooDear
      }
      units = most.units
    }
    return PaymentRequirements(
      chainID: chainID, Amount(units), payTo: payTo, timeout: SpeechPrice.timeout)
  }

  func resource(
    _ asked: ChatRequest, url: String
  ) throws(SpeechProblem) -> PaidResource {
    let offer = try offer(for: asked)
    let checked = asked.check.map { check in
      ", each checked as \(check.name)"
        + (check.isPublic ? "; everybody can read the text and the answer on the ledger" : "")
    }
    return PaidResource(
      url: url,
      description: "up to \(asked.utterance.most) tokens of \(asked.utterance.model)"
        + (checked ?? ""),
      mimeType: asked.streams ? ChatAnswer.streamType : "application/json",
      offers: asked.check == nil ? gate.offers(offer) : gate.heldOffers(offer),
      receipts: site.path + SpeechDoor.receipts)
  }

  /// What was said, and what it costs.
  func product(
    _ asked: ChatRequest, _ text: String, _ spoken: Spoken, input: [UInt8],
    _ body: @escaping @Sendable (SignedRun?) throws -> [UInt8]
  ) -> Product {
    let said = min(max(spoken.completionTokens, 0), asked.utterance.most)
    let read =
      mostPrompt == nil ? 0 : min(max(spoken.promptTokens, 0), asked.utterance.promptBound)
    let count = unit == .token ? UInt64(said + read) : 1
    var (units, overflow) = amount.units.multipliedReportingOverflow(by: count)
    if let cost = spoken.passed?.cost, !overflow {
      (units, overflow) = units.addingReportingOverflow(cost.units)
    }
    let facts = RunFacts(
      work: SpeechPrice.work, spec: specs[asked.utterance.model] ?? [],
      units: UInt64(clamping: spoken.completionTokens), input: input, output: spoken.output(text))
    return Product(price: Amount(overflow ? .max : units), facts: facts, body: body)
  }

  /// The work that receipts of texts name: the input is the body of the request, the output what
  /// was said, the units its tokens.
  public static let work = "text"
}

extension SpeechProblem {
  static func longPrompt(_ bytes: Int, _ most: Int) -> SpeechProblem {
    SpeechProblem(
      400, "context_length_exceeded",
      "a prompt may have \(most) bytes here, 16 for each message among them, and this has \(bytes)",
      parameter: "messages")
  }

  static let tooDear = SpeechProblem(
    400, "invalid_value", "so many tokens cost more than there is", parameter: "max_tokens")
}
