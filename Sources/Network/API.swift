// The HTTP API: finds the route of a request, judges the request by it, and answers.

import Archive
import Hummingbird
import Logging
import NIOHTTP1
import Primitives

/// Everything that handlers need. It keeps nothing of its own but counts of what is under way and
/// the events that listeners are about to hear.
struct API: Sendable {
  let node: NodeServices
  let log: Logger
  /// Four of the largest blobs, or many small ones.
  let uploads = ByteBudget(256 << 20)
  let rehearsals = RehearsalTurns()
  let hub: EventHub
  let rates: RateGuard
  let routes = RouteTable.all
  /// The OpenAPI document, whose limits are those of this node.
  let document: [UInt8]

  /// How long a reader that asks for a height may wait for it.
  static let patience = Duration.seconds(5)
  /// Entries of a list, where the reader names no number, and at most.
  static let listLength = 50
  static let listLimit = 500

  init(node: NodeServices, log: Logger) {
    self.node = node
    self.log = log
    rates = RateGuard(node.limits)
    hub = EventHub(mostUndelivered: node.limits.undelivered)
    document = OpenAPI.document(of: RouteTable.all, facts: node.facts).bytes
  }
}

// MARK: - Answering

/// The door of the server: every request passes here, and every answer leaves here.
struct Dispatcher: HTTPResponder {
  let api: API
  let pages: (any Pages)?

  func respond(to request: Request, context: APIContext) async throws -> Response {
    let start = ContinuousClock.now
    // Under the pattern of its route, for names that clients choose have no end.
    var place = "none"
    var response: Response
    do {
      response = try await answer(request, context, &place)
    } catch let error as HTTPParserError {
      // The server says 400 to what is no HTTP, and closes.
      throw error
    } catch let problem as Problem {
      response = Response(problem)
      if problem == .tooSlow || Dispatcher.mayGoOnSending(request) {
        hangUp(&response, context.peer)
      }
    } catch {
      api.log.error(
        "request failed",
        metadata: ["path": "\(request.uri.path.prefix(200))", "error": "\(error)"])
      response = Response(.broken)
    }
    let method = Dispatcher.methods.contains(request.method) ? request.method.rawValue : "other"
    api.node.metrics.answered(
      .init(method, place, response.status.code),
      microseconds: UInt64(max(0, (ContinuousClock.now - start) / .microseconds(1))))
    return request.method == .head ? response.createHeadResponse() : response
  }

  private static let methods: [HTTPRequest.Method] = [
    .get, .head, .post, .put, .delete, .patch, .options,
  ]

  private func answer(
    _ request: Request, _ context: APIContext, _ place: inout String
  ) async throws -> Response {
    try api.rates.request(of: context.peer)
    let target = try RequestTarget(request.head.path ?? "/")
    if SideDoor.owns(target.segments), let door = api.node.side?.door {
      place = "/v1"
      return try await door.respond(to: request, context: context)
    }
    guard let found = api.routes.find(target.segments) else {
      if let pages {
        let door = PageDoor(pages: pages, api: api, peer: context.peer)
        if let page = try await door.answer(request, at: target) {
          place = "page"
          return page
        }
      }
      throw Problem.noRoute(target.path)
    }
    place = found.pattern.name
    guard let route = found.pattern.route(request.method) else {
      return Dispatcher.other(request.method, allowed: found.pattern.allowed)
    }
    try api.judge(request, by: route)
    let asked = try Asked(
      request, route, path: found.values, target: target, peer: context.peer)
    try await api.awaitHeight(asked)
    return try await api.fresh(asked)
  }

  /// Whether much of the body may still come, which nobody will read.
  private static func mayGoOnSending(_ request: Request) -> Bool {
    if request.headers[.transferEncoding] != nil { return true }
    return (request.headers[.contentLength].flatMap { Int($0) } ?? 0) > 64 << 10
  }

  /// Answers and ends the connection soon; at once would take the answer away from who still
  /// sends.
  private func hangUp(_ response: inout Response, _ peer: Peer) {
    response.headers[.connection] = "close"
    peer.channel?.eventLoop.scheduleTask(in: .seconds(2)) { peer.hangUp() }
  }

  /// What the path does not do: OPTIONS says what it does.
  static func other(_ method: HTTPRequest.Method, allowed: String) -> Response {
    if method == .options {
      return Response(status: .noContent, headers: [.allow: allowed, .cacheControl: "no-store"])
    }
    var response = Response(.methodNotAllowed(allowed))
    response.headers[.allow] = allowed
    return response
  }
}

/// A request's context: who is on the other end.
struct APIContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let peer: Peer

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = Peer(source.channel)
  }
}

extension API {
  /// What can be said about a request before its parameters and its body are read.
  func judge(_ request: Request, by route: Route) throws(Problem) {
    if let wanted = request.headers[.accept], !MediaTypes.accepts(wanted, route.answerTypes) {
      throw .notAcceptable(route.answerTypes)
    }
    // Who did not even claim to have signed need not send the bytes.
    if route.isSigned, request.headers[.authorization] == nil { throw RequestSignature.missing }
    guard let body = route.body else { return }
    let type = MediaTypes.name(request.headers[.contentType] ?? "")
    guard body.typeNames.contains(type) else {
      throw .wrongType(type, wants: body.typeNames.joined(separator: " or "))
    }
    let limit = body.limit(under: node.facts)
    if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit {
      throw .tooLarge(limit: limit)
    }
  }
}

// MARK: - Answers

extension API {
  /// JSON of one object, with the height that it reflects as its first member.
  func answer(
    _ members: [JSONValue.Member], height: UInt64, status: HTTPResponse.Status = .ok
  ) -> Response {
    let height = JSONValue.Member(name: "height", value: .unsigned(height))
    return Response(json: .object([height] + members), status: status)
  }

  func answer(
    _ name: String, _ value: JSONValue, height: UInt64
  ) -> Response {
    answer([JSONValue.Member(name: name, value: value)], height: height)
  }
}

extension Response {
  init(json: JSONValue, status: HTTPResponse.Status = .ok) {
    self.init(bytes: json.bytes, type: "application/json", status: status)
  }

  init(bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) {
    self.init(
      status: status,
      headers: [
        .contentType: type, .contentLength: String(bytes.count), .cacheControl: "no-store",
        .xContentTypeOptions: "nosniff",
      ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  init(_ problem: Problem) {
    self.init(
      bytes: problem.json.bytes, type: Problem.mediaType,
      status: .init(code: problem.status))
    if problem.isTemporary { headers[.retryAfter] = String(problem.retryAfter) }
  }
}
