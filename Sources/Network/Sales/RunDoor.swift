// The door at which runs are paid one by one: an input comes with its payment, the answer goes with
// its signed receipt.

import Chain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Primitives

/// Answers `GET /runs` with what is sold, and `POST /runs/NAME` with a run.
struct RunDoor: HTTPResponder {
  let seller: any RunSeller
  let till: RunTill
  let rates: RateGuard
  let log: Logger
  /// Runs that are being made; each keeps a core busy.
  let underWay = Turns(most: 4)

  static let root = "/runs"
  /// Where a paid run's receipt is fetched again, up to its name.
  static let receipts = "/receipts/"
  /// Bytes of an input, as text.
  static let mostBytes = 4 << 20

  func respond(to request: Request, context: APIContext) async throws -> Response {
    do {
      try rates.request(of: context.peer)
      return try await answer(request, context.peer)
    } catch let problem as Problem {
      return Response(problem)
    } catch let refusal as Refusal {
      return Response(Problem(refusal))
    } catch {
      log.error("selling failed", metadata: ["error": "\(error)"])
      return Response(Problem.broken)
    }
  }

  private func answer(_ request: Request, _ peer: Peer) async throws -> Response {
    let path = request.uri.path
    let base = till.site.url("", host: request.head.authority)
    if request.method == .get, [RunDoor.root, RunDoor.root + "/", "/"].contains(path) {
      let list = seller.wares.map { RunDoor.json($0, till, base) }
      return Response(json: ["runs": .array(list)])
    }
    if request.method == .get, path.hasPrefix(RunDoor.receipts) {
      let asked = request.uri.queryParameters
      let name = path.dropFirst(RunDoor.receipts.count)
      let sealing: Sealing?
      do {
        sealing = try await till.gate.seal(name) { asked[Substring($0)].map { String($0) } }
      } catch { throw RunDoor.problem(503) }
      return try sealing.map(RunDoor.sealed) ?? receipt(String(name))
    }
    guard path.hasPrefix(RunDoor.root + "/") else { throw RunDoor.nothing(path) }
    let name = path.dropFirst(RunDoor.root.count + 1)
    guard let ware = seller.wares.first(where: { $0.name == name }) else {
      throw RunDoor.nothing(path)
    }
    switch request.method {
    case .get: return try await askPrice(ware, request, base)
    case .post: return try await sell(ware, request, peer, base)
    default: throw Problem.methodNotAllowed("GET, POST")
    }
  }

  private static func nothing(_ path: String) -> Problem {
    Problem(
      404, "noSuchRoute", "nothing is sold at \(path.prefix(100))",
      hint: "GET \(root) lists what is")
  }

  private static func json(_ ware: RunWare, _ till: RunTill, _ base: String) -> JSONValue {
    [
      "url": .string("\(base)\(root)/\(ware.name)"), "description": .string(ware.description),
      "work": .string(ware.work), "price": .unsigned(ware.price.units), "check": "open",
      "provider": .string(till.desk.address.checksummed),
    ]
  }

  // MARK: - Selling

  private func sell(
    _ ware: RunWare, _ request: Request, _ peer: Peer, _ base: String
  ) async throws -> Response {
    do { try SpeechDoor.requireOpen(request, ware.name) } catch {
      throw Problem(
        400, "checkNotSold", error.message,
        hint: "who wants a run checked takes the same seller's offer on the market")
    }
    let body = try await read(request, peer)
    // Nobody pays for an input that cannot be read.
    let input = try seller.input(body, for: ware)
    let resource = resource(ware, base)
    let payment = request.headers[.paymentSignature]
    guard payment != nil else { return RunDoor.response(resource.asking("Payment required")) }
    var turn: Turn?
    defer { turn?.end() }
    let digest = PaidResource.digest(
      method: request.method.rawValue, target: request.head.path ?? request.uri.path, body: body)
    let opened = await till.gate.open(resource, request: digest, payment: payment) {
      turn = underWay.take()
      return turn != nil
    }
    switch opened {
    case .answer(let answer): return RunDoor.response(answer)
    case .sale(let sale):
      return RunDoor.response(await run(ware, input, sale))
    }
  }

  private func resource(_ ware: RunWare, _ base: String) -> PaidResource {
    let price = PaymentRequirements(
      chainID: till.desk.chainID, ware.price, payTo: till.desk.address)
    return PaidResource(
      url: "\(base)\(RunDoor.root)/\(ware.name)", description: ware.description,
      offers: till.gate.offers(price), receipts: till.site.path + RunDoor.receipts)
  }

