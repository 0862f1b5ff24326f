// Receipts of runs that one payment bought: the signed run, and the payment in its block.

import Chain
import Payments
import Primitives

extension SealLink {
  /// The name of a receipt in the link to its sealed one where a payment bought the run; nil where
  /// it is no such link. Nothing else is needed: the signed run names its payment.
  static func paid(_ path: some StringProtocol) -> String? {
    path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : nil
  }
}

extension ExactGate {
  /// Makes the sealed receipt of a run that is kept here, whose name only its buyer was told.
  func seal(_ name: String) async throws -> Sealing {
    if let bytes = sealed.withLock({ $0.find(name) }) { return .sealed(bytes) }
    guard let kept = desk?.find(name), let signed = try? CBOR.decode(SignedRun.self, from: kept),
      signed.run.transaction != .zero
    else { return .unknown }
    guard let turn = sealing.take() else { return .busy }
    defer { turn.end() }
    guard let message = try await settler.sealed(signed.run.transaction) else { return .waiting }
    let file = SealedPayment(signed, in: message)
    // A node that tells stories seals nothing here, nor does a deposit, which pays for many runs.
    guard (try? file.verify()) != nil else { return .lost }
    let bytes = file.encoded
    sealed.withLock { $0.keep(bytes, for: name) }
    return .sealed(bytes)
  }
}

extension PaymentGate {
  /// What becomes of a link to a sealed receipt; nil where it is no such link.
  ///
  /// - Parameter path: what follows the place of receipts.
  func seal(_ path: some StringProtocol, query: (String) -> String?) async throws -> Sealing? {
    if let link = SealLink(path: path, query: query) {
      return try await channels?.seal(link) ?? .unknown
    }
    guard let name = SealLink.paid(path) else { return nil }
    return try await exact?.seal(name) ?? .unknown
  }
}
