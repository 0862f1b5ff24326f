// Answers that are paid for: made or begun first, then settled, and only then handed over.

import HTTPTypes
import Hummingbird
import NIOCore
import Primitives

extension SpeechDoor {
  /// A whole answer is made before its payment is settled. A stream is settled when its first
  /// piece is there and before any of it is sent: so `PAYMENT-RESPONSE` can be a field of the
  /// answer, and nobody reads what he has not paid. The talk then goes on to its end, whether
  /// anybody listens or not: the same request with the same payment gets all of it again.
  func sell(
    _ asked: ChatRequest, at price: SpeechPrice, _ request: Request, _ bytes: [UInt8]
  ) async throws -> Response {
    let model = try model(asked.utterance.model)
    let target = request.head.path ?? request.uri.path
    let url = price.site.url(target, host: request.head.authority)
    let resource = try price.resource(asked, url: url)
    let payment = request.headers[.paymentSignature]
    guard payment != nil else { return SpeechDoor.response(resource.asking("Payment required")) }
    var taken: Turn?
    let digest = PaidResource.digest(
      method: request.method.rawValue, target: target + asked.checkedTarget, body: bytes)
    let sale: any OpenSale
    let opened = await price.gate.open(resource, request: digest, payment: payment) {
      taken = (asked.check == nil ? underWay : checking).take()
      return taken != nil
    }
    switch opened {
    case .answer(let answer):
      taken?.end()
      return SpeechDoor.response(answer)
    case .sale(let one): sale = one
    }
    guard let turn = taken else { throw SpeechProblem.broken }
    var asked = asked
    // The same payment says the same again, also after the program was ended.
    asked.utterance.seed = asked.utterance.seed ?? sale.number
    asked.utterance.sale = sale.number
    let answer = ChatAnswer(
      asked, number: sale.number, created: model.created, model: asked.name(model))
    let talk = SoldTalk(asked: asked, answer: answer, input: bytes, sale: sale, price: price)
    if asked.streams { return try await stream(talk, turn) }
    guard asked.check != nil else { return await whole(talk, turn) }
    // What others did for it is paid for whoever still listens: it is charged, and kept for who
    // asks again.
    return await Task { await whole(talk, turn) }.value
  }

  private func whole(_ sold: SoldTalk, _ turn: Turn) async -> Response {
    defer { turn.end() }
    var failure: SpeechProblem?
    let answer = await sold.sale.complete {
      var text = ""
      let spoken: Spoken
      do { spoken = try await speaker.speak(sold.asked.utterance) { text += $0 } } catch {
        failure = error as? SpeechProblem
        throw error
      }
      // Who waits for a disk keeps no core busy.
      turn.end()
      let answer = sold.answer.whole(text, spoken).bytes
      return sold.price.product(sold.asked, text, spoken, input: sold.input) { _ in answer }
    }
    return failure.flatMap { SpeechDoor.failed($0, answer) } ?? SpeechDoor.response(answer)
  }

  /// Why an answer passed no check is told as it is; what else fails is nobody's business. A
  /// deposit that came along is told with it.
  private static func failed(_ problem: SpeechProblem, _ answer: GateAnswer) -> Response? {
    guard problem.status == SpeechProblem.failedCheck, answer.status == 500 else { return nil }
    var response = response(problem)
    let told = HTTPField.Name("PAYMENT-RESPONSE")!
    response.headers[told] = answer.headers["PAYMENT-RESPONSE"]
    return response
  }

  private func stream(_ sold: SoldTalk, _ turn: Turn) async throws -> Response {
    guard let reader = readers.take() else { throw SpeechProblem.busy }
    let talk = PaidTalk(sold, turn, speaker)
    do { try await talk.begin() } catch {
      talk.end()
      if let problem = error as? SpeechProblem, problem.status == SpeechProblem.failedCheck {
        throw problem
      }
      log.error("speech failed", metadata: ["error": "\(error)"])
      return SpeechDoor.response(.empty(500))
    }
    switch await sold.sale.begin() {
    case .not(let refused):
      talk.end()
      return SpeechDoor.response(refused)
    case .paid(let fields, let outcome):
      talk.go(fields, outcome)
      return SpeechDoor.response(
        GateAnswer(200, fields),
        ResponseBody { writer in
          defer { reader.end() }
          for try await frame in talk.frames {
            talk.unread.took(frame)
            try await writer.write(ByteBuffer(string: frame))
          }
          try await writer.finish(nil)
        })
    }
  }

  // MARK: - Prices and receipts

