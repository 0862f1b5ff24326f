// Proofs that hide their input: whether they are about the one that was bought, and what then.

import Chain
import Inference
public import Kernel
import Market
public import Primitives

extension Buyer {
  /// A proof stands. One about our input is accepted, so that its seat need not wait; one about
  /// another is contested only where the owner has said that the input may be shown for it.
  func weigh(
    _ purchase: Purchase, _ key: RunKey, _ run: Run, _ game: ProvedCheck, _ news: BlockNews
  ) async throws -> Message? {
    guard let isAbout = try await isAboutOurs(purchase, key, game.answer.evidence) else {
      // The node says that a proof stands and does not show it: what it says next is looked at.
      if !unchecked.contains(key) { unchecked.append(key) }
      touch(purchase.message)
      return nil
    }
    unchecked.removeAll { $0 == key }
    if isAbout {
      weighed.insert(key)
      guard attempts.begin(.judge(key), at: news.height) else { return nil }
      var m = AcceptRun()
      m.head = try head(news)
      m.run = key
      return .acceptRun(m)
    }
    if !misled.contains(key) { misled.append(key) }
    // Shown too late, or by a session that may not contest, it would be shown for nothing.
    let least = try news.now.after(seconds: Buyer.contestMargin)
    guard wants[purchase.want].contests, least < run.deadline, try await mayContest(),
      let input = wants[purchase.want].input(of: key.index)
    else { return nil }
    // What cannot be paid for now may be later, while the run stands.
    guard try await client.balance(of: address) >= Buyer.contestToll(of: input, terms) else {
      touch(purchase.message)
      return nil
    }
    guard attempts.begin(.contest(key), at: news.height) else { return nil }
    var m = ContestProof()
    m.head = try head(news)
    // In a block after the window it would show the input, and bring nothing.
    let left = Time(run.deadline.milliseconds - news.now.milliseconds - 1)
    m.head.validUntil = min(m.head.validUntil, try news.time.adding(left))
    m.run = key
    m.salt = try inputSalt(purchase, key).value
    m.input = input
    return .contestProof(m)
  }

  /// Whether a seat of this lease has proved a run of another input than ours, or one that cannot
  /// be checked: it gets no further input. What was settled before this process began is looked at.
  func hasMisled(_ purchase: Purchase, _ lease: LeaseID) async throws -> Bool {
    guard wants[purchase.want].check.hidesInput else { return false }
    for index in purchase.over.sorted() {
      let key = RunKey(lease, index)
      guard !misled.contains(key), !weighed.contains(key) else { continue }
      guard let settled = try await client.settled(key) else { throw NotShown() }
      guard let seat = settled.verdict.seats.first, seat.fate == .paid else { continue }
      guard let isAbout = try await isAboutOurs(purchase, key, seat.evidence) else { return true }
      if isAbout { weighed.insert(key) } else { misled.append(key) }
    }
    return misled.contains { $0.lease == lease }
  }

  /// Whether the ledger takes a contest of this key: an account's own, or one of a session in which
  /// its owner has allowed it.
  private func mayContest() async throws -> Bool {
    guard address != self.key.address else { return true }
    let session = try await client.session(of: address, key: self.key.address)
    return session?.limits.kinds.contains(UInt64(MessageKind.contestProof.rawValue)) == true
  }

  /// The most that the message costs which shows an input.
  public static func contestToll(of input: [UInt8], _ terms: Terms) throws(Refusal) -> Amount {
    try Toll.price(bytes: input.count + 512, terms: terms)
  }

  /// Seconds before the end in which nothing is contested any more.
  static let contestMargin: UInt64 = 10

  /// Whether the proof that a seat showed is about the input that we bought the run of; nil where
  /// the check hides no input, or where there is no proof of this run to be seen.
  func isAboutOurs(
    _ purchase: Purchase, _ key: RunKey, _ evidence: EvidenceID
  ) async throws -> Bool? {
    let want = wants[purchase.want]
    guard want.check.hidesInput, let input = want.input(of: key.index),
      case .submitProof(let m)? = try await client.message(evidence.digest), m.run == key
    else { return nil }
    let salt = try inputSalt(purchase, key)
    let claim = ProofClaim(
      level: ProvedCheck.privately, spec: want.spec, run: key.id, input: Content(),
      salt: ContentSalt(value: .zero), output: m.output, now: .zero)
    do throws(Refusal) {
      guard case .binds(let binding) = try InferenceWork.verify(claim, proof: m.proof) else {
        return nil
      }
      return try InferenceWork.isAbout(input, salt: salt, boundBy: binding)
    } catch {
      return nil
    }
  }

  func inputSalt(_ purchase: Purchase, _ key: RunKey) throws -> ContentSalt {
    ContentSalt(contentKey: try inputKey(purchase, key))
  }
}

/// The node does not show a run of ours that is over. It may yet.
struct NotShown: Error {}
