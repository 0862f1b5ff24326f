// One request on its way through the door of an agent: asked, paid once, and its answer passed on.

import Agents
import HTTPTypes
import Hummingbird
import Kernel
import NIOCore
import NIOHTTP1
import Primitives

/// Asks a seller, pays what the policy allows, asks again with the payment, hands the answer on.
struct Relay: Sendable {
  let door: AgentDoor
  let seller: Seller
  let path: String
  let body: [UInt8]
  /// Where this door is, for links.
  let site: String
  let digest: Bytes32

  /// How often the same payment is shown to a seller that does not say what became of it.
  private static let tries = 3
  /// How often a seller sets the count of a channel right for one request.
  private static let mostCorrections = 2
  private static let resultFields = [
    "openai-processing-ms", "x-request-id", "payment-response", "retry-after", "tolsey-check",
  ]

  /// Whether vouchers are signed where a seller takes them.
  var usesChannels = true
  /// The check that is paid for; nil where none is.
  var check: String?

  /// The digest of a request, whose parts cannot run into each other. Who is asked is none of them:
  /// the same request is the same, whoever sells the model when it comes again.
  ///
  /// - Parameters:
  ///   - key: what a client calls a request that it means to make once, however often it sends it.
  ///   - check: what was paid for under one check is not shown for another.
  static func digest(
    _ path: String, _ body: [UInt8], _ key: String?, _ check: String? = nil
  ) -> Bytes32 {
    let checked = check.map { "Tolsey-Check: \($0)\n" } ?? ""
    let named = checked + (key.map { "Idempotency-Key: \($0)\n" } ?? "")
    return PaidResource.digest(method: "POST", target: path, body: Array(named.utf8) + body)
  }

  /// - Parameter earlier: what this request was given before, at this seller.
  func answer(_ earlier: ShownPayment?, _ ticket: RequestTicket) async throws -> Response {
    if let earlier { return try await redeem(earlier, ticket) }
    let reply = try await ask(nil)
    guard reply.status == 402 else { return try await pass(reply, ticket) }
    let header = reply.field("payment-required")
    await reply.drop()
    return try await redeem(try await pay(header, digest), ticket)
  }

  /// Pays what a 402 asks: by a voucher where the seller takes them, else by itself.
  private func pay(
    _ header: String?, _ digest: Bytes32, byChannel: Bool = true
  ) async throws -> ShownPayment {
    let chainID = door.teller.pocket.chainID
    let single = header.flatMap { Demand(header: $0, chainID: chainID) }
    if byChannel, usesChannels,
      let demand = header.flatMap({ ChannelDemand(header: $0, chainID: chainID) })
    {
      try await require(demand.payee)
      do {
        let tender = try await door.teller.pay(
          demand, for: digest, at: seller, path, hasOther: single != nil)
        if let tender { return tender }
      } catch let unpaid as Unpaid { throw problem(unpaid, demand.price, demand.payee) }
    }
    guard let single else {
      throw SpeechProblem(
        402, "noWayToPay", "the seller asks for money in no way that can be paid here")
    }
    try await require(single.payee)
    do {
      return ShownPayment(
        try await door.teller.pay(single, for: digest, at: seller.origin, url: seller.written))
    } catch let unpaid as Unpaid { throw problem(unpaid, single.amount, single.payee) }
  }

  private func require(_ payee: Address) async throws(SpeechProblem) {
    guard await door.book.isListed(seller, with: payee) else {
      throw SpeechProblem(
        402, "otherPayee", "the seller is listed with another account than it asks money for")
    }
  }

  private func ask(_ tender: ShownPayment?) async throws(SpeechProblem) -> SellerReply {
    var fields = [(name: "Content-Type", value: "application/json"), ("Accept", "*/*")]
    if let tender { fields.append(("PAYMENT-SIGNATURE", tender.payment.header)) }
    if let check { fields.append(("Tolsey-Check", check)) }
    let reply = try await door.call.send(.POST, path, to: seller, body: body, fields: fields)
    // A seller that does not know of checks would sell what nobody checked for this price.
    guard let check, reply.status == 200 || reply.status == 402,
      reply.field("tolsey-check") != check
    else { return reply }
    await reply.drop()
    throw tender == nil ? .noSuchCheck(check) : .uncheckedAnswer(check)
  }

  // MARK: - With a payment