  /// What a usual answer costs: who has a channel here asks so before it asks for its money back.
  func askPrice(_ request: Request) async throws -> Response {
    guard let price else { throw SpeechProblem.noRoute }
    let target = request.head.path ?? request.uri.path
    var asked = ChatRequest(isChat: request.uri.path.hasPrefix("/v1/chat"), limits: limits)
    asked.utterance.model = speaker.models.first?.name ?? ""
    try settle(&asked, request)
    let url = price.site.url(target, host: request.head.authority)
    let resource = try price.resource(asked, url: url)
    guard let payment = request.headers[.paymentSignature] else {
      return SpeechDoor.response(resource.asking("Payment required"))
    }
    let digest = PaidResource.digest(method: "GET", target: target, body: [])
    let opened = await price.gate.open(resource, request: digest, payment: payment)
    guard case .answer(let answer) = opened else {
      // Nothing is sold so, and what was opened falls back.
      return SpeechDoor.response(resource.asking("ask by POST"))
    }
    return SpeechDoor.response(answer)
  }

  func receipt(_ name: String) throws -> Response {
    guard let bytes = price?.gate.desk?.find(name) else { throw SpeechProblem.noReceipt }
    return Response(
      status: .ok, headers: SpeechDoor.fields("application/cbor"),
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  static func sealed(_ sealing: Sealing) throws -> Response {
    switch sealing {
    case .sealed(let bytes):
      return Response(
        status: .ok, headers: SpeechDoor.fields("application/cbor"),
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .unclaimed: throw SpeechProblem.notSealed
    case .waiting: throw SpeechProblem.notInBlock
    case .busy: throw SpeechProblem.busy
    case .lost, .unknown: throw SpeechProblem.noReceipt
    }
  }

  /// An answer of the gate, with its errors as these clients read them.
  static func response(_ answer: GateAnswer, _ stream: ResponseBody? = nil) -> Response {
    let fields = answer.fields
    var bytes = answer.body
    if answer.status != 200 {
      bytes = (answer.closure?.speechProblem ?? problem(answer.status)).json.bytes
    }
    return Response(
      status: .init(code: answer.status), headers: fields,
      body: stream ?? ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  static func problem(_ status: Int) -> SpeechProblem {
    switch status {
    case 400: SpeechProblem(400, "bad_payment", "PAYMENT-SIGNATURE is no payment of x402")
    case 402:
      SpeechProblem(
        402, "payment_required", "pay by x402: PAYMENT-REQUIRED says how much, and what was wrong")
    case 429: .busy
    case 409:
      SpeechProblem(
        409, "payment_in_use",
        "this payment is being served, bought another answer, or had its answer three times")
    case 502:
      SpeechProblem(
        502, "settlement_pending", "it may have been paid: send the same payment again, no other")
    case 503: SpeechProblem(503, "no_facilitator", "payments cannot be looked at now")
    default: .broken
    }
  }
}

extension GateAnswer {
  /// Its fields as they are sent; beside its own, those of every answer of this door.
  var fields: HTTPFields {
    var fields = HTTPFields()
    fields.reserveCapacity(headers.count + 3)
    func add(_ name: HTTPField.Name, _ value: String) {
      fields.append(HTTPField(name: name, value: value))
    }
    add(.contentType, headers["Content-Type"] ?? "application/json")
    add(.cacheControl, headers["Cache-Control"] ?? "no-store")
    add(.xContentTypeOptions, headers["X-Content-Type-Options"] ?? "nosniff")
    // Names of this program's own, those of paid answers first: none is written in two ways.
    var found = 0
    for known in GateAnswer.known {
      guard let value = headers[known.text] else { continue }
      found += 1
      if let name = known.name { add(name, value) }
    }
    if found == headers.count { return fields }
    let isKnown = Set(GateAnswer.known.map(\.text))
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) where !isKnown.contains(name) {
      if let name = HTTPField.Name(name) { add(name, value) }
    }
    return fields
  }

  /// What answers have that were paid for, made once, since a name is looked at letter by letter;
  /// without a name those that stand before all others.
  private static let known: [(text: String, name: HTTPField.Name?)] =
    ["Content-Type", "Cache-Control", "X-Content-Type-Options"].map { ($0, nil) }
    + ["PAYMENT-RESPONSE", "Tolsey-Receipt", "Tolsey-Sealed"].map { ($0, HTTPField.Name($0)) }
}

/// One sale of text: what was asked, and who pays what.
struct SoldTalk: Sendable {
  var asked: ChatRequest
  var answer: ChatAnswer
  /// The body of the request.
  var input: [UInt8]
  var sale: any OpenSale
  var price: SpeechPrice
}