  /// What a run costs, with what is known of it as the body; who has a channel here asks so before
  /// it asks for its money back.
  private func askPrice(
    _ ware: RunWare, _ request: Request, _ base: String
  ) async throws -> Response {
    let resource = resource(ware, base)
    if let payment = request.headers[.paymentSignature] {
      let target = request.head.path ?? request.uri.path
      let digest = PaidResource.digest(method: "GET", target: target, body: [])
      let opened = await till.gate.open(resource, request: digest, payment: payment)
      // Nothing is sold so, and what was opened falls back.
      guard case .answer(let answer) = opened else { throw Problem.methodNotAllowed("POST") }
      return RunDoor.response(answer)
    }
    var response = Response(json: RunDoor.json(ware, till, base))
    response.status = .init(code: 402)
    let asking = resource.asking("Payment required")
    response.headers[.paymentRequired] = asking.headers["PAYMENT-REQUIRED"]
    return response
  }

  private func receipt(_ name: String) throws -> Response {
    guard let bytes = till.desk.find(name) else {
      throw Problem(404, "noSuchReceipt", "there is no such receipt here")
    }
    return Response(bytes: bytes, type: "application/cbor")
  }

  private static func sealed(_ sealing: Sealing) throws -> Response {
    guard case .sealed(let bytes) = sealing else { throw RunDoor.notSealed(sealing) }
    return Response(bytes: bytes, type: "application/cbor")
  }

  private static func notSealed(_ sealing: Sealing) -> Problem {
    switch sealing {
    case .unclaimed:
      Problem(
        404, "notSealed", "no claim has paid for this run yet",
        hint: "it is claimed within the hour, or when it is much; until then the signed receipt "
          + "is what there is")
    case .waiting:
      Problem(
        404, "notSealed", "no block that is known here holds the payment of this run yet",
        hint: "ask again in a moment; until then the signed receipt is what there is")
    case .busy: Problem(503, "busy", "other receipts are being made", hint: "ask again")
    case .lost:
      Problem(404, "noSeal", "what paid for this run does not show that it paid for this one")
    case .unknown, .sealed: Problem(404, "noSuchReceipt", "there is no such receipt here")
    }
  }

  private func run(
    _ ware: RunWare, _ input: [UInt8], _ sale: any OpenSale
  ) async -> GateAnswer {
    // The model is integers: made twice, it is the same.
    let made = Result { () throws(Refusal) in try seller.run(input, of: ware) }
    return await sale.complete {
      let made = try made.get()
      let facts = RunFacts(
        work: ware.work, spec: ware.spec, units: ware.units, input: input, output: made.output)
      return Product(price: ware.price, facts: facts) { signed in
        let text = Data(signed?.encoded ?? []).base64EncodedString()
        return JSONValue.object(
          made.members + [
            .init(name: "price", value: .unsigned(ware.price.units)),
            .init(name: "receipt", value: .string(text)),
          ]
        ).bytes
      }
    }
  }

  private func read(_ request: Request, _ peer: Peer) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= RunDoor.mostBytes else {
        throw Problem.tooLarge(limit: RunDoor.mostBytes)
      }
      bytes.append(contentsOf: part.readableBytesView)
      try rates.bytes(part.readableBytes, of: peer)
    }
    return bytes
  }

  // MARK: - Answers

  private static func response(_ answer: GateAnswer) -> Response {
    var response =
      answer.status == 200
      ? Response(bytes: answer.body, type: "application/json")
      : Response(answer.closure?.problem ?? problem(answer.status))
    for (name, value) in answer.headers.sorted(by: { $0.key < $1.key }) {
      guard let name = HTTPField.Name(name), name != .contentType else { continue }
      response.headers[name] = value
    }
    return response
  }

  private static func problem(_ status: Int) -> Problem {
    switch status {
    case 400: Problem(400, "badPayment", "PAYMENT-SIGNATURE is no payment of x402")
    case 402:
      Problem(
        402, "paymentRequired", "this is paid for by x402",
        hint: "PAYMENT-REQUIRED says how much, and what was wrong with a payment")
    case 409:
      Problem(
        409, "paymentInUse",
        "this payment is being served, bought another answer, or had its answer three times",
        hint: "send the same request with it again")
    case 429:
      Problem(503, "busy", "as many runs as are made at once are under way", hint: "ask again")
    case 502:
      Problem(
        502, "settlementPending", "it may have been paid",
        hint: "send the same request with the same payment again, and no other")
    case 503: Problem(503, "noFacilitator", "payments cannot be looked at now", hint: "ask again")
    default: .broken
    }
  }
}
