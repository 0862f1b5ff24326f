// What each station of a receipt shows, what follows from it, and what may be wrong with it.

import Chain
import Kernel
import Market
import Primitives

struct ReceiptWords {
  let receipt: Receipt
  /// Objects of another network have no pages here.
  let isOurs: Bool

  private var settled: SettledRun { receipt.settled }

  func shows(_ station: Station) -> Markup {
    let verdict = settled.verdict.outcome
    return switch station {
    case .request: request
    case .order: order
    case .bid: promises
    case .lease: lease
    case .run: run
    case .evidence: evidence
    case .verdict: "\(Parts.badge(verdict.title, verdict.tone)) \(verdict.sentence)"
    case .settlement: settlement
    case .receipt: proof
    }
  }

  private var order: Markup {
    let noun = receipt.isOffer ? "the take" : "the order"
    return "\(account(settled.buyer)) signed \(message(receipt.order, noun))."
  }

  private var lease: Markup {
    guard isOurs else { return "<code>\(settled.lease.short)</code>" }
    let source = receipt.isOffer ? "the take" : "the order and the draw"
    return "\(Parts.lease(settled.lease.digest)) follows from \(source)."
  }

  private var proof: Markup {
    let header = receipt.header
    let block: Markup = isOurs ? Parts.block(header.height) : "\(header.height)"
    let steps = Formats.plural(UInt64(receipt.path.count), "step")
    return """
      It is a leaf of block \(block), \(steps) below the root that the operator signed, on \
      \(Parts.time(header.time)).
      """
  }

  private func account(_ address: Address) -> Markup {
    isOurs ? Parts.account(address) : "<code>\(address.brief)</code>"
  }

  private func message(_ message: SignedMessage, _ name: String) -> Markup {
    isOurs ? "<a href=\"/messages/\(message.id.description)\">\(name)</a>" : "\(name)"
  }

  private var request: Markup {
    guard case .placeOrder(let order) = receipt.order.message else {
      return "The offer's own terms, checked by \(CheckWords.means(settled.check))."
    }
    let request = order.request
    return """
      \(request.work), at most \(Parts.money(request.limit.amount.units)) for \
      \(Formats.plural(request.limit.per, "unit")), checked by \(CheckWords.means(settled.check)).
      """
  }

  private var promises: Markup {
    let noun = receipt.isOffer ? "the offer" : "the bid"
    let list = receipt.promises.enumerated().markup { index, promise in
      (index > 0 ? ", " : "") + account(promise.head.from)
        + (isOurs ? " (\(message(promise, noun)))" : "")
    }
    var price = Markup()
    if case .postOffer(let offer)? = receipt.promises.first?.message {
      price = ", at \(Parts.rate(offer.rate))"
    }
    return "Signed by \(list)\(price)."
  }

  private var run: Markup {
    let name: Markup =
      isOurs ? Parts.run(settled.run.digest) : "<code>\(settled.run.short)</code>"
    let start: Markup =
      receipt.start.first.map { ", started by \(message($0, "the buyer's input"))" } ?? ""
    return "\(name), number \(settled.index) of its lease, from 0\(start)."
  }

  private var evidence: Markup {
    let seats = settled.verdict.seats.count
    let list = receipt.evidence.markup { shown in
      " \(account(shown.head.from)): \(message(shown, "a commitment to the output"))."
    }
    let all = Formats.plural(UInt64(seats), "seat")
    return "\(receipt.evidence.count) of \(all) showed an answer.\(list)"
  }

  private var settlement: Markup {
    let lines = RunMoney(settled).lines.filter { $0.got > 0 }
    let list = lines.enumerated().markup { index, line in
      (index > 0 ? ", " : "") + "\(line.role) \(Parts.money(line.got))"
    }
    return "Paid out, bonds included: \(list)."
  }

  // MARK: - Words that hold for every receipt

  static func proves(_ station: Station, isOffer: Bool) -> String {
    switch station {
    case .request:
      isOffer
        ? "The offer says what was sold; nothing else was asked for."
        : "The hash of what was asked for is the one that was settled: nobody changed the wish."
    case .order:
      "Signed by the buyer: it agreed to pay this much, for this, checked this way."
    case .bid:
      isOffer
        ? "Signed by the provider: it promised this to whoever takes it."
        : "Signed by each provider: it promised to serve this very order."
    case .lease:
      isOffer
        ? "The lease's id is the hash of the take: it belongs to this deal and no other."
        : "The lease's id is the hash of order and draw: it belongs to this deal and no other."
    case .run: "Its id is the hash of lease and number, and the buyer's input started it."
    case .evidence:
      "Signed by the seats: each stands by this output and these units, bit for bit."
    case .verdict: "It follows from the evidence by the rules; a majority was counted again."
    case .settlement:
      "What was put in is what was paid out, to the last millionth of a dollar."
    case .receipt:
      "The operator signed a block that holds exactly this settlement, and cannot take it back."
    }
  }

  /// What failed, from its name in the refusal.
  static func fault(_ name: String) -> String {
    switch name {
    case "malformed": "its bytes are no receipt from here on"
    case "notCanonical": "the file holds more than a receipt does"
    case "signature": "a signature is not that of who should have signed"
    case "hash": "what was asked for does not have the hash that was settled"
    case "kind": "there is a message of another kind"
    case "id": "its id does not follow from its content"
    case "buyer": "it is not the buyer's"
    case "provider": "it is not that provider's"
    case "check": "the check is another one, or cannot end so"
    case "count", "seats": "there are more or fewer of them than seats"
    case "order": "the bid is for another order"
    case "offer": "the take is of another offer"
    case "run": "it is about another run"
    case "seed": "an offer is not drawn"
    case "startedBy": "another message started the run"
    case "index": "the number of the run is another one"
    case "output": "the output is not the one of the verdict"
    case "units": "the units are not those of the verdict"
    case "fate": "what became of a seat does not fit how the run ended"
    case "evidence": "a seat was judged by what it did not show"
    case "reason": "only a rejection has a reason"
    case "input": "it was judged though it never began"
    case "work": "it is of a kind of work that has no such verdict"
    case "gold": "the gold is not the buyer's, or not what the order commits to"
    case "opened": "there were more or fewer answers than the verdict says"
    case "worth": "judged again, a seat's answers are worth something else"
    case "fee": "the buyer's pledge is another one"
    case "majority": "counted again, the majority is another one"
    case "auditor": "the auditor does not fit the audit"
    case "prices", "stakes", "payouts": "there are more or fewer of them than parties"
    case "treasury": "the treasury's share is missing"
    case "court": "a payout goes to nobody who took part"
    case "sum": "what was paid out is not what was put in"
    case "network": "the header is of another network"
    case "path", "sides": "it is not in the block that the operator signed"
    default: name
    }
  }
}