  /// Shows the payment until the seller says what became of it. There is no second one.
  private func redeem(
    _ tender: ShownPayment, _ ticket: RequestTicket, corrections: Int = 0
  ) async throws -> Response {
    ticket.shows(tender)
    var pause = Duration.milliseconds(300)
    for attempt in 1...Relay.tries {
      var refusal: (isOne: Bool, header: String?) = (false, nil)
      do throws(SpeechProblem) {
        let reply = try await ask(tender)
        switch reply.status {
        case 200: return try await pass(reply, ticket, paid: tender)
        // It says that it did not take it. It could still: the payment stays with the request.
        case 402:
          refusal = (true, reply.field("payment-required"))
          await reply.drop()
        case 409, 429, 500...: await reply.drop()
        default:
          await door.teller.leave(tender)
          return try await pass(reply, ticket)
        }
      } catch {
        guard error == .sellerSilent else {
          await door.teller.leave(tender)
          throw error
        }
      }
      if refusal.isOne {
        return try await redeem(instead: tender, refusal.header, ticket, corrections)
      }
      guard attempt < Relay.tries, (try? await Task.sleep(for: pause)) != nil else { break }
      pause *= 3
    }
    await door.teller.leave(tender)
    throw SpeechProblem.unknownOutcome
  }

  /// The seller says that it did not take what it was shown. A voucher may be counted otherwise,
  /// once, or the seller be paid by itself; for a single payment there is nothing else.
  private func redeem(
    instead tender: ShownPayment, _ header: String?, _ ticket: RequestTicket, _ corrections: Int
  ) async throws -> Response {
    let isAnswered = tender.payment.state == .answered
    guard tender.voucher != nil, !isAnswered, corrections < Relay.mostCorrections else {
      await door.teller.leave(tender)
      throw SpeechProblem.notTaken
    }
    let next: ShownPayment?
    do {
      next = try await door.teller.correct(tender, header, for: digest)
    } catch let unpaid as Unpaid {
      throw problem(unpaid, tender.payment.amount, tender.payment.payee)
    }
    if let next { return try await redeem(next, ticket, corrections: corrections + 1) }
    let other = try await pay(header, digest, byChannel: false)
    return try await redeem(other, ticket, corrections: Relay.mostCorrections)
  }

  // MARK: - The answer

  private func pass(
    _ reply: SellerReply, _ ticket: RequestTicket, paid tender: ShownPayment? = nil
  ) async throws(SpeechProblem) -> Response {
    guard reply.status == 200 else { return try await refusal(reply) }
    let type = (reply.field("content-type") ?? "").lowercased()
    let isStream = type.hasPrefix(ChatAnswer.streamType)
    guard isStream || type.hasPrefix("application/json") else {
      await reply.drop()
      if let tender { await door.teller.leave(tender) }
      throw .badAnswer
    }
    var fields = SpeechDoor.fields(isStream ? ChatAnswer.streamType : "application/json")
    for name in Relay.resultFields {
      guard let value = reply.field(name), let name = HTTPField.Name(name) else { continue }
      fields[name] = String(value.prefix(4_096))
    }
    var purchase: Purchase?
    if let tender {
      let bought = Purchase(tender, seller, path, body, reply, at: door.receipts)
      purchase = bought
      await door.teller.begin(tender, reply.field("payment-response"))
      // What was paid is on record whatever comes of the answer; a disk that keeps no record must
      // not keep the answer, too.
      do throws(WalletFault) {
        try bought.begin()
        fields[.tolseyReceipt] = site + PurchaseShelf.root + tender.payment.name
      } catch {
        door.log.error("a receipt is not kept", metadata: ["reason": "\(error.code)"])
      }
    }
    return Response(status: .ok, headers: fields, body: stream(reply, purchase, ticket))
  }

  /// The payment is closed when all of the answer went to the client. One that broke off, on
  /// either side, is asked for again with the same payment.
  private func stream(
    _ reply: SellerReply, _ purchase: Purchase?, _ ticket: RequestTicket
  ) -> ResponseBody {
    let (teller, call) = (door.teller, door.call)
    return ResponseBody { writer in
      defer { withExtendedLifetime(ticket) {} }
      var answer = purchase.map { _ in Purchase.Answer() }
      while true {
        let part: ByteBuffer?
        do { part = try await reply.body.next() } catch {
          if let purchase { await teller.leave(purchase.tender) }
          throw error
        }
        guard let part else { break }
        answer?.update(part)
        do { try await writer.write(part) } catch {
          await reply.drop()
          if let purchase { await teller.leave(purchase.tender) }
          throw error
        }
      }
      try await writer.finish(nil)
      if let purchase { await teller.close(purchase.tender, purchase.transaction) }
      await purchase?.end(answer, teller.pocket.address, call)
    }
  }

