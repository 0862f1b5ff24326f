// The door of an agent: a base URL for unchanged OpenAI clients, behind which its answers are paid.

import Agents
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Primitives

/// Answers `/v1/…` with what sellers answer, `/receipts/…` with what was bought, and `/owner`.
struct AgentDoor: HTTPResponder {
  let name: String
  let teller: Teller
  let book: SellerBook
  let call: SellerCall
  let receipts: PurchaseShelf
  let owner: OwnerDoor
  let site: OwnSite
  /// Whom the owner named.
  var named: [Seller] = []
  /// Whether sellers that take vouchers get them.
  var usesChannels = true
  let log: Logger
  let underWay = Turns(most: 64)

  /// What is passed on, and only if a seller of the model has it.
  static let routes = ["/chat/completions", "/completions", "/responses", "/embeddings"]
  static let mostBytes = 4 << 20

  func respond(to request: Request, context: APIContext) async throws -> Response {
    do {
      try site.require(request, at: context.peer.channel?.localAddress)
      if OwnerDoor.owns(request.uri.path) { return try await owner.respond(to: request) }
      return try await answer(request)
    } catch let problem as SpeechProblem {
      return AgentDoor.response(problem)
    } catch {
      log.error("the agent's door failed", metadata: ["error": "\(error)"])
      return AgentDoor.response(.broken)
    }
  }

  private func answer(_ request: Request) async throws -> Response {
    let path = request.uri.path
    switch request.method {
    case .get where path == "/v1/models":
      return AgentDoor.response(["object": "list", "data": .array(await book.models())])
    case .get where path.hasPrefix("/v1/models/"):
      let id = path.dropFirst("/v1/models/".count)
      guard let model = await book.models().first(where: { $0["id"]?.string == String(id) }) else {
        throw SpeechProblem.unknownModel(String(id))
      }
      return AgentDoor.response(model)
    case .get where path.hasPrefix(PurchaseShelf.root):
      guard let receipt = receipts.find(String(path.dropFirst(PurchaseShelf.root.count))) else {
        throw SpeechProblem(404, "unknown_receipt", "there is no such receipt here")
      }
      return AgentDoor.response(receipt)
    case .post where path.hasPrefix("/v1") && AgentDoor.routes.contains(String(path.dropFirst(3))):
      return try await relay(request, String(path.dropFirst(3)))
    default: throw SpeechProblem.noAgentRoute
    }
  }

  /// The model is the one member that is read: it says whom to ask. All of the body is the
  /// seller's to read.
  private func relay(_ request: Request, _ path: String) async throws -> Response {
    // A page of another site could send anything else without asking its browser first.
    let type = request.headers[.contentType]?.lowercased() ?? ""
    guard type.split(separator: ";").first.map({ $0.filter { $0 != " " } }) == "application/json"
    else { throw SpeechProblem(415, "unsupported_media_type", "send application/json") }
    let body = try await AgentDoor.read(request)
    guard let json = try? JSONValue(parsing: body, limit: AgentDoor.mostBytes),
      let model = json["model"]?.string
    else { throw SpeechProblem(400, "invalid_json", "send a JSON object with a model") }
    guard let turn = underWay.take() else { throw SpeechProblem.busy }
    defer { turn.end() }
    let site = "http://\(request.head.authority ?? "127.0.0.1")"
    let key = request.headers[.idempotencyKey]
    let isSame = AgentDoor.isRetry(request) || key != nil
    let names = try AgentDoor.names(model, request)
    let said = Asked(path: path, body: body, key: key, isRetry: isSame, check: names.check)
    let digest = said.digest
    let ticket = await teller.arrive(digest, isRetry: isSame)
    // A request that was given a payment shows it again, to whom it was for, and asks nobody else:
    // a seller that is listed no more, or behind another, would keep the money.
    let earlier = try await self.earlier(said)
    let asked: Seller? = if let earlier { seller(of: earlier) } else { nil }
    let seller = if let asked { asked } else { try await book.seller(of: names.all) }
    return try await Relay(
      door: self, seller: seller, path: path, body: body, site: site, digest: digest,
      usesChannels: usesChannels, check: names.check
    ).answer(earlier, ticket)
  }

