// Who carries x402 payments to the ledger: judges them first, remembers them after.

public import Archive
import Chain
import Kernel
import Payments
public import Primitives
import Synchronization

/// What a facilitator spends at most on others' behalf.
public struct FacilitatorLimits: Sendable {
  /// Accounts and channels that it opens in a day, each at the toll of an account. Beyond that it
  /// carries payments to accounts, and deposits into channels, that are open.
  public var accountsPerDay = 0

  public init(accountsPerDay: Int = 0) { self.accountsPerDay = accountsPerDay }
}

/// Verifies and settles payments of this network's dollar.
///
/// It holds nobody's money: payers sign to payees, and all that a facilitator can do is carry
/// what was signed or not carry it. Its own account pays the tolls.
public final class Facilitator: Sendable {
  public let address: Address
  private let key: PrivateKey
  let facts: NodeFacts
  let ledger: PaymentLedger
  private let door: any MessageDoor
  let now: @Sendable () -> Time
  private let limits: FacilitatorLimits
  private let memory = Mutex(Memory())
  public let discovery = DiscoveryBook()

  /// A client verifies before it sells; who verified one payment twice may be selling twice.
  private struct Memory {
    var verified: [Bytes32: Int] = [:]
    var order: [Bytes32] = []
    var underWay: [Bytes32: Task<PaymentOutcome, Never>] = [:]
    var freeLanes = (UInt8.min...UInt8.max).reversed() as [UInt8]
    var day: UInt64 = 0
    var opened = 0
  }

  /// Payments whose verifications are counted.
  private static let remembered = 65_536

  public init(
    key: PrivateKey, facts: NodeFacts, records: any Records, door: any MessageDoor,
    limits: FacilitatorLimits, now: @escaping @Sendable () -> Time
  ) {
    self.key = key
    address = key.address
    self.facts = facts
    ledger = PaymentLedger(records: records)
    self.door = door
    self.limits = limits
    self.now = now
  }

  var network: String { X402.network(facts.chainID) }

  // MARK: Verify

  /// Whether the payment would settle now.
  public func verify(_ request: FacilitatorRequest) throws -> PaymentVerdict {
    let verdict = try judge(request)
    if verdict.isValid { count(request.payment) }
    return verdict
  }

  private func judge(_ request: FacilitatorRequest) throws -> PaymentVerdict {
    let (payment, wanted) = (request.payment, request.requirements)
    func no(_ reason: X402Reason, _ message: String? = nil) -> PaymentVerdict {
      PaymentVerdict(reason, message, payer: payment.payer)
    }
    guard payment.accepted.scheme == X402.scheme, wanted.scheme == X402.scheme else {
      return no(.scheme)
    }
    guard payment.accepted.network == wanted.network else { return no(.networkMismatch) }
    guard wanted.network == network else { return no(.network, "this facilitator is \(network)") }
    guard let name = wanted.name, let version = wanted.version else { return no(.noDomain) }
    guard payment.to == wanted.payTo else { return no(.recipient) }
    guard payment.value == wanted.amount else { return no(.value) }
    let time = try max(now(), ledger.blockTime())
    let second = time.milliseconds / 1_000
    guard payment.validBefore >= UInt256(second + Facilitator.margin) else {
      return no(.validBefore)
    }
    guard payment.validAfter < UInt256(second) else { return no(.validAfter) }
    guard payment.validBefore <= UInt256(second + SpentNonce.horizon) else {
      return no(.validBefore, "it ends more than \(SpentNonce.horizon) s ahead")
    }
    guard !payment.signature.isEmpty else { return no(.signature) }
    guard payment.signature.count == Signature.byteCount else { return no(.smartWallet) }
    let domain = EIP712.Domain(
      name: name, version: version, chainId: facts.chainID, verifyingContract: wanted.asset)
    guard let value = payment.value.uint64, let authorisation = payment.authorisation else {
      return no(wanted.asset == DollarToken.address ? .balance : .asset)
    }
    let signer = try? Signature(payment.signature).recover(
      digest: authorisation.digest(token: domain))
    guard signer == payment.payer else { return no(.signature) }
    guard wanted.asset == DollarToken.address else { return no(.asset) }
    guard try ledger.spent(payment.payer, payment.nonce) == nil else { return no(.nonceUsed) }
    guard name == DollarToken.name else { return no(.tokenName) }
    guard version == DollarToken.version else { return no(.tokenVersion) }
    guard try ledger.balance(payment.payer) >= Amount(value) else { return no(.balance) }
    guard payment.to != .zero else { return no(.recipient, "the zero address is nobody's") }
    guard try mayPay(payment.to) else {
      return no(.recipient, "the receiver's account is not open here: send it some dollars first")
    }
    return PaymentVerdict(payer: payment.payer)
  }

