// One declaration a route: what the server answers by, and what the document and the pages show.

import HTTPTypes
import Hummingbird
import Primitives

/// A route of the API. Everything that is known about it stands here and nowhere else.
struct Route: Sendable {
  /// How long an answer stays true, from which its tag and its cache field follow.
  enum Freshness: Sendable {
    /// Follows from the state: the same height, the same answer.
    case byHeight
    /// The same bytes for ever under this URL of this network.
    case settled
    /// Known only by its bytes.
    case byContent
    /// Not for caches.
    case never
  }

  enum Tag: String, CaseIterable, Sendable {
    case node, messages, accounts, market, court, log, blobs, money, ethereum
  }

  typealias Handler = @Sendable (API, Asked) async throws -> Response

  var method: HTTPRequest.Method
  /// `:name` stands for a part of the path.
  var path: String
  var tag: Tag
  var summary: String
  var freshness: Freshness
  var parameters: [Parameter] = []
  var body: RouteBody?
  var isSigned = false
  /// The statuses of success, the usual one first.
  var answers: [RouteAnswer]
  /// Problems of its own, beside those that every route may give.
  var problems: [Problem] = []
  var handle: Handler

  /// A route that reads; it waits for a height where it follows from the state.
  static func get(
    _ path: String, _ tag: Tag, _ summary: String, _ freshness: Freshness = .byHeight,
    _ parameters: [Parameter] = [], gives answers: RouteAnswer..., problems: [Problem] = [],
    _ handle: @escaping Handler
  ) -> Route {
    let waits = freshness == .byHeight || freshness == .settled
    return Route(
      method: .get, path: path, tag: tag, summary: summary, freshness: freshness,
      parameters: parameters + (waits ? [.atLeast] : []), answers: answers, problems: problems,
      handle: handle)
  }

  static func send(
    _ method: HTTPRequest.Method, _ path: String, _ tag: Tag, _ summary: String,
    _ parameters: [Parameter] = [], body: RouteBody, isSigned: Bool = false,
    gives answers: RouteAnswer..., problems: [Problem] = [], _ handle: @escaping Handler
  ) -> Route {
    Route(
      method: method, path: path, tag: tag, summary: summary, freshness: .never,
      parameters: parameters, body: body, isSigned: isSigned, answers: answers,
      problems: problems, handle: handle)
  }

  func signed() -> Route {
    var route = self
    route.isSigned = true
    return route
  }

  /// The parts of the path.
  var segments: [String] { path.split(separator: "/").map(String.init) }

  /// `getOrders`, `getOrder`, `postMessagesBatch`: what generated clients call it.
  var operation: String {
    var words: [String] = []
    for segment in segments where segment != "api" {
      if segment.hasPrefix(":") {
        if let last = words.last, last.hasSuffix("s") { words[words.count - 1].removeLast() }
      } else {
        words += segment.split { $0 == "." || $0 == "-" }
          .map { $0.prefix(1).uppercased() + $0.dropFirst() }
      }
    }
    return method.rawValue.lowercased() + (words.isEmpty ? "Index" : words.joined())
  }
}

/// The body that a route reads.
struct RouteBody: Sendable {
  enum Limit: Sendable {
    case bytes(Int)
    /// Times the longest message of the network.
    case messages(Int)
    case blob
  }

  /// By media type.
  var types: [(type: String, schema: Schema)]
  var limit: Limit

  func limit(under facts: NodeFacts) -> Int {
    switch limit {
    case .bytes(let count): count
    case .messages(let count): facts.messageLimit * count
    case .blob: facts.blobLimit
    }
  }

  var typeNames: [String] { types.map(\.type) }
}

/// An answer of success.
struct RouteAnswer: Sendable {
  var status: Int
  var about: String
  var type: String
  var schema: Schema

  static func json(_ about: String, _ schema: Schema) -> RouteAnswer { json(200, about, schema) }

  static func json(_ status: Int, _ about: String, _ schema: Schema) -> RouteAnswer {
    RouteAnswer(status: status, about: about, type: "application/json", schema: schema)
  }

  static func bytes(_ type: String, _ about: String) -> RouteAnswer {
    RouteAnswer(status: 200, about: about, type: type, schema: .bytes)
  }
}
