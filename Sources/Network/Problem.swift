// What the API answers when it does not do what was asked: problem+json with a code and a hint.

import Chain
public import Primitives

/// A refusal on its way to a client (RFC 9457), the same fields for every error of the API.
public struct Problem: Error, Hashable, Sendable {
  /// The HTTP status.
  public var status: Int
  /// Stable and camel-cased; a program decides by it.
  public var code: String
  /// Lower case, without a final stop.
  public var message: String
  /// What to try next; empty where nothing helps.
  public var hint: String
  public var numbers: [Number]
  /// Full ids that a prefix may have meant.
  public var candidates: [String]

  public init(
    _ status: Int, _ code: String, _ message: String, hint: String = "",
    numbers: [Number] = [], candidates: [String] = []
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
    self.numbers = numbers
    self.candidates = candidates
  }

  /// Whether the same request may be granted later without anybody's change.
  public var isTemporary: Bool { status == 503 || status == 429 }
}

extension Problem {
  public static let mediaType = "application/problem+json"

  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "type", value: .string("urn:tolsey:problem:" + code)),
      .init(name: "title", value: .string(title)),
      .init(name: "detail", value: .string(message)),
      .init(name: "status", value: .unsigned(UInt64(clamping: status))),
      .init(name: "code", value: .string(code)),
      .init(name: "message", value: .string(message)),
      .init(name: "hint", value: .string(hint)),
      .init(name: "numbers", value: .array(numbers.map(\.json))),
    ]
    if !candidates.isEmpty {
      members.append(
        .init(name: "candidates", value: .array(candidates.map { .string($0) })))
    }
    return .object(members)
  }

  /// The code in words: `tooManyUploads` is "too many uploads".
  public var title: String {
    code.reduce(into: "") { words, letter in
      words += letter.isUppercase ? " " + letter.lowercased() : String(letter)
    }
  }

  /// Seconds after which it makes sense to ask again.
  var retryAfter: UInt64 {
    guard let wait = numbers.first(where: { $0.name == "milliseconds" })?.value else { return 1 }
    return max(1, (wait.addingReportingOverflow(999).partialValue) / 1000)
  }

  /// Reads what a node sent; nil when it is no problem of ours.
  public init?(json: JSONValue) {
    guard let status = json["status"]?.uint64, let code = json["code"]?.string else { return nil }
    let numbers = (json["numbers"]?.array ?? []).compactMap { number -> Number? in
      guard let name = number["name"]?.string, let value = number["value"]?.uint64 else {
        return nil
      }
      return Number(name, value)
    }
    self.init(
      Int(clamping: status), code, json["message"]?.string ?? "",
      hint: json["hint"]?.string ?? "", numbers: numbers,
      candidates: (json["candidates"]?.array ?? []).compactMap(\.string))
  }

  /// The refusal inside, for callers that decide by its numbers.
  public var refusal: Refusal { Refusal(code, numbers) }
}

extension Problem {
  /// What the rules, or the readers of bytes, refused.
  public init(_ refusal: Refusal, status: Int = 400) {
    self.init(
      status, refusal.code, refusal.message, hint: refusal.hint, numbers: refusal.numbers)
  }

  public static func notFound(_ what: String, hint: String = "") -> Problem {
    Problem(404, "notFound", "no \(what) is known here", hint: hint)
  }

  public static func noRoute(_ path: String) -> Problem {
    Problem(
      404, "noSuchRoute", "nothing answers at \(path.prefix(100))",
      hint: "GET /api lists what does")
  }

  static func methodNotAllowed(_ allowed: String) -> Problem {
    Problem(405, "methodNotAllowed", "the route does not do that", hint: "it does \(allowed)")
  }

  static func notAcceptable(_ types: [String]) -> Problem {
    Problem(
      406, "notAcceptable", "the answer comes in no type that is wanted",
      hint: "accept \(types.joined(separator: " or "))")
  }

  static let tooSlow = Problem(
    408, "tooSlow", "the body comes too slowly", hint: "send it again over a better line")

  /// Who asks too often is told when to come back.
  static func slowDown(_ milliseconds: UInt64) -> Problem {
    Problem(
      429, "tooManyRequests", "more is asked than this node answers to one",
      hint: "come back after the time that Retry-After names",
      numbers: [Number("milliseconds", milliseconds)])
  }

  static func notYet(_ wanted: UInt64, height: UInt64) -> Problem {
    Problem(
      503, "notYet", "height \(wanted) is not there yet", hint: "ask again",
      numbers: [Number("wanted", wanted), Number("height", height)])
  }

  static func cursorAhead(_ cursor: FeedCursor, height: UInt64) -> Problem {
    Problem(
      409, "cursorAhead", "the feed has not come to height \(cursor.height)",
      hint: "follow the network that the cursor is from, or begin anew",
      numbers: [Number("after", cursor.height), Number("height", height)])
  }

  static let tooManyFilters = Problem(
    400, "tooManyFilters", "more than 64 names and objects", hint: "name fewer")

  static let tooManyFeeds = Problem(
    429, "tooManyFeeds", "too many feeds are open", hint: "close one, or follow more with one")

  public static func wrongType(_ got: String, wants: String) -> Problem {
    Problem(
      415, "wrongContentType", "the content type is \(got.isEmpty ? "missing" : got)",
      hint: "send \(wants)")
  }

  public static func tooLarge(limit: Int) -> Problem {
    Problem(
      413, "tooLarge", "the body is longer than \(limit) bytes", hint: "send less",
      numbers: [Number("limit", UInt64(clamping: limit))])
  }

  public static func malformed(_ what: String, hint: String = "") -> Problem {
    Problem(400, "malformed", "\(what) cannot be read", hint: hint)
  }

  public static let stopping = Problem(
    503, "stopping", "the node is stopping", hint: "send it again when the node is back")

  public static func busy(_ waiting: Int) -> Problem {
    Problem(
      503, "busy", "too much waits for the next block", hint: "send it again in a second",
      numbers: [Number("waiting", UInt64(clamping: waiting))])
  }

  /// Says that something failed and nothing about how: what went wrong inside is in the log.
  public static let broken = Problem(
    500, "internal", "the node failed to answer", hint: "look at the node's log")
}
