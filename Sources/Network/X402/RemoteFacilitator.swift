// A node's facilitator over HTTP, as any seller beside the node uses it.

public import Chain
public import Primitives

/// Lets a node verify and settle payments.
public struct RemoteFacilitator: PaymentSettler {
  private let client: NodeClient
  /// How often a settlement is asked for whose answer did not come.
  private static let tries = 4

  public init(_ client: NodeClient) { self.client = client }

  /// Whether the node carries payments of its network at all.
  public func carries(chainID: UInt64) async throws(ClientError) -> Bool {
    do throws(ClientError) {
      let kinds = try await client.get("/x402/supported")["kinds"]?.array ?? []
      return kinds.contains {
        $0["scheme"]?.string == X402.scheme && $0["network"]?.string == X402.network(chainID)
      }
    } catch {
      if case .refused(let problem) = error, problem.status == 404 { return false }
      throw error
    }
  }

  public func verify(_ request: FacilitatorRequest) async throws -> PaymentVerdict {
    let json = try await ask("/x402/verify", request)
    let payer = json["payer"].flatMap(X402.address)
    guard let isValid = json["isValid"]?.bool else {
      throw ClientError.garbled("its verdict says neither yes nor no")
    }
    if isValid { return PaymentVerdict(payer: payer) }
    return PaymentVerdict(
      RemoteFacilitator.reason(json["invalidReason"]), json["invalidMessage"]?.string,
      payer: payer)
  }

  /// The same payment settles once, so an answer that was lost is asked for again.
  public func settle(_ request: FacilitatorRequest) async throws -> PaymentOutcome {
    var pause = Duration.milliseconds(200)
    var mayHaveArrived = false
    for _ in 0..<RemoteFacilitator.tries {
      do {
        return outcome(try await ask("/x402/settle", request), request)
      } catch let error as ClientError {
        if case .refused(let problem) = error, !error.isTemporary, problem.status < 500 {
          if mayHaveArrived { break }
          return PaymentOutcome(
            .failed, problem.message, payer: request.payment.payer,
            network: request.requirements.network)
        }
        mayHaveArrived = true
      }
      do { try await Task.sleep(for: pause) } catch { break }
      pause *= 2
    }
    return PaymentOutcome(
      .pending, "the facilitator did not answer; send the same payment again",
      payer: request.payment.payer, network: request.requirements.network)
  }

  private func outcome(_ json: JSONValue, _ request: FacilitatorRequest) -> PaymentOutcome {
    let isDone = json["success"]?.bool == true
    return PaymentOutcome(
      isDone ? nil : RemoteFacilitator.reason(json["errorReason"]), json["errorMessage"]?.string,
      payer: request.payment.payer, network: request.requirements.network,
      transaction: (json["transaction"]?.string).flatMap { Bytes32(hex: $0) },
      amount: isDone ? request.requirements.amount : nil)
  }

  private static func reason(_ json: JSONValue?) -> X402Reason {
    (json?.string).flatMap(X402Reason.init(rawValue:)) ?? .failed
  }

  public func verify(body: JSONValue) async throws -> JSONValue {
    try await ask("/x402/verify", body)
  }

  public func settle(body: JSONValue) async throws -> JSONValue? {
    var pause = Duration.milliseconds(200)
    for _ in 0..<RemoteFacilitator.tries {
      do { return try await ask("/x402/settle", body) } catch let error as ClientError {
        if case .refused(let problem) = error, !error.isTemporary, problem.status < 500 {
          throw error
        }
      }
      do { try await Task.sleep(for: pause) } catch { break }
      pause *= 2
    }
    return nil
  }

  public func sealed(_ transaction: Bytes32) async throws -> SealedMessage? {
    try await client.sealedMessage(transaction)
  }

  private func ask(_ path: String, _ request: FacilitatorRequest) async throws -> JSONValue {
    try await ask(path, request.json)
  }

  private func ask(_ path: String, _ body: JSONValue) async throws -> JSONValue {
    let call = HTTPCall(.POST, path, body: body.bytes, type: "application/json")
    return try client.json(try await client.send(call))
  }
}

extension FacilitatorRequest {
  /// The body of `/verify` and `/settle`.
  var json: JSONValue {
    [
      "x402Version": .unsigned(X402.version), "paymentPayload": payment.json,
      "paymentRequirements": requirements.json,
    ]
  }
}

extension ExactPayment {
  /// What `PAYMENT-SIGNATURE` holds.
  public var json: JSONValue {
    X402.object([
      ("x402Version", .unsigned(X402.version)), ("accepted", accepted.json),
      ("resource", resource.map { ["url": .string($0)] }),
      (
        "payload",
        [
          "signature": .string(Hex.encode(signature)),
          "authorization": [
            "from": .string(payer.checksummed), "to": .string(to.checksummed),
            "value": .string("\(value)"), "validAfter": .string("\(validAfter)"),
            "validBefore": .string("\(validBefore)"), "nonce": .string("\(nonce)"),
          ],
        ]
      ),
    ])
  }
}