  /// Seconds that a payment must still last, as in x402's own facilitators.
  static let margin: UInt64 = 6

  private func count(_ payment: ExactPayment) {
    let key = SpentNonce.key(payment.payer, payment.nonce)
    memory.withLock { memory in
      if memory.verified[key] == nil {
        memory.order.append(key)
        if memory.order.count > Facilitator.remembered {
          for old in memory.order.prefix(Facilitator.remembered / 2) { memory.verified[old] = nil }
          memory.order.removeFirst(Facilitator.remembered / 2)
        }
      }
      memory.verified[key, default: 0] += 1
    }
  }

  // MARK: Accounts that are not open

  func mayPay(_ account: Address) throws -> Bool { try ledger.isOpen(account) || mayOpen() }

  /// Whether it opens another account or channel today.
  func mayOpen() -> Bool {
    let day = now().milliseconds / 86_400_000
    return memory.withLock { $0.day != day || $0.opened < limits.accountsPerDay }
      && limits.accountsPerDay > 0
  }

  func noteOpening(of account: Address) throws {
    if try !ledger.isOpen(account) { noteOpening() }
  }

  func noteOpening() {
    let day = now().milliseconds / 86_400_000
    memory.withLock { memory in
      if memory.day != day {
        memory.day = day
        memory.opened = 0
      }
      memory.opened += 1
    }
  }

  // MARK: Settle

  /// Moves the money, once. The same payment again gets the original transaction; who asks while
  /// it is under way waits for the same answer.
  public func settle(_ request: FacilitatorRequest) async throws -> PaymentOutcome {
    let payment = request.payment
    let verdict = try judge(request)
    if let reason = verdict.reason {
      if reason == .nonceUsed { return try again(request) }
      return PaymentOutcome(
        reason, verdict.message, payer: payment.payer, network: request.requirements.network)
    }
    let key = SpentNonce.key(payment.payer, payment.nonce)
    let (outcome, isFirst) = await once(key) { await self.carry(request) }
    if isFirst || !outcome.isDone { return outcome }
    return try again(request)
  }

  /// Does what is not under way; who asks meanwhile waits for the same answer.
  func once(
    _ key: Bytes32, _ work: @escaping @Sendable () async -> PaymentOutcome
  ) async -> (outcome: PaymentOutcome, isFirst: Bool) {
    let (task, isFirst) = memory.withLock { memory -> (Task<PaymentOutcome, Never>, Bool) in
      if let task = memory.underWay[key] { return (task, false) }
      let task = Task { await work() }
      memory.underWay[key] = task
      return (task, true)
    }
    let outcome = await task.value
    if isFirst { memory.withLock { $0.underWay[key] = nil } }
    return (outcome, isFirst)
  }

  /// A payment whose nonce is used. It is answered as the first time where it is the same payment
  /// and at most one seller has verified it: that one lost the answer. Two verifications of one
  /// payment are two sales for one price, and only the first settlement of them counts.
  private func again(_ request: FacilitatorRequest) throws -> PaymentOutcome {
    let payment = request.payment
    let spent = try ledger.spent(payment.payer, payment.nonce)
    let key = SpentNonce.key(payment.payer, payment.nonce)
    let sales = memory.withLock { $0.verified[key] ?? 0 }
    let carried = try spent.flatMap { try ledger.carried($0) }
    let isSame = carried.map { $0.to == payment.to && UInt256($0.value.units) == payment.value }
    guard isSame == true, sales <= 1 else {
      return PaymentOutcome(
        .nonceUsed, payer: payment.payer, network: network, transaction: spent?.message)
    }
    return PaymentOutcome(
      payer: payment.payer, network: network, transaction: spent?.message, amount: payment.value)
  }

