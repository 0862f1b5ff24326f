// A sold run that a claim sealed, judged offline: who signed it, which claim paid for it, and in
// which block.

import Chain
import Payments
import Primitives

/// A sealed run that holds, as people and programs read it.
struct SealedRunView {
  let verified: VerifiedSealedRun
  let isKnown: Bool
  private let signed: SignedRunView

  /// Whether bytes are such a file.
  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.first == 0x86 }

  /// - Parameter answer: the text that came of the run, where it is at hand.
  init(
    _ verified: VerifiedSealedRun, isKnown: Bool, answer: [UInt8]? = nil
  ) throws(Refusal) {
    self.verified = verified
    self.isKnown = isKnown
    signed = try SignedRunView(verified.file.signed, answer: answer)
  }

  var data: JSONValue {
    let sealed: JSONValue = [
      "claim": .string("\(verified.claim)"), "place": .unsigned(verified.file.index),
      "of": .unsigned(verified.file.count), "from": .unsigned(verified.from.units),
      "through": .unsigned(verified.through.units), "sum": .unsigned(verified.sum.units),
      "isHeld": .bool(verified.isHeld),
      "signedBy": [
        "operator": .string(verified.operator.checksummed),
        "network": .string("\(verified.network)"),
        "height": .unsigned(verified.header.height), "block": .string("\(verified.header.id)"),
        "time": .unsigned(verified.header.time.milliseconds),
      ],
      "known": .bool(isKnown),
    ]
    return .object(
      [
        .init(name: "consistent", value: true), .init(name: "trust", value: "operator"),
        .init(name: "sealed", value: true),
      ] + signed.facts + (sealed.members ?? []))
  }

  func text(_ paint: Paint) -> String {
    var fields = signed.fields
    let (file, height) = (verified.file, verified.header.height)
    fields.add("claim", .init("\(verified.claim), in block \(height)", .handle))
    fields.add("place", .init("run \(file.index) of the claim's \(file.count), from 0"))
    let (from, through) = (Dollars.text(verified.from), Dollars.text(verified.through))
    fields.add("took", .init("what its channel owed between \(from) and \(through)"))
    let held =
      verified.isHeld
      ? "its money waited for an audit of one of its runs, with a bond behind it"
      : "nothing here says that a bond stood behind it"
    let known =
      isKnown
      ? paint(.good, "known to you: this operator of this network")
      : paint(.caution, "not known to you: anybody can found a network and sign for it")
    return
      ([
        fields.text(paint), "",
        paint(.good, "consistent: every signature, place and sum holds"),
      ] + signed.answerLine + [
        "sealed: the provider was paid for this run by that claim; \(held)",
        "signed by operator \(paint(.handle, verified.operator.checksummed))",
        "of network \(paint(.handle, "\(verified.network)")), block \(height)", known,
        paint(.caution, "trust level: one operator's signature; nobody checked the answer"),
      ]).joined(separator: "\n")
  }
}
