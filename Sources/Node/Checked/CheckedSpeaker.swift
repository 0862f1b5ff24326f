// A text model whose answers are done again on the market before they are sold.

import Agents
import Inference
public import Kernel
public import Market
import Models
public import NetworkRoom
public import Primitives
import Proofs
public import Workers

/// A text model as it is sold under one check.
public struct CheckedText: Sendable {
  /// What clients call the model.
  public let name: String
  /// The model whose runs are bought; under `proved` it is another form of the one that speaks.
  public let text: TextModel
  public let terms: CheckTerms
  /// The most that one provider's run may cost.
  public let limit: Amount
  /// What clients are told of it.
  public let check: SpokenCheck

  /// What an order and its draw cost in tolls, and a run with its input.
  static let tolls = (once: Amount(500), run: Amount(120))

  /// Nil where texts are not sold under that check: an answer under `disputable` can be disputed
  /// for minutes after it was given, and no client waits so long.
  public init?(
    _ name: String, _ text: TextModel, under word: String, limit: Amount, mostTokens: Int,
    terms market: Terms
  ) {
    guard let named = SpokenCheck.named(word), let terms = CheckedText.terms(named),
      mostTokens > 0, UInt64(mostTokens) <= market.maxParallel
    else { return nil }
    self.name = name
    self.text = text
    self.terms = terms
    self.limit = limit
    let want = Want(.auction, spec: [], input: [], check: terms, limit: Rate(limit))
    guard let most = try? want.most(terms: market).adding(CheckedText.tolls.run),
      let check = SpokenCheck(
        named, mostTokens: mostTokens, once: CheckedText.tolls.once, each: most,
        isPublic: terms.kind == ProvedCheck.name)
    else { return nil }
    self.check = check
  }

  /// The most that so many runs can cost whoever has them checked.
  func risk(_ runs: Int) -> Amount {
    let each = try? check.each.multiplied(by: UInt64(max(runs, 0)))
    return (try? each?.adding(check.once)) ?? Amount(.max)
  }

  private static func terms(_ name: String) -> CheckTerms? {
    let parts = name.split(separator: "(")
    guard parts.count == 2 else { return nil }
    let word = String(parts[1].dropLast())
    switch KnownCheck(name: String(parts[0])) {
    case .replicated:
      guard let replicas = UInt64(word) else { return nil }
      return CheckTerms(
        ReplicatedCheck.name, [Number("replicas", replicas), Number("audit", 0)])
    case .proved:
      guard let level = try? ProofLevel.named(word) else { return nil }
      return CheckTerms(ProvedCheck.name, [Number("level", UInt64(level.rawValue))])
    case .open, .disputable, .judged, .panel, nil: return nil
    }
  }

  /// The runs of an answer, all under one lease and as many at once.
  func want(_ runs: [TextRun]) -> Want {
    var want = Want(
      .auction, spec: InferenceSpec(model: text.model.id.digest).encoded,
      input: runs.first?.input ?? [], check: terms, limit: Rate(limit))
    want.more = runs.dropFirst().map(\.input)
    want.parallel = want.runs
    want.bidWindow = 10
    want.revealWindow = 10
    // The check protects this buyer, not a bidder's record.
    want.lists.maxRejection = million
    want.tries = 1
    return want
  }
}

/// Says itself what is said, has every run of it done again by who sells the model on the market,
/// and hands out the answer when all of them passed the check and came to the same.
///
/// The runs of an answer are known when it is said, so they are checked side by side.
public struct CheckedSpeaker: Speaker {
  private let base: any Speaker
  private let texts: [CheckedText]
  private let buyer: any RunBuyer
  private let shelf: CheckedShelf?
  private let losses: LossLimit

  /// Answers as long as they may be that may pass nothing in a day, at the door's cost.
  static let mostFailed: UInt64 = 16

  /// - Parameters:
  ///   - base: what is not checked.
  ///   - shelf: keeps what was bought for the same sale, begun again.
  public init(
    _ base: any Speaker, _ texts: [CheckedText], buyer: any RunBuyer, shelf: CheckedShelf?
  ) {
    let dearest = texts.map { $0.risk($0.check.mostTokens).units }.max() ?? 0
    let most = dearest.multipliedReportingOverflow(by: CheckedSpeaker.mostFailed)
    losses = LossLimit(Amount(most.overflow ? .max : most.partialValue))
    self.base = base
    self.texts = texts
    self.buyer = buyer
    self.shelf = shelf
  }

  public var models: [SpokenModel] { base.models }
  public var callsTools: Bool { base.callsTools }
  public var embeds: Bool { base.embeds }