  /// Which check is asked for, by name or by field, and the names under which sellers may list what
  /// is: under its own, with the check, and the model's alone, of which a seller says which it is.
  private static func names(
    _ model: String, _ request: Request
  ) throws(SpeechProblem) -> (all: [String], check: String?) {
    let field = try SpeechDoor.check(in: request)
    let (base, suffix) = SpeechDoor.split(model, among: [])
    if let field, let suffix, field != suffix { throw .twoChecks }
    guard let check = suffix ?? field, check != SpokenCheck.open else {
      return ([model] + (suffix == nil ? [] : [base]), nil)
    }
    return ([base + ":" + SpokenCheck.suffix(of: check), model, base], check)
  }

  /// Who was asked for what a payment buys. A row of an older version has no path, and the base
  /// that its request was found by.
  private func seller(of tender: ShownPayment) -> Seller? {
    let isNamed = named.contains { $0.origin.text == tender.payment.origin }
    return Seller(tender.url, isNamed: isNamed)
  }

  /// Whether a client says that it sent the same before: OpenAI's count their tries.
  private static func isRetry(_ request: Request) -> Bool {
    (request.headers[.retryCount].flatMap { Int($0) } ?? 0) > 0
  }

  private static func read(_ request: Request) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= mostBytes else {
        throw SpeechProblem(413, "request_too_large", "send at most \(mostBytes) bytes")
      }
      bytes.append(contentsOf: part.readableBytesView)
    }
    return bytes
  }

  // MARK: - Answers

  static func response(_ json: JSONValue, status: Int = 200) -> Response {
    Response(
      status: .init(code: status), headers: SpeechDoor.fields("application/json"),
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
  }

  static func response(_ problem: SpeechProblem) -> Response {
    var response = response(problem.json, status: problem.status)
    // A client that tries again by itself would ask the owner, or pay, once more.
    if problem.status == 409 || problem.status == 403 || problem.status == 402 {
      response.headers[HTTPField.Name("X-Should-Retry")!] = "false"
    }
    return response
  }
}

extension SpeechProblem {
  static let noAgentRoute = SpeechProblem(
    404, "unknown_url",
    "there is /v1/models, /v1/chat/completions, /v1/completions, /v1/responses and "
      + "/v1/embeddings here")
}

/// Whether a request was meant for this door and not sent here by a page of another site.
struct OwnSite: Sendable {
  /// Whether only programs of this machine reach it.
  let isLocal: Bool
  /// What its owner calls it. An address is no name: `0.0.0.0` is everybody's.
  let names: [String]

  init(isLocal: Bool, names: [String] = []) {
    self.isLocal = isLocal
    self.names = names.map { $0.lowercased() }.filter { OwnSite.address($0) == nil }
  }

  /// A name that anybody can point at this machine is no name of it (DNS rebinding): what counts is
  /// the address at which the connection came in, and names that the owner gave it.
  func require(_ request: Request, at own: SocketAddress?) throws(SpeechProblem) {
    guard let host = request.head.authority?.lowercased() else { throw OwnSite.foreign }
    guard isOwn(OwnSite.name(host), at: own) else { throw OwnSite.foreign }
    if let origin = request.headers[.origin] {
      guard origin.lowercased() == "http://" + host else { throw OwnSite.foreign }
    }
  }

  /// Without the port.
  private static func name(_ host: String) -> String {
    host.hasPrefix("[")
      ? String(host.dropFirst().prefix { $0 != "]" })
      : String(host.prefix { $0 != ":" })
  }

  func isOwn(_ name: String, at own: SocketAddress?) -> Bool {
    if name == "localhost" || names.contains(name) { return true }
    guard let literal = OwnSite.address(name) else { return false }
    if isLocal { return literal == "::1" || literal.hasPrefix("127.") }
    return literal == own?.ipAddress.flatMap(OwnSite.address)
  }

  /// An address in one form; one of the old kind in a new one's clothes is still of the old kind.
  private static func address(_ text: String) -> String? {
    guard let found = try? SocketAddress(ipAddress: text, port: 0).ipAddress else { return nil }
    return found.hasPrefix("::ffff:") && found.contains(".") ? String(found.dropFirst(7)) : found
  }

  private static let foreign = SpeechProblem(
    403, "foreignOrigin", "that was sent from another site, or to a name that is not this door's")
}

extension HTTPField.Name {
  static let retryCount = HTTPField.Name("X-Stainless-Retry-Count")!
  static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
