// Errors as OpenAI's clients read them.

import HTTPTypes
import Hummingbird
import NIOCore
public import Primitives

/// `{"error": {message, type, param, code}}`; the clients make an exception of it by its status.
public struct SpeechProblem: Error, Hashable, Sendable {
  public var status: Int
  public var code: String
  public var message: String
  /// The member of the request that is wrong.
  public var parameter: String?

  public init(_ status: Int, _ code: String, _ message: String, parameter: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.parameter = parameter
  }

  private var type: String {
    switch status {
    case 429: "rate_limit_error"
    case 400..<500: "invalid_request_error"
    default: "server_error"
    }
  }

  public var json: JSONValue {
    [
      "error": [
        "message": .string(message), "type": .string(type),
        "param": parameter.map { .string($0) } ?? .null, "code": .string(code),
      ]
    ]
  }
}

extension SpeechProblem {
  public static func unknownModel(_ name: String) -> SpeechProblem {
    SpeechProblem(
      404, "model_not_found",
      "there is no model '\(name.prefix(80))' here; GET /v1/models lists them",
      parameter: "model")
  }

  static func wrong(_ parameter: String, _ wants: String) -> SpeechProblem {
    SpeechProblem(400, "invalid_value", "'\(parameter)' must be \(wants)", parameter: parameter)
  }

  static func unsupported(_ parameter: String, _ why: String) -> SpeechProblem {
    SpeechProblem(
      400, "unsupported_parameter", "'\(parameter)' is not supported: \(why)", parameter: parameter)
  }

  static let noRoute = SpeechProblem(
    404, "unknown_url",
    "there is /v1/models, /v1/chat/completions, /v1/completions and /v1/responses here")
  static let noReceipt = SpeechProblem(
    404, "no_receipt", "there is no such receipt here; a stream's is there when it has ended")
  static let notSealed = SpeechProblem(
    404, "not_sealed", "no claim has paid for this answer yet; ask again after the next claim")
  static let notInBlock = SpeechProblem(
    404, "not_sealed", "no block holds the payment of this answer yet; ask again in a moment")
  static let busy = SpeechProblem(
    429, "too_many_requests", "as many answers as this server gives at once are under way")
  static let slowReader = SpeechProblem(
    408, "slow_reader", "more was said than its reader took")
  static let broken = SpeechProblem(500, "internal_error", "something failed here")
}
