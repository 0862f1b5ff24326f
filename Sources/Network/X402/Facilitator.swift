// Who carries x402 payments to the ledger: judges them first, remembers them after.

public import Archive
import Chain
import Kernel
import Payments
public import Primitives
import Synchronization

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
  let limits: FacilitatorLimits
  /// The schemes that it carries.
  let rails: [any PaymentRail]
  private let memory = Mutex(Memory())
  public let discovery = DiscoveryBook()

  private struct Memory {
    var sales = SaleBook()
    var budget = CarryingBudget()
    var underWay: [Bytes32: Task<PaymentOutcome, Never>] = [:]
    var freeLanes = (UInt8.min...UInt8.max).reversed() as [UInt8]
  }

  public convenience init(
    key: PrivateKey, facts: NodeFacts, records: any Records, door: any MessageDoor,
    limits: FacilitatorLimits, now: @escaping @Sendable () -> Time
  ) {
    self.init(
      key: key, facts: facts, records: records, door: door, limits: limits, now: now,
      rails: PaymentRails.all)
  }

  init(
    key: PrivateKey, facts: NodeFacts, records: any Records, door: any MessageDoor,
    limits: FacilitatorLimits, now: @escaping @Sendable () -> Time, rails: [any PaymentRail]
  ) {
    self.rails = rails
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
    if verdict.isValid {
      let key = SpentNonce.key(request.payment.payer, request.payment.nonce)
      memory.withLock { $0.sales.noteVerified(key) }
    }
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
    guard Amount(value) >= limits.least else {
      return no(.value, "the least that is carried is \(limits.least.units) millionths of a dollar")
    }
    guard payment.to != .zero else { return no(.recipient, "the zero address is nobody's") }
    let whom = CarriedFor(payees: [payment.to], payer: payment.payer)
    guard try mayPay(payment.to, whom) else {
      return no(.recipient, "the receiver's account is not open here: send it some dollars first")
    }
    return PaymentVerdict(payer: payment.payer)
  }

  /// Seconds that a payment must still last, as in x402's own facilitators.
  static let margin: UInt64 = 6

  // MARK: Accounts that are not open

  func mayPay(_ account: Address, _ whom: CarriedFor) throws -> Bool {
    try ledger.isOpen(account) || mayOpen(whom)
  }

  /// Whether it opens another account or channel today.
  func mayOpen(_ whom: CarriedFor) -> Bool {
    memory.withLock { $0.budget.mayOpen(whom, limits, now()) }
  }

  // MARK: Settle

  /// Moves the money, once. The same payment again gets the original transaction; who asks while
  /// it is under way waits for the same answer.
  public func settle(_ request: FacilitatorRequest) async throws -> PaymentOutcome {
    let payment = request.payment
    let verdict = try judge(request)
    if let reason = verdict.reason {
      if reason == .nonceUsed {
        // Whoever carried it is told first.
        await finish(SpentNonce.key(payment.payer, payment.nonce))
        return try again(request)
      }
      return PaymentOutcome(
        reason, verdict.message, payer: payment.payer, network: request.requirements.network)
    }
    let key = SpentNonce.key(payment.payer, payment.nonce)
    var (outcome, isFirst) = await once(key) {
      // Another settlement may have begun and ended since this one was judged: to carry it again
      // would cost a toll for nothing.
      if let spent = try? self.ledger.spent(payment.payer, payment.nonce) {
        return PaymentOutcome(
          .nonceUsed, payer: payment.payer, network: self.network, transaction: spent.message)
      }
      let outcome = await self.carry(request)
      // Before anybody who waits for it can ask whether somebody was told.
      if outcome.isDone { self.memory.withLock { $0.sales.noteTold(key) } }
      return outcome
    }
    // Somebody else may carry what was signed before this facilitator's message is in its block.
    if outcome.reason == .nonceUsed || (!isFirst && outcome.isDone) { return try again(request) }
    outcome.isFresh = outcome.isDone
    return outcome
  }

  /// Waits for what is under way.
  private func finish(_ key: Bytes32) async {
    let task = memory.withLock { $0.underWay[key] }
    _ = await task?.value
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
  /// and one sale: two sales for one price are one, and only the first settlement of them counts.
  private func again(_ request: FacilitatorRequest) throws -> PaymentOutcome {
    let payment = request.payment
    let spent = try ledger.spent(payment.payer, payment.nonce)
    let key = SpentNonce.key(payment.payer, payment.nonce)
    let carried = try spent.flatMap { try ledger.carried($0) }
    let isSame = carried.map { $0.to == payment.to && UInt256($0.value.units) == payment.value }
    let mayRepeat = memory.withLock { memory in
      defer { if isSame == true { memory.sales.noteTold(key) } }
      return memory.sales.mayRepeat(key)
    }
    guard isSame == true, mayRepeat else {
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
    guard let isOpen = try? ledger.isOpen(payment.to) else {
      return no(.failed, "the ledger cannot be read")
    }
    let end = Time(authorisation.validBefore.multipliedReportingOverflow(by: 1_000).0)
    switch await send(
      until: end, opening: isOpen ? 0 : 1,
      for: CarriedFor(payees: [payment.to], payer: payment.payer),
      { .payAuthorised(PayAuthorised($0, authorisation)) })
    {
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

  /// Signs a message and waits until it is durable, within the day's budget.
  ///
  /// - Parameter count: how many accounts or channels it opens.
  func send(
    until end: Time, opening count: Int, for whom: CarriedFor, _ message: (Head) -> Message
  ) async -> Sending {
    // One message under way a lane: no refusal at the door leaves a gap that others wait behind.
    guard let lane = memory.withLock({ $0.freeLanes.popLast() }) else {
      return .notSent("too many payments are under way; send it again")
    }
    defer { memory.withLock { $0.freeLanes.append(lane) } }
    let (signed, cost): (SignedMessage, Amount)
    do {
      let head = Head(
        from: address, lane: lane, sequence: try ledger.sequence(address, lane), validUntil: end)
      signed = SignedMessage.signing(message(head), with: key, domain: facts.genesis.domain)
      cost = try toll(of: signed)
    } catch { return .notSent("the ledger cannot be read") }
    let isWithin = memory.withLock { memory in
      memory.budget.take(opening: count, toll: cost, for: whom, limits, now())
    }
    guard isWithin else {
      return .notSent("this facilitator carries no more today; carry it yourself or come tomorrow")
    }
    let sending = await deliver(signed)
    memory.withLock { memory in
      switch sending {
      case .notSent:
        memory.budget.giveBack(opening: count, toll: cost, for: whom, limits, now())
      // It has cost its toll, and opened nothing.
      case .refused:
        memory.budget.giveBack(opening: count, toll: .zero, for: whom, limits, now())
      case .done, .unknown: break
      }
    }
    return sending
  }

  /// What it costs to carry a message.
  func toll(of signed: SignedMessage) throws -> Amount {
    try Toll.price(bytes: signed.encoded.count, terms: try ledger.terms())
  }

  private func deliver(_ signed: SignedMessage) async -> Sending {
    do {
      guard case .done(let record) = try await door.deliver(signed, waits: true) else {
        return .unknown(signed.id)
      }
      if let refusal = record.outcome.refusal { return .refused(refusal, signed.id) }
      return .done(signed.id)
    } catch let problem where problem.status < 500 || problem.code == "busy" {
      return .notSent(Facilitator.message(of: problem))
    } catch {
      return .unknown(signed.id)
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
}
