// A verified receipt as people and programs read it: nine stations, and how far to trust it.

import Chain
import Market
import Primitives

struct ReceiptView {
  let verified: VerifiedReceipt
  let isKnown: Bool
  /// Whether a proof that hides its input is about the one that was given; nil where none was.
  let isAbout: Bool?

  init(_ verified: VerifiedReceipt, isKnown: Bool, isAbout: Bool? = nil) {
    self.verified = verified
    self.isKnown = isKnown
    self.isAbout = isAbout
  }

  /// What the file alone cannot say of a hidden input, or what the input says of it.
  private var hidden: String? {
    guard verified.hidesInput else { return nil }
    if isAbout == true { return "about your input: the proof is about the one that you gave" }
    if isAbout == false {
      return "about another input than the one that you gave, which was bought: the input bears "
        + "the verdict out"
    }
    return verified.isProved
      ? "about some input: --input and --salt check that it is the one that was bought"
      : "about another input, as the ledger found when the one that was bought was shown to it"
  }

  private var settled: SettledRun { verified.settled }
  private var isOffer: Bool { verified.receipt.isOffer }

  /// What the buyer paid in and did not get back; nil where it got back more.
  var cost: Amount? {
    var paid = Amount(settled.fee)
    for price in settled.prices {
      guard let sum = try? paid.adding(Amount(price)) else { return nil }
      paid = sum
    }
    return try? paid.subtracting(settled.payouts.first?.amount ?? .zero)
  }

  /// One line a station, in the order of the road.
  var stations: [(station: Station, title: String, text: String)] {
    Station.allCases.map { ($0, $0.title(isOffer: isOffer), text(of: $0)) }
  }

  private func text(of station: Station) -> String {
    switch station {
    case .request:
      return isOffer ? "the offer's own terms, \(check)" : "\(work), \(check)"
    case .order:
      return "\(orderName) by \(settled.buyer.checksummed)"
    case .bid:
      let providers = settled.verdict.seats.map(\.provider.checksummed)
      return providers.joined(separator: ", ")
    case .lease: return settled.lease.short
    case .run: return "\(settled.run.short), number \(settled.index)"
    case .evidence:
      if case .submitProof(let m)? = verified.receipt.evidence.first?.message {
        let holds = verified.isProved || verified.hidesInput ? "holds" : "does not hold"
        if verified.hidesInput {
          return "a proof of \(m.proof.count) bytes about a hidden input, which was verified again "
            + "and \(holds)"
        }
        return "a proof of \(m.proof.count) bytes, which was verified again and \(holds)"
      }
      let shown = verified.receipt.evidence.count
      return "\(shown) of \(settled.verdict.seats.count) showed an answer"
    case .verdict:
      let fates = settled.verdict.seats.map { "\($0.fate)" }.joined(separator: ", ")
      return "\(settled.verdict.outcome) (\(fates))"
    case .settlement:
      let paid = cost.map { "the buyer paid \(Dollars.text($0))" }
      return "\(paid ?? "the buyer got more than it paid in"); \(payoutText)"
    case .receipt:
      return "in block \(verified.height), \(verified.receipt.path.count) hashes below its root"
    }
  }

  private var work: String {
    guard case .placeOrder(let order) = verified.receipt.order.message else { return "" }
    let limit = order.request.limit
    return "\(order.request.work), at most \(Dollars.text(limit.amount)) per \(limit.per)"
  }

  private var check: String {
    let numbers = settled.check.numbers.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    return "check \(settled.check.kind)" + (numbers.isEmpty ? "" : " (\(numbers))")
  }

  private var orderName: String {
    isOffer
      ? "take_" + OrderID(settled.order).short.dropFirst("order_".count)
      : OrderID(settled.order).short
  }

  private var payoutText: String {
    settled.payouts.dropFirst().map { payout in
      let who =
        switch payout.kind {
        case 2: "treasury"
        case 3: "operator"
        default: String(payout.account.checksummed.prefix(8)) + "…"
        }
      return "\(who) \(Dollars.text(payout.amount))"
    }.joined(separator: ", ")
  }

  var data: JSONValue {
    [
      "consistent": true,
      "stations": .array(
        stations.map { line in
          [
            "name": .string("\(line.station)"), "title": .string(line.title),
            "text": .string(line.text),
          ]
        }),
      "signedBy": [
        "operator": .string(verified.operator.checksummed),
        "network": .string("\(verified.network)"), "height": .unsigned(verified.height),
        "block": .string("\(verified.receipt.header.id)"),
        "time": .unsigned(verified.time.milliseconds),
      ],
      "known": .bool(isKnown), "trust": "operator",
      "order": .string("\(settled.order)"), "lease": .string(settled.lease.description),
      "run": .string(settled.run.description), "buyer": .string(settled.buyer.checksummed),
      "check": settled.check.json, "outcome": .string("\(settled.verdict.outcome)"),
      "hidesInput": .bool(verified.hidesInput),
      "aboutInput": isAbout.map { .bool($0) } ?? .null,
      "cost": cost.map { .unsigned($0.units) } ?? .null,
      "payouts": .array(settled.payouts.map(\.json)),
    ]
  }

  func text(_ paint: Paint) -> String {
    var fields = TextFields()
    for line in stations {
      fields.add("\(line.station.rawValue) \(line.title)", .init(line.text))
    }
    let signer = paint(.handle, verified.operator.checksummed)
    let network = paint(.handle, "\(verified.network)")
    let known =
      isKnown
      ? paint(.good, "known to you: this operator of this network")
      : paint(.caution, "not known to you: anybody can found a network and sign for it")
    return [
      fields.text(paint), "",
      paint(.good, "consistent: every link, signature and sum holds"),
      hidden.map { paint(isAbout == nil ? .caution : .good, $0) },
      "signed by operator \(signer)", "of network \(network), block \(verified.height)", known,
      "trust level: one operator's signature; no witness has countersigned it",
    ].compactMap(\.self).joined(separator: "\n")
  }
}
