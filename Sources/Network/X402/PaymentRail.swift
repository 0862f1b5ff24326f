// One way to pay: what a facilitator carries of it, and what a door takes by it.

import Primitives

/// A scheme of x402, or a rail beside them.
///
/// Facilitators and paid doors walk one list of these and look at no scheme's name themselves. A
/// rail reads its own payments and keeps its own counts; what doors sell, and how a facilitator
/// sends messages within its budget, knows of none of them.
protocol PaymentRail: Sendable {
  /// As `accepted.scheme` names it.
  var scheme: String { get }

  /// Its entry of `/supported`.
  func kind(on network: String) -> JSONValue

  /// Whether a payment would settle now. Of the body of `/verify` it is known only that it has
  /// this scheme and version.
  func verify(_ body: JSONValue, at facilitator: Facilitator) async throws -> PaymentVerdict

  /// Moves the money, and lists what the payment asks to be found by.
  func settle(_ body: JSONValue, at facilitator: Facilitator) async throws -> PaymentOutcome

  /// Its part at a door; nil where the door has not what it needs.
  func gate(_ parts: DoorParts) -> (any RailGate)?
}

extension PaymentRail {
  func kind(on network: String) -> JSONValue {
    [
      "x402Version": .unsigned(X402.version), "scheme": .string(scheme),
      "network": .string(network),
    ]
  }
}

/// What every facilitator and every door has, in the order in which doors offer it.
enum PaymentRails {
  static let all: [any PaymentRail] = [ExactRail(), ChannelRail()]
}

/// What a door has for the ways to pay at it.
struct DoorParts: Sendable {
  var settler: any PaymentSettler
  /// What was spent on what, for the time after the next start.
  var file: SaleFile?
  /// Takes vouchers, where the seller's key is at hand.
  var channels: ChannelGate?
  /// Signs what was sold, where the seller's key is at hand.
  var desk: ReceiptDesk?
  /// Seconds since 1970, where a payment must last until its answer can be made.
  var now: (@Sendable () -> UInt64)?
}

/// One way to pay at one door.
protocol RailGate: Sendable {
  var scheme: String { get }

  /// Whether what pays an answer stands from before it is made until it is there. A door that pays
  /// others for an answer takes nothing else.
  var holdsMoney: Bool { get }

  /// Whether it is in a 402 now.
  var isOffered: Bool { get }

  /// Its entry of `accepts` for a price.
  func offer(like price: PaymentRequirements) -> PaymentRequirements

  /// Reads its most usual payment without a tree of JSON; nil leaves the header to `open`.
  func openPlain(
    _ header: String, _ resource: PaidResource, request: Bytes32, _ admit: () -> Bool
  ) async -> SaleOpening?

  /// Looks at a payment; a good one becomes a sale.
  ///
  /// - Parameters:
  ///   - json: the document of `PAYMENT-SIGNATURE`, which has the version that is spoken here.
  ///   - request: the digest of method, URL and body.
  ///   - admit: whether there is room to make something now. It is asked once, before anything is
  ///     verified or carried, and when nobody else is waited for.
  func open(
    _ json: JSONValue, _ resource: PaidResource, request: Bytes32, _ admit: () -> Bool
  ) async -> SaleOpening
}

extension RailGate {
  var isOffered: Bool { true }

  func openPlain(
    _ header: String, _ resource: PaidResource, request: Bytes32, _ admit: () -> Bool
  ) async -> SaleOpening? { nil }
}

/// What a request comes to before anything is made.
enum SaleOpening: Sendable {
  case answer(GateAnswer)
  case sale(any OpenSale)
}

/// What becomes of a stream before any of it is sent.
enum SaleBeginning: Sendable {
  case paid([String: String], PaymentOutcome?)
  case not(GateAnswer)
}

/// A payment that is good and belongs to one request.
protocol OpenSale: Sendable {
  /// A number that is the same whenever the same sale is served.
  var number: UInt64 { get }

  /// Makes a whole answer, takes what it costs, and keeps it for who asks again.
  ///
  /// - Parameter make: when it throws, nothing is taken.
  func complete(make: () async throws -> Product) async -> GateAnswer

  /// Takes what a stream may cost, before any of it is sent.
  func begin() async -> SaleBeginning

  /// A stream was said to its end, which its reader is told next. Nil where it was not.
  func end(
    _ product: Product?, _ fields: [String: String], _ outcome: PaymentOutcome?
  ) async throws
}
