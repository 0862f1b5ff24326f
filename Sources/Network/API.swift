// The HTTP API: which path answers what, and how errors leave the node.

import Hummingbird
import Logging
import Primitives

/// Routes over the services of a node. It keeps nothing of its own but the count of bytes that
/// are being uploaded.
struct API: Sendable {
  let node: NodeServices
  let log: Logger
  /// Four of the largest blobs, or many small ones.
  let uploads = ByteBudget(256 << 20)

  /// How long a reader that asks for a height may wait for it.
  static let patience = Duration.seconds(5)
  /// Entries of a list, where the reader names no number, and at most.
  static let listLength = 50
  static let listLimit = 500

  typealias Context = BasicRequestContext

  func router(pages: (any Pages)?) -> Router<Context> {
    let router = Router(context: Context.self)
    router.add(middleware: ProblemAnswers(log: log, pages: pages))
    router.get("health") { _, _ in try health() }
    let api = router.group("api")
    api.get { _, _ in
      answer("routes", .array(APIRoutes.all.map(\.json)), height: node.gate.height)
    }
    readingRoutes(api)
    listRoutes(api)
    courtRoutes(api)
    messageRoutes(api)
    blobRoutes(api)
    api.get("events") { request, _ in try await events(request) }
    api.post("faucet") { request, _ in try await faucet(request) }
    return router
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

  func health() throws -> Response {
    let health = node.health()
    guard health.isGrowing else {
      throw Problem(
        503, "stalled", "messages wait and no block comes",
        hint: "look at the disk and at the node's log",
        numbers: [Number("waiting", UInt64(clamping: health.waiting))])
    }
    if health.isStopping { throw Problem.stopping }
    return answer("ok", true, height: node.gate.height)
  }

  func faucet(_ request: Request) async throws -> Response {
    guard let faucet = node.faucet else {
      throw Problem(
        404, "noFaucet", "this network gives no test money",
        hint: "ask somebody who has an account to transfer some")
    }
    let body = try await json(of: request, limit: 4096)
    guard let text = body["address"]?.string, let address = Address(hex: text) else {
      throw Problem.malformed("the address", hint: "send {\"address\": \"0x…\"}")
    }
    return answer(of: try await faucet.pour(to: address))
  }
}

extension Response {
  init(json: JSONValue, status: HTTPResponse.Status = .ok) {
    self.init(bytes: Array(json.text.utf8), type: "application/json", status: status)
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
      bytes: Array(problem.json.text.utf8), type: Problem.mediaType,
      status: .init(code: problem.status))
    if problem.isTemporary { headers[.retryAfter] = "1" }
  }
}

/// Turns every error into a problem; what is none of ours is logged and not shown.
struct ProblemAnswers: RouterMiddleware {
  typealias Context = API.Context

  let log: Logger
  let pages: (any Pages)?

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let problem as Problem {
      return Response(problem)
    } catch let error as HTTPError {
      if error.status == .notFound, let page = await page(for: request) { return page }
      return Response(ProblemAnswers.problem(error, request))
    } catch {
      log.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      return Response(.broken)
    }
  }

  private func page(for request: Request) async -> Response? {
    guard let pages, request.method == .get || request.method == .head else { return nil }
    guard let page = await pages.page(path: request.uri.path, query: request.uri.query ?? "")
    else { return nil }
    return Response(
      bytes: page.body, type: page.type, status: .init(code: page.status))
  }

  private static func problem(_ error: HTTPError, _ request: Request) -> Problem {
    switch error.status {
    case .notFound: .noRoute(request.uri.path)
    default:
      Problem(error.status.code, "badRequest", "the request cannot be read")
    }
  }
}
