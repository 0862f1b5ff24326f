// The seller's side of x402: asks for money, takes it, and only then hands over what was bought.

public import Primitives
import Synchronization

/// Who looks at payments and moves the money for a seller.
public protocol PaymentSettler: Sendable {
  func verify(_ request: FacilitatorRequest) async throws -> PaymentVerdict
  func settle(_ request: FacilitatorRequest) async throws -> PaymentOutcome
}

extension Facilitator: PaymentSettler {}

/// What is sold at one URL, as x402 describes it to clients.
public struct PaidResource: Hashable, Sendable {
  public var url: String
  public var description: String
  public var mimeType: String
  /// The ways to pay; the price is read here and nowhere else.
  public var offers: [PaymentRequirements]

  public init(
    url: String, description: String = "", mimeType: String = "application/json",
    offers: [PaymentRequirements]
  ) {
    self.url = url
    self.description = description
    self.mimeType = mimeType
    self.offers = offers
  }

  /// The document of `PAYMENT-REQUIRED`.
  public func challenge(_ error: String) -> JSONValue {
    [
      "x402Version": .unsigned(X402.version), "error": .string(error),
      "resource": [
        "url": .string(url), "description": .string(description), "mimeType": .string(mimeType),
      ],
      "accepts": .array(offers.map(\.json)),
    ]
  }
}

/// What goes back to the client.
public struct GateAnswer: Hashable, Sendable {
  public var status: Int
  public var headers: [String: String]
  public var body: [UInt8]

  public init(_ status: Int, _ headers: [String: String] = [:], _ body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Stands before resources of one seller.
///
/// A payment buys one answer. Which, is fixed by the digest of the request that it came with
/// first: EIP-3009 does not sign a URL, so the seller remembers what each nonce was spent on. The
/// same request with the same payment gets the same answer again, without a second price.
public final class PaymentGate: Sendable {
  private let settler: any PaymentSettler
  private let memory = Mutex(Memory())

  private struct Sale {
    var request: Bytes32
    /// Nil while it is under way; 502 while nobody knows whether it was paid.
    var answer: GateAnswer?
  }

  private struct Memory {
    var sales: [PaymentKey: Sale] = [:]
    var order: [PaymentKey] = []
  }

  private struct PaymentKey: Hashable {
    var payer: Address
    var nonce: Bytes32
  }

  /// Answers that are kept for clients that did not get them.
  private static let kept = 1_024

  public init(settler: any PaymentSettler) { self.settler = settler }

  /// Serves one request.
  ///
  /// - Parameters:
  ///   - request: the digest of method, URL and body.
  ///   - payment: the header `PAYMENT-SIGNATURE`, as it came.
  ///   - make: makes the answer; when it throws, nothing is taken.
  public func serve(
    _ resource: PaidResource, request: Bytes32, payment header: String?,
    make: () async throws -> [UInt8]
  ) async -> GateAnswer {
    guard let header else { return PaymentGate.ask(resource, "Payment required") }
    guard let json = X402.document(header), json["x402Version"]?.uint64 == X402.version,
      let payment = ExactPayment(json)
    else { return GateAnswer(400, ["Cache-Control": "no-store"], Array("{}".utf8)) }
    guard let offer = resource.offers.first(where: { $0.matches(payment.accepted) }) else {
      return PaymentGate.ask(resource, "No matching payment requirements")
    }
    let key = PaymentKey(payer: payment.payer, nonce: payment.nonce)
    let place = reserve(key, request)
    if case .answered(let answer) = place { return answer }
    let answer: GateAnswer
    do {
      let claim = FacilitatorRequest(payment, offer)
      answer = try await sell(resource, claim, isResumed: place == .resumed, make)
    } catch {
      answer = GateAnswer(500, ["Cache-Control": "no-store"], Array("{}".utf8))
    }
    finish(key, answer, wasResumed: place == .resumed)
    return answer
  }

  private func sell(
    _ resource: PaidResource, _ request: FacilitatorRequest, isResumed: Bool,
    _ make: () async throws -> [UInt8]
  ) async throws -> GateAnswer {
    // What was verified once may have paid since; settling it again says so.
    if !isResumed {
      let verdict = try await settler.verify(request)
      if let reason = verdict.reason { return PaymentGate.ask(resource, reason.rawValue) }
    }
    let made = try await make()
    let outcome = try await settler.settle(request)
    let told = ["PAYMENT-RESPONSE": X402.header(outcome.json)]
    if outcome.isDone {
      let headers = ["Cache-Control": "private", "Content-Type": resource.mimeType]
      return GateAnswer(200, told.merging(headers) { $1 }, made)
    }
    // Who does not know whether it paid must not be asked to pay again.
    let status = outcome.reason == .pending ? 502 : 402
    return GateAnswer(
      status, told.merging(["Cache-Control": "no-store"]) { $1 }, Array("{}".utf8))
  }

  private static func ask(_ resource: PaidResource, _ error: String) -> GateAnswer {
    GateAnswer(
      402,
      [
        "PAYMENT-REQUIRED": X402.header(resource.challenge(error)), "Cache-Control": "no-store",
        "Content-Type": "application/json",
      ], Array("{}".utf8))
  }

  /// The same payment is being served; it asks for no second one.
  private static let underWay = GateAnswer(
    409, ["Cache-Control": "no-store", "Retry-After": "1"], Array("{}".utf8))

  // MARK: Memory

  private enum Place: Equatable {
    /// The payment is new and now belongs to this request.
    case fresh
    /// Its settlement was not known; it is asked again.
    case resumed
    case answered(GateAnswer)
  }

  private func reserve(_ key: PaymentKey, _ request: Bytes32) -> Place {
    memory.withLock { memory in
      guard let sale = memory.sales[key] else {
        memory.sales[key] = Sale(request: request)
        return .fresh
      }
      guard sale.request == request, let answer = sale.answer else {
        return .answered(PaymentGate.underWay)
      }
      guard answer.status == 502 else { return .answered(answer) }
      memory.sales[key]?.answer = nil
      return .resumed
    }
  }

  /// Keeps what was sold, and what may have been; what was not may be tried again.
  private func finish(_ key: PaymentKey, _ answer: GateAnswer, wasResumed: Bool) {
    memory.withLock { memory in
      guard answer.status == 200 || answer.status == 502 || wasResumed else {
        memory.sales[key] = nil
        return
      }
      // A sale that was resumed and failed on the way stays one that may have been paid.
      memory.sales[key]?.answer =
        answer.status == 500 ? GateAnswer(502, answer.headers, answer.body) : answer
      if wasResumed { return }
      memory.order.append(key)
      if memory.order.count > PaymentGate.kept {
        memory.sales[memory.order.removeFirst()] = nil
      }
    }
  }
}