  public func embed(_ asked: EmbeddingRequest) async throws -> Embedded {
    try await base.embed(asked)
  }

  public func checks(of model: String) -> [SpokenCheck] {
    texts.filter { $0.name == model }.map(\.check)
  }

  public func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    guard let check = asked.check else { return try await base.speak(asked, emit: emit) }
    guard let text = texts.first(where: { $0.name == asked.model && $0.check.name == check })
    else { throw SpeechProblem.checkFailed(check, "it is not sold here") }
    let name = asked.sale.map { CheckedSpeaker.name($0, asked) }
    let answer: CheckedAnswer
    if let kept = name.flatMap({ shelf?.find($0) }) {
      answer = kept
    } else {
      answer = try await make(asked, text)
      // What cannot be kept would be bought again by who asks again, so it is not sold.
      if let name { try shelf?.put(answer, as: name) }
    }
    for piece in answer.pieces { try await emit(piece) }
    return answer.spoken
  }

  /// What a sale asked for: one that was begun again asks for the same.
  private static func name(_ sale: UInt64, _ asked: Utterance) -> Bytes32 {
    let parts = [
      asked.model, asked.check ?? "", "\(sale)", "\(asked.most)", "\(asked.temperature)",
      "\(asked.topP)", "\(asked.seed ?? 0)", asked.prompt,
    ]
    let bytes = (parts + asked.stops).flatMap { part in
      withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { Array($0) } + Array(part.utf8)
    }
    return MerkleTree.leaf(tag: "tolsey/checked/1", bytes)
  }

  private func make(_ asked: Utterance, _ text: CheckedText) async throws -> CheckedAnswer {
    var options = TextOptions()
    options.most = min(asked.most, text.check.mostTokens)
    // Before anything is computed: the door bears that it comes to nothing, or says no.
    let risk = text.risk(options.most)
    guard losses.take(risk) else {
      throw SpeechProblem.checkFailed(
        text.check.name, "too many answers passed nothing today; this door sells no more of them")
    }
    var lost = Amount.zero
    defer { losses.giveBack((try? risk.subtracting(lost)) ?? .zero) }
    options.temperature = asked.temperature
    options.topP = asked.topP
    options.stops = asked.stops
    var source = SystemRandomNumberGenerator()
    options.seed = asked.seed ?? UInt64.random(in: .min ... .max, using: &source)
    var runs: [TextRun] = []
    var pieces: [String] = []
    let made = try await text.text.continue(asked.prompt, options) {
      runs.append($0)
    } emit: {
      pieces.append($0)
    }
    lost = risk
    let passed = try await check(runs, text) { lost = min($0, risk) }
    lost = .zero
    let spoken = Spoken(
      promptTokens: text.text.alphabet.encode(asked.prompt).count,
      completionTokens: made.symbols, stopped: made.end == .stop, passed: passed)
    return CheckedAnswer(pieces: pieces, spoken: spoken)
  }

  /// Buys the runs, and compares what came of each.
  ///
  /// - Parameter spent: hears what was paid, before it is known whether it was for nothing.
  private func check(
    _ runs: [TextRun], _ text: CheckedText, spent: (Amount) -> Void
  ) async throws -> PassedCheck {
    let name = text.check.name
    var want = text.want(runs)
    let result: PurchaseResult
    do {
      // Under `replicated` it is always bids: who answers is drawn by lot.
      if text.terms.kind != ReplicatedCheck.name, try await buyer.hasOffer(for: want) {
        want.road = .offer
      }
      result = try await buyer.buy(want)
    } catch let refusal as Refusal {
      // Nothing was leased; an order may have cost its toll.
      spent(CheckedText.tolls.once)
      throw SpeechProblem.checkFailed(name, refusal.message)
    } catch is CheckBuyer.TookTooLong {
      throw SpeechProblem.checkFailed(name, "the market took too long; ask again")
    }
    let tolls = try CheckedText.tolls.run.multiplied(by: UInt64(runs.count))
      .adding(CheckedText.tolls.once)
    let cost = try result.cost.adding(tolls)
    spent(cost)
    guard result.isGood, result.runs.count == runs.count else {
      throw SpeechProblem.checkFailed(
        name, "\(result.delivered) of \(runs.count) runs passed it (\(result.end))")
    }
    for (bought, own) in zip(result.runs, runs) where bought.output != own.output {
      throw SpeechProblem.checkFailed(name, "others say something else than this door")
    }
    return PassedCheck(name, runs: result.runs.map { $0.run.id.description }, cost: cost)
  }
}
