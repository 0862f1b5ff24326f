// A sold run that is sealed, judged offline: who signed it, which claim or payment paid for it, and
// in which block.

import Chain
import Payments
import Primitives

/// A sealed run that holds, as people and programs read it.
struct SealedRunView {
  let verified: VerifiedSeal
  let isKnown: Bool
  private let signed: SignedRunView

  /// - Parameter answer: the text that came of the run, where it is at hand.
  init(
    _ verified: VerifiedSeal, isKnown: Bool, answer: [UInt8]? = nil
  ) throws(Refusal) {
    self.verified = verified
    self.isKnown = isKnown
    signed = try SignedRunView(verified.signed, answer: answer)
  }

  var data: JSONValue {
    let header = verified.header
    let block: JSONValue = [
      "signedBy": [
        "operator": .string(verified.operator.checksummed),
        "network": .string("\(verified.network)"),
        "height": .unsigned(header.height), "block": .string("\(header.id)"),
        "time": .unsigned(header.time.milliseconds),
      ],
      "known": .bool(isKnown),
    ]
    return .object(
      [
        .init(name: "consistent", value: true), .init(name: "trust", value: "operator"),
        .init(name: "sealed", value: true),
      ] + signed.facts + (paid.members ?? []) + (block.members ?? []))
  }

  /// What is told of the claim or the payment alone.
  private var paid: JSONValue {
    switch verified {
    case .claim(let seal):
      [
        "claim": .string("\(seal.claim)"), "place": .unsigned(seal.file.index),
        "of": .unsigned(seal.file.count), "from": .unsigned(seal.from.units),
        "through": .unsigned(seal.through.units), "sum": .unsigned(seal.sum.units),
        "isHeld": .bool(seal.isHeld),
      ]
    case .payment(let seal):
      ["paid": .unsigned(seal.paid.units), "carrier": .string(seal.carrier.checksummed)]
    }
  }

  /// Adds what paid, and says what that shows.
  private func tell(_ fields: inout TextFields) -> String {
    let height = verified.header.height
    switch verified {
    case .claim(let seal):
      fields.add("claim", .init("\(seal.claim), in block \(height)", .handle))
      fields.add("place", .init("run \(seal.file.index) of the claim's \(seal.file.count), from 0"))
      let (from, through) = (Dollars.text(seal.from), Dollars.text(seal.through))
      fields.add("took", .init("what its channel owed between \(from) and \(through)"))
      let held =
        seal.isHeld
        ? "its money waited for an audit of one of its runs, with a bond behind it"
        : "nothing here says that a bond stood behind it"
      return "sealed: the provider was paid for this run by that claim; \(held)"
    case .payment(let seal):
      let paid = "\(Dollars.text(seal.paid)) in block \(height)"
      fields.add("moved", .init("\(paid), carried by \(seal.carrier.checksummed)"))
      return "sealed: the buyer's payment for this run reached the provider in that block"
    }
  }

  func text(_ paint: Paint) -> String {
    var fields = signed.fields
    let sealed = tell(&fields)
    let known =
      isKnown
      ? paint(.good, "known to you: this operator of this network")
      : paint(.caution, "not known to you: anybody can found a network and sign for it")
    return
      ([
        fields.text(paint), "",
        paint(.good, "consistent: every signature, place and sum holds"),
      ] + signed.answerLine + [
        sealed, "signed by operator \(paint(.handle, verified.operator.checksummed))",
        "of network \(paint(.handle, "\(verified.network)")), block \(verified.header.height)",
        known, paint(.caution, "trust level: one operator's signature; nobody checked the answer"),
      ]).joined(separator: "\n")
  }
}