  /// What a seller refuses is told in its words as far as they are an error of these clients, and
  /// never as an answer. Redirects are not followed: a payment is for one origin.
  private func refusal(_ reply: SellerReply) async throws(SpeechProblem) -> Response {
    guard (400..<500).contains(reply.status) else {
      await reply.drop()
      throw (300..<400).contains(reply.status) ? .sellerRedirects : .sellerFailed
    }
    let bytes = try await reply.collect(door.call.limits.shortBytes)
    let error = (try? JSONValue(parsing: bytes))?["error"]
    func text(_ name: String, _ usual: String) -> String {
      String((error?[name]?.string ?? usual).prefix(500))
    }
    throw SpeechProblem(
      reply.status, text("code", "seller_refused"),
      text("message", "the seller refused it with status \(reply.status)"),
      parameter: error?["param"]?.string.map { String($0.prefix(80)) })
  }

  // MARK: - Not paid

  /// What the client is told, made of numbers and our own words: nothing of the seller's is in it.
  private func problem(
    _ unpaid: Unpaid, _ amount: Amount, _ payee: Address
  ) -> SpeechProblem {
    let what = "\(DollarWords.text(amount)) to \(payee.checksummed)"
    switch unpaid {
    case .decided(let decision, let line) where decision.kind == .asked:
      return SpeechProblem(
        402, decision.reason.rawValue,
        "\(door.name) waits for its owner: \(decision.reason.text) (\(what)); the owner says yes "
          + "on the page that 'tolsey agent serve' showed, or with "
          + "'tolsey agent approve \(door.name) \(line)'; then ask again")
    case .decided(let decision, _):
      return SpeechProblem(
        403, decision.reason.rawValue,
        "\(door.name) may not pay \(what): \(decision.reason.text); "
          + "see 'tolsey agent show \(door.name)'")
    case .folder(let fault) where fault.isDiskFull:
      return SpeechProblem(
        503, fault.code,
        "the disk with the folder of \(door.name) is full: nothing is paid that cannot be written "
          + "down; make room there, and ask again")
    case .folder(let fault):
      return SpeechProblem(
        403, fault.code,
        "the folder of \(door.name) cannot be used, and nothing is paid until it "
          + "was looked at: see 'tolsey agent log \(door.name) --verify'")
    case .pocket(let problem):
      return SpeechProblem(problem.isTemporary ? 503 : 402, problem.code, problem.message)
    case .unsettled: return .unsettled
    case .owed(let count):
      return SpeechProblem(
        403, "answersOwed",
        "this seller has \(count) payments of \(door.name) and gave no answer for them; "
          + "it gets no more until they end or the owner lets them go")
    }
  }
}

extension HTTPField.Name {
  static let tolseyReceipt = HTTPField.Name("Tolsey-Receipt")!
}

extension SpeechProblem {
  static func noSuchCheck(_ check: String) -> SpeechProblem {
    SpeechProblem(
      400, "check_not_sold",
      "the seller does not say that it sells answers that pass \(check): nothing is paid",
      parameter: "model")
  }

  static func uncheckedAnswer(_ check: String) -> SpeechProblem {
    SpeechProblem(
      502, "answer_not_checked",
      "the seller does not say that its answer passed \(check), so it is not handed on; the same "
        + "request shows the same payment again")
  }

  static let notTaken = SpeechProblem(
    402, "paymentNotTaken",
    "the seller says that it did not take the payment; the same request shows the same payment "
      + "again, and no other is signed for it")
  static let unsettled = SpeechProblem(
    503, "paymentEnding",
    "the payment that this request was given ends within seconds, or nobody knows whether it was "
      + "carried; ask again when it has ended, or let the owner let it go")
  static let unknownOutcome = SpeechProblem(
    502, "paymentUnknown",
    "it may have been paid and there is no answer; the same request shows the same payment again")
  static let badAnswer = SpeechProblem(
    502, "seller_bad_answer", "the seller's answer is neither JSON nor a stream of events")
  static let sellerRedirects = SpeechProblem(
    502, "seller_redirects", "the seller sends its clients elsewhere; nobody follows")
  static let sellerFailed = SpeechProblem(502, "seller_failed", "the seller failed")
}

/// Dollars as people write them.
enum DollarWords {
  static func text(_ amount: Amount) -> String {
    let (whole, rest) = amount.units.quotientAndRemainder(dividingBy: million)
    var decimals = String(String(million + rest).dropFirst())
    while decimals.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
    return "$\(whole).\(decimals)"
  }
}
