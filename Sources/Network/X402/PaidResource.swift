// What is sold at one URL, and what goes back to who asks for it.

public import Primitives

/// What is sold at one URL, as x402 describes it to clients.
public struct PaidResource: Hashable, Sendable {
  public var url: String
  public var description: String
  public var mimeType: String
  /// The ways to pay; the price is read here and nowhere else.
  public var offers: [PaymentRequirements]
  /// Where receipts are fetched, up to their names.
  public var receipts: String

  public init(
    url: String, description: String = "", mimeType: String = "application/json",
    offers: [PaymentRequirements], receipts: String = "/receipts/"
  ) {
    self.receipts = receipts
    self.url = url
    self.description = description
    self.mimeType = mimeType
    self.offers = offers
  }

  /// The document of `PAYMENT-REQUIRED`.
  ///
  /// - Parameters:
  ///   - more: what a client that lost count is told beside the offer of its scheme.
  ///   - scheme: that scheme.
  public func challenge(
    _ error: String, _ more: [JSONValue.Member] = [], of scheme: String = ""
  ) -> JSONValue {
    [
      "x402Version": .unsigned(X402.version), "error": .string(error),
      "resource": [
        "url": .string(url), "description": .string(description), "mimeType": .string(mimeType),
      ],
      "accepts": .array(
        offers.map { $0.scheme == scheme ? $0.json(extra: more) : $0.json }),
    ]
  }
}

extension PaymentRequirements {
  /// The entry with more in its `extra`.
  fileprivate func json(extra more: [JSONValue.Member]) -> JSONValue {
    guard !more.isEmpty, let members = json.members else { return json }
    return .object(
      members.map { member in
        guard member.name == "extra" else { return member }
        return .init(name: "extra", value: .object((member.value.members ?? []) + more))
      })
  }
}

/// What goes back to the client.
public struct GateAnswer: Hashable, Sendable {
  public var status: Int
  public var headers: [String: String]
  public var body: [UInt8]
  /// Why a door that is well sells nothing, where the status alone does not say it.
  var closure: DoorClosure?

  public init(_ status: Int, _ headers: [String: String] = [:], _ body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

extension GateAnswer {
  /// An object without members, which nobody keeps.
  static func empty(_ status: Int) -> GateAnswer {
    GateAnswer(
      status, ["Cache-Control": "no-store", "Content-Type": "application/json"],
      Array("{}".utf8))
  }

  /// There is no room to make anything now; nothing was taken.
  static let busy = empty(429).with(["Retry-After": "1"])

  /// The same payment is being served, or bought something else; it asks for no second one. A
  /// client that tries again by itself would pay again, so it is told not to.
  static let underWay = empty(409).with(["Retry-After": "1", "X-Should-Retry": "false"])

  /// What it bought was made as often as it is made for one price, and is not kept any more.
  static let givenOut = empty(409).with(["X-Should-Retry": "false"])

  /// It may have been paid: the same payment, sent again, finds out.
  static let unknown = empty(502).with(["X-Should-Retry": "false"])

  func with(_ more: [String: String]) -> GateAnswer {
    var answer = self
    answer.headers.merge(more) { $1 }
    return answer
  }
}

extension PaidResource {
  /// The answer that asks for money.
  func asking(
    _ error: String, _ more: [JSONValue.Member] = [], of scheme: String = ""
  ) -> GateAnswer {
    let document = challenge(error, more, of: scheme)
    return GateAnswer.empty(402).with(["PAYMENT-REQUIRED": X402.header(document)])
  }

  /// Why a payment for something else is turned away.
  static let noOffer = "No matching payment requirements"

  /// Digest of a request: what a payment is spent on.
  static func digest(method: String, target: String, body: [UInt8]) -> Bytes32 {
    var hasher = SHA256()
    for part in [Array("tolsey/sale/1".utf8), Array(method.utf8), Array(target.utf8), body] {
      withUnsafeBytes(of: UInt64(part.count).bigEndian) { hasher.update(Array($0)) }
      hasher.update(part)
    }
    return hasher.finalize()
  }
}
