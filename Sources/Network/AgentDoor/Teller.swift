// Pays for an agent: one after the other, by its policy, written down before it is signed.

public import Agents
public import Kernel
public import Payments
public import Primitives

/// Why nothing was signed.
public enum Unpaid: Error, Hashable, Sendable {
  /// The policy said no, or waits for the owner's word on a line of the log.
  case decided(Decision, line: UInt64)
  /// The agent's folder cannot be used.
  case folder(WalletFault)
  case pocket(PocketProblem)
  /// The seller owes answers that may have been paid.
  case owed(Int)
}

/// Holds what was signed until its answer is there.
///
/// A seller that takes money and gives nothing is not given more: so many payments of one seller
/// may lie open, and the same request always shows the payment that it was given.
public actor Teller {
  /// Payments without an answer that one seller may have.
  public static let mostOwed = 3

  public nonisolated let wallet: AgentWallet
  public nonisolated let pocket: any Pocket
  private let clock: @Sendable () -> Time
  private let shelf: WalletShelf
  private var open: [Bytes32: OpenPayment] = [:]
  /// Nonces of those whose request is being served now.
  private var underWay: Set<Bytes32> = []
  private var isTaken = false
  private var queue: [CheckedContinuation<Void, Never>] = []
  /// Who waits for what becomes of a payment under way.
  private var waiting: [Bytes32: [CheckedContinuation<Void, Never>]] = [:]

  public init(
    _ wallet: AgentWallet, _ pocket: any Pocket, clock: @escaping @Sendable () -> Time
  ) {
    self.wallet = wallet
    self.pocket = pocket
    self.clock = clock
    shelf = WalletShelf(wallet, "payments")
    for name in shelf.names {
      guard let json = shelf.document(name), let payment = try? OpenPayment(json: json),
        payment.name == name
      else { continue }
      open[payment.nonce] = payment
    }
  }

  private var seconds: UInt64 { clock().milliseconds / 1_000 }

  /// What lies open and is not being served, oldest first.
  public var owed: [OpenPayment] {
    open.values.filter { !underWay.contains($0.nonce) }
      .sorted { ($0.validBefore, $0.line) < ($1.validBefore, $1.line) }
  }

  // MARK: - Paying

  /// The payment that a request shows, which was decided about and signed before it is returned.
  /// Throws an `Unpaid`.
  func pay(
    _ demand: Demand, for request: Bytes32, at seller: Origin
  ) async throws -> OpenPayment {
    await take()
    defer { giveBack() }
    if let again = again(request) { return again }
    if let paid = await carried(request) { return paid }
    await tidy()
    let debts = owed.count { $0.seller == seller.text }
    guard debts < Teller.mostOwed else { throw Unpaid.owed(debts) }
    let needed = try held(with: demand.amount)
    let intent = Intent.pay(demand.payee, demand.amount, origin: seller)
    // What is allowed counts as spent, so it is looked first whether it could be paid at all.
    if try rehearse(intent).kind == .allowed {
      try await inPocket { try await pocket.require(needed) }
    }
    let line = try decide(intent)
    try await inPocket { try await pocket.fill(to: needed) }
    // The switch may have been thrown while the pocket was filled.
    if try isStopped() { throw Unpaid.decided(Decision(.denied, .stopped), line: line) }
    return try sign(demand, for: request, at: seller, line)
  }

  /// A payment that this request was given before and that may still be carried.
  func again(_ request: Bytes32) -> OpenPayment? {
    let found = owed.first { $0.request == request && $0.validBefore > seconds + 5 }
    if let found { underWay.insert(found.nonce) }
    return found
  }

  /// A payment of this request that was carried and has no answer, though it has ended: its seller
  /// owes the answer still.
  private func carried(_ request: Bytes32) async -> OpenPayment? {
    for payment in owed where payment.request == request {
      guard await pocket.isSpent(payment.nonce) == true else { continue }
      underWay.insert(payment.nonce)
      return payment
    }
    return nil
  }

  /// Waits while the same request is being served: a client that gave up on an answer and asks
  /// again wants no second one.
  func wait(for request: Bytes32) async {
    while let twin = open.values.first(where: {
      $0.request == request && underWay.contains($0.nonce)
    }) {
      await withCheckedContinuation { waiting[twin.nonce, default: []].append($0) }
    }
  }

  private func settle(_ nonce: Bytes32) {
    underWay.remove(nonce)
    for each in waiting.removeValue(forKey: nonce) ?? [] { each.resume() }
  }

  private func isStopped() throws -> Bool {
    do throws(WalletFault) { return try wallet.log().contains { $0.kind == .stopped } } catch {
      throw Unpaid.folder(error)
    }
  }

  /// What the wallet would say now; nothing is written down.
  private func rehearse(_ intent: Intent) throws -> Decision {
    do throws(WalletFault) {
      return try wallet.policy().decide(intent, log: try wallet.log(), now: clock())
    } catch { throw Unpaid.folder(error) }
  }

  private func decide(_ intent: Intent) throws -> UInt64 {
    let decision: Decision
    let line: UInt64
    do throws(WalletFault) {
      (decision, line) = try wallet.decide(intent, now: clock())
    } catch { throw Unpaid.folder(error) }
    guard decision.kind == .allowed else { throw Unpaid.decided(decision, line: line) }
    return line
  }

  private func sign(
    _ demand: Demand, for request: Bytes32, at seller: Origin, _ line: UInt64
  ) throws -> OpenPayment {
    var source = SystemRandomNumberGenerator()
    let words = (0..<4).map { _ in UInt64.random(in: .min ... .max, using: &source) }
    let nonce = Bytes32(words: words[0], words[1], words[2], words[3])
    let signed = pocket.sign(
      TransferAuthorisation(
        payer: pocket.address, to: demand.payee, demand.amount,
        validBefore: seconds + demand.seconds, nonce: nonce))
    var payment = OpenPayment()
    payment.nonce = nonce
    payment.request = request
    payment.seller = seller.text
    payment.payee = demand.payee
    payment.amount = demand.amount
    payment.validBefore = signed.validBefore
    payment.line = line
    payment.header = demand.payment(signed)
    do throws(WalletFault) { try shelf.put(payment.json, as: payment.name) } catch {
      throw Unpaid.folder(error)
    }
    open[nonce] = payment
    underWay.insert(nonce)
    return payment
  }

  /// What is signed and not carried yet must stay in the pocket.
  private func held(with amount: Amount) throws -> Amount {
    var sum = amount
    do {
      for payment in open.values where payment.validBefore > seconds {
        sum = try sum.adding(payment.amount)
      }
    } catch { throw Unpaid.pocket(PocketProblem("tooMuch", "so much money there is not")) }
    return sum
  }

  private func inPocket(_ body: () async throws -> Void) async throws {
    do { try await body() } catch let problem as PocketProblem { throw Unpaid.pocket(problem) }
  }

  // MARK: - What became of it

  /// The answer is there. The log says which message paid, where the seller said so.
  func close(_ payment: OpenPayment, _ transaction: Bytes32?) {
    forget(payment.nonce)
    _ = try? wallet.note(
      .sent, "answered", about: payment.line, object: transaction ?? .zero, now: clock())
  }

  /// Whether it was paid is not known, or its answer broke off: it stays for the same request.
  func leave(_ payment: OpenPayment) { settle(payment.nonce) }

  /// The owner no longer waits for an answer.
  public func letGo(_ nonce: Bytes32) -> Bool {
    guard open[nonce] != nil, !underWay.contains(nonce) else { return false }
    forget(nonce)
    return true
  }

  /// What ended without being carried was never paid and is owed nothing. The ledger remembers a
  /// payment for a day; after that only the owner lets it go.
  public func tidy() async {
    for payment in owed
    where payment.validBefore + 5 < seconds && seconds < payment.validBefore + 80_000 {
      if await pocket.isSpent(payment.nonce) == false { forget(payment.nonce) }
    }
  }

  private func forget(_ nonce: Bytes32) {
    defer { settle(nonce) }
    if let payment = open.removeValue(forKey: nonce) { shelf.remove(payment.name) }
  }

  // MARK: - One at a time

  private func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { queue.append($0) }
  }

  private func giveBack() {
    if queue.isEmpty { isTaken = false } else { queue.removeFirst().resume() }
  }
}