  private func carry(_ request: FacilitatorRequest) async -> PaymentOutcome {
    let payment = request.payment
    func no(
      _ reason: X402Reason, _ message: String, _ transaction: Bytes32? = nil
    ) -> PaymentOutcome {
      PaymentOutcome(
        reason, message, payer: payment.payer, network: network, transaction: transaction)
    }
    guard let authorisation = payment.authorisation else { return no(.balance, "out of range") }
    do { try noteOpening(of: payment.to) } catch { return no(.failed, "the ledger cannot be read") }
    let end = Time(authorisation.validBefore.multipliedReportingOverflow(by: 1_000).0)
    switch await send(until: end, { .payAuthorised(PayAuthorised($0, authorisation)) }) {
    case .done(let id):
      return PaymentOutcome(
        payer: payment.payer, network: network, transaction: id, amount: payment.value)
    case .refused(let refusal, let id):
      return no(Facilitator.reason(of: refusal), refusal.message, id)
    case .unknown(let id): return no(.pending, "ask for the message by this hash", id)
    case .notSent(let why): return no(.failed, why)
    }
  }

  /// What became of a message of the facilitator's own.
  enum Sending {
    case done(Bytes32)
    case refused(Refusal, Bytes32)
    /// Nobody knows yet.
    case unknown(Bytes32?)
    /// It never entered: nothing has moved and nothing will.
    case notSent(String)
  }

  /// Signs a message and waits until it is durable.
  func send(until end: Time, _ message: (Head) -> Message) async -> Sending {
    // One message under way a lane: no refusal at the door leaves a gap that others wait behind.
    guard let lane = memory.withLock({ $0.freeLanes.popLast() }) else {
      return .notSent("too many payments are under way; send it again")
    }
    defer { memory.withLock { $0.freeLanes.append(lane) } }
    var id: Bytes32?
    do {
      let head = Head(
        from: address, lane: lane, sequence: try ledger.sequence(address, lane), validUntil: end)
      let signed = SignedMessage.signing(message(head), with: key, domain: facts.genesis.domain)
      id = signed.id
      guard case .done(let record) = try await door.deliver(signed, waits: true) else {
        return .unknown(id)
      }
      if let refusal = record.outcome.refusal { return .refused(refusal, signed.id) }
      return .done(signed.id)
    } catch let problem as Problem where problem.status < 500 || problem.code == "busy" {
      return .notSent(Facilitator.message(of: problem))
    } catch {
      return .unknown(id)
    }
  }

  /// What the ledger refused, in the words of x402.
  private static func reason(of refusal: Refusal) -> X402Reason {
    switch refusal.code {
    case "authorisationUsed": .nonceUsed
    case "insufficient": .balance
    case "authorisationEnded", "authorisationTooLong": .validBefore
    case "authorisationTooEarly": .validAfter
    case "notAuthorised": .signature
    default: .failed
    }
  }

  /// The trouble at the door is the facilitator's, not the payer's.
  private static func message(of problem: Problem) -> String {
    switch problem.code {
    case "insufficient": "the facilitator cannot pay the toll; it has to be funded"
    default: problem.message
    }
  }

  /// The answer of `/supported`.
  public var supported: JSONValue {
    [
      "kinds": [
        [
          "x402Version": .unsigned(X402.version), "scheme": .string(X402.scheme),
          "network": .string(network),
        ],
        // No `receiverAuthorizer`: who refunds at a word of anybody's robs the seller.
        [
          "x402Version": .unsigned(X402.version), "scheme": .string(X402.channelScheme),
          "network": .string(network),
        ],
      ],
      "extensions": ["bazaar"],
      "signers": ["eip155:*": [.string(address.checksummed)]],
    ]
  }
}
