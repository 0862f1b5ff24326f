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
    let base = "http://\(request.head.authority ?? "localhost")"
    if request.method == .get, [RunDoor.root, RunDoor.root + "/", "/"].contains(path) {
      let list = seller.wares.map { RunDoor.json($0, till, base) }
      return Response(json: ["runs": .array(list)])
    }
    guard path.hasPrefix(RunDoor.root + "/") else { throw RunDoor.nothing(path) }
    let name = path.dropFirst(RunDoor.root.count + 1)
    guard let ware = seller.wares.first(where: { $0.name == name }) else {
      throw RunDoor.nothing(path)
    }
    switch request.method {
    case .get: return Response(json: RunDoor.json(ware, till, base))
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
      "provider": .string(till.key.address.checksummed),
    ]
  }

  // MARK: - Selling

  private func sell(
    _ ware: RunWare, _ request: Request, _ peer: Peer, _ base: String
  ) async throws -> Response {
    let body = try await read(request, peer)
    // Nobody pays for an input that cannot be read.
    let input = try seller.input(body, for: ware)
    let resource = PaidResource(
      url: "\(base)\(RunDoor.root)/\(ware.name)", description: ware.description,
      offers: [
        PaymentRequirements(chainID: till.chainID, ware.price, payTo: till.key.address)
      ])
    let payment = request.headers[.paymentSignature]
    guard payment != nil else { return RunDoor.response(resource.asking("Payment required")) }
    guard let turn = underWay.take() else {
      throw Problem(
        503, "busy", "as many runs as are made at once are under way", hint: "ask again")
    }
    defer { turn.end() }
    let digest = PaidResource.digest(
      method: request.method.rawValue, target: request.head.path ?? request.uri.path, body: body)
    switch await till.gate.open(resource, request: digest, payment: payment) {
    case .answer(let answer): return RunDoor.response(answer)
    case .sale(let sale): return RunDoor.response(await run(ware, input, sale))
    }
  }

  private func run(
    _ ware: RunWare, _ input: [UInt8], _ sale: PaymentGate.Sale
  ) async -> GateAnswer {
    // The model is integers: made twice, it is the same.
    let made = Result { () throws(Refusal) in try seller.run(input, of: ware) }
    return await till.gate.complete(
      sale, make: { try made.get().output },
      seal: { outcome, output in
        let signed = try receipt(ware, input, output, sale, outcome)
        let text = Data(signed.encoded).base64EncodedString()
        return JSONValue.object(
          try made.get().members + [
            .init(name: "price", value: .unsigned(ware.price.units)),
            .init(name: "receipt", value: .string(text)),
          ]
        ).bytes
      })
  }

  /// The same sale has the same receipt, whenever it is signed.
  private func receipt(
    _ ware: RunWare, _ input: [UInt8], _ output: [UInt8], _ sale: PaymentGate.Sale,
    _ outcome: PaymentOutcome
  ) throws -> SignedRun {
    var run = SoldRun()
    run.network = till.network
    run.provider = till.key.address
    run.buyer = sale.payer
    run.payment = sale.payment
    run.transaction = outcome.transaction ?? .zero
    run.price = ware.price
    run.work = ware.work
    run.spec = ware.spec
    run.units = ware.units
    let key = HMAC.sha256(
      key: till.key.secret, message: Array("tolsey/sold/1".utf8) + sale.payment.bytes)
    try run.commit(input: input, output: output, key: key)
    return SignedRun(run, opening: key, chainId: till.chainID, signedBy: till.key)
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
      : Response(problem(answer.status))
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
        409, "paymentInUse", "this payment is being served, or bought another answer",
        hint: "send the same request with it again")
    case 502:
      Problem(
        502, "settlementPending", "it may have been paid",
        hint: "send the same request with the same payment again, and no other")
    case 503: Problem(503, "noFacilitator", "payments cannot be looked at now", hint: "ask again")
    default: .broken
    }
  }
}
