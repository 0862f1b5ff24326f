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
  /// The request was given a payment that can be shown no more and perhaps was carried.
  case unsettled
}

/// Takes each payment through its states, and holds what was signed until its answer is there.
///
/// A seller that takes money and gives nothing is not given more: so many payments of one seller
/// may lie open, and the same request always shows the payment that it was given.
public actor Teller {
  /// Payments without an answer that one seller may have.
  public static let mostOwed = 3
  /// Seconds for which an answered payment is shown once more to a client that asks again.
  static let repeats: UInt64 = 600
  /// The ledger remembers for so many seconds after its end that it carried a payment.
  private static let remembered: UInt64 = 80_000
  /// Payments of one seller that may lie open at once, however many it has answered.
  private static let mostOpen = 64

  public nonisolated let wallet: AgentWallet
  public nonisolated let pocket: any Pocket
  let clock: @Sendable () -> Time
  let journal: PaymentJournal
  let channels: ChannelsJournal
  /// Channels whose voucher is being served now, and who waits for that.
  var busyChannels: [UInt64: UInt64] = [:]
  var claims: UInt64 = 0
  var channelQueues: [UInt64: [CheckedContinuation<Void, Never>]] = [:]
  /// Channels that are being left now: nobody is served on them.
  var leaving: Set<UInt64> = []
  /// The ledger has no session of the agent, as far as a node says.
  var hasNoSession = false
  /// The end while it is carried out.
  var ending: Task<AgentEnd, any Error>?
  var hasTriedToEnd = false
  /// Sellers that took no voucher, and until when they are not asked to again.
  var refusing: [String: Time] = [:]
  /// Numbers of those whose request is being served now.
  private var underWay: Set<UInt64> = []
  /// Who waits until a payment of any seller is over.
  private var stalled: [CheckedContinuation<Void, Never>] = []
  private var isTaken = false
  private var queue: [CheckedContinuation<Void, Never>] = []
  /// Requests from their arrival to the end of their answers, and who waits for that.
  private var present: [Bytes32: Int] = [:]
  private var waiting: [Bytes32: [CheckedContinuation<Void, Never>]] = [:]

  /// What was under way when the program ended is looked through: what nobody has seen is taken
  /// back, of the rest nobody knows what became of it.
  public init(
    _ wallet: AgentWallet, _ pocket: any Pocket, clock: @escaping @Sendable () -> Time
  ) throws(WalletFault) {
    self.wallet = wallet
    self.pocket = pocket
    self.clock = clock
    let journal = try PaymentJournal(wallet)
    for payment in journal.book.standing {
      switch payment.state {
      // A disk that is full lets it be tried again before the next payment.
      case .asked, .decided, .signed: try? Teller.reclaim(payment, journal, wallet, clock())
      case .shown: try? journal.put(payment.become(.unknown, clock()))
      case .carried, .unknown, .answered, .givenUp: break
      }
    }
    self.journal = journal
    let channels = try ChannelsJournal(wallet)
    for row in channels.book.channels {
      switch row.payment.state {
      case .asked, .decided, .signed: _ = try? Teller.reclaim(row, channels, wallet, clock())
      case .shown: try? channels.put(row.become(.unknown, clock()))
      case .carried, .unknown, .answered, .givenUp: break
      }
    }
    self.channels = channels
  }

  var seconds: UInt64 { clock().milliseconds / 1_000 }

  /// What was shown, has no answer and is not being served, oldest first.
  public var owed: [AgentPayment] {
    journal.book.standing.filter { $0.state.hasLeft && !underWay.contains($0.number) }
  }

  // MARK: - Requests

  /// A request is there. One that says that it was sent before waits until the earlier ones of the
  /// same words have gone: a client that gave up on an answer wants no second one.
  func arrive(_ request: Bytes32, isRetry: Bool) async -> RequestTicket {
    while isRetry, present[request] != nil {
      await withCheckedContinuation { waiting[request, default: []].append($0) }
    }
    present[request, default: 0] += 1
    return RequestTicket(request, self)
  }

  func depart(_ request: Bytes32, _ tender: ShownPayment?) {
    if let tender { leave(tender) }
    let left = (present[request] ?? 1) - 1
    present[request] = left > 0 ? left : nil
    for each in waiting.removeValue(forKey: request) ?? [] { each.resume() }
  }

  // MARK: - Paying

  /// The payment that a request shows, which was decided about and signed before it is returned.
  /// Throws an `Unpaid`.
  ///
  /// - Parameter url: the base of the seller's URLs, where the same payment is shown again.
  func pay(
    _ demand: Demand, for request: Bytes32, at seller: Origin, url: String? = nil
  ) async throws -> AgentPayment {
    while true {
      await take()
      do {
        if let paid = try await mayPay(request, seller.text) {
          giveBack()
          return paid
        }
      } catch {
        giveBack()
        throw error
      }
      guard isStalled(seller.text) else { break }
      giveBack()
      await withCheckedContinuation { stalled.append($0) }
    }
    defer { giveBack() }
    let needed = try held(with: demand.amount)
    let intent = Intent.pay(demand.payee, demand.amount, origin: seller)
    // It is looked first whether it could be paid at all.
    let rehearsed = try inFolder { () throws(WalletFault) in
      try wallet.rehearse(intent, now: clock())
    }
    if rehearsed.kind == .allowed { try await inPocket { try await pocket.require(needed) } }
    let payment = try decide(intent, demand, for: request, url ?? seller.text)
    underWay.insert(payment.number)
    do {
      try await inPocket { try await pocket.fill(to: needed) }
      return try sign(payment, demand)
    } catch {
      isOver(payment.number)
      // Nobody has seen a signature, so it costs nothing.
      try? Teller.reclaim(payment, journal, wallet, clock())
      throw error
    }
  }

  /// An earlier payment of the request, after a look at the ledger. Throws where there may be none
  /// for it, whoever sells.
  private func mayPay(_ request: Bytes32, _ seller: String) async throws -> AgentPayment? {
    if let again = again(request) { return again }
    await tidy()
    if let paid = again(request) { return paid }
    try requireSettled(request)
    if hasNoSession { throw Unpaid.pocket(.noSession) }
    let debts = debts(of: seller)
    guard debts < Teller.mostOwed else { throw Unpaid.owed(debts) }
    return nil
  }

  /// There is no second payment for a request until the first is known to be none.
  func requireSettled(_ request: Bytes32) throws {
    if owed.contains(where: { $0.request == request }) { throw Unpaid.unsettled }
  }

  /// Whether a seller has as many payments without an answer as it may: three, and one more for
  /// each that it answered lately. Those under way end soon, so the next waits for them.
  private func isStalled(_ seller: String) -> Bool {
    let open = journal.book.standing.count {
      $0.origin == seller && ($0.state.hasLeft || underWay.contains($0.number))
    }
    let most = min(Teller.mostOpen, Teller.mostOwed + journal.book.answered(by: seller))
    return open + voucherDebts(of: seller) >= most
  }

  /// The request of a payment is served no more; false where it was not.
  @discardableResult
  private func isOver(_ number: UInt64) -> Bool {
    let wasUnderWay = underWay.remove(number) != nil
    stir()
    return wasUnderWay
  }

  func stir() {
    defer { stalled = [] }
    for each in stalled { each.resume() }
  }

  /// A payment that this request was given before and that may still buy its answer: one that can
  /// be carried, or was.
  ///
  /// - Parameter isRetry: whether the client says that it asks again. One that was answered is then
  ///   shown once more: the answer may have gone to a connection that nobody read any more.
  func again(_ request: Bytes32, isRetry: Bool = false) -> AgentPayment? {
    let found = owed.first {
      $0.request == request && ($0.state == .carried || $0.validBefore > seconds + 5)
    }
    if let found {
      underWay.insert(found.number)
      return found
    }
    guard isRetry else { return nil }
    let now = clock().milliseconds
    let since = Time(now - min(now, Teller.repeats * 1_000))
    return journal.book.answered(request, since: since)
  }

  private func decide(
    _ intent: Intent, _ demand: Demand, for request: Bytes32, _ url: String
  ) throws -> AgentPayment {
    var payment = AgentPayment()
    payment.number = journal.book.next
    payment.request = request
    payment.seller = url
    payment.payee = demand.payee
    payment.amount = demand.amount
    let now = clock()
    let decided: (decision: Decision, number: UInt64)
    do throws(WalletFault) {
      decided = try wallet.decide(intent, now: now) { entry throws(WalletFault) in
        payment.line = entry.number
        payment.lineHash = entry.hash
        payment = payment.become(.decided, now)
        try journal.put(payment)
      }
    } catch {
      // The line may stand though it is not known to be on the disk.
      try? Teller.reclaim(payment, journal, wallet, now)
      throw Unpaid.folder(error)
    }
    guard decided.decision.kind == .allowed else {
      throw Unpaid.decided(decided.decision, line: decided.number)
    }
    return payment
  }

  /// From the moment that the journal has it, the signature counts as shown.
  private func sign(_ payment: AgentPayment, _ demand: Demand) throws -> AgentPayment {
    let nonce = Teller.random()
    return try going(payment.line) { () throws(WalletFault) in
      let word = pocket.sign(
        TransferAuthorisation(
          payer: pocket.address, to: demand.payee, demand.amount,
          validBefore: seconds + demand.seconds, nonce: nonce))
      var signed = payment.become(.signed, clock())
      signed.nonce = nonce
      signed.validBefore = word.validBefore
      signed.header = demand.payment(word)
      let shown = signed.become(.shown, clock())
      try journal.put(signed, shown)
      return shown
    }
  }

  /// Signs, unless the switch was thrown since the line was written.
  func going<T>(_ line: UInt64, _ body: () throws(WalletFault) -> T) throws -> T {
    if hasNoSession { throw Unpaid.pocket(.noSession) }
    let signed = try inFolder { () throws(WalletFault) in try wallet.signing(body) }
    guard let signed else { throw Unpaid.decided(Decision(.denied, .stopped), line: line) }
    return signed
  }

  static func random() -> Bytes32 {
    var source = SystemRandomNumberGenerator()
    let words = (0..<4).map { _ in UInt64.random(in: .min ... .max, using: &source) }
    return Bytes32(words: words[0], words[1], words[2], words[3])
  }

  /// What is signed and not carried yet must stay in the pocket.
  func held(with amount: Amount) throws -> Amount {
    var sum = amount
    do {
      for payment in journal.book.unsettled where payment.validBefore > seconds {
        sum = try sum.adding(payment.amount)
      }
      for row in channels.book.channels where row.depositUntil > seconds {
        sum = try sum.adding(row.deposit)
      }
    } catch { throw Unpaid.pocket(.tooMuch) }
    return sum
  }

  func inPocket<T>(_ body: () async throws -> T) async throws -> T {
    do { return try await body() } catch let problem as PocketProblem {
      throw Unpaid.pocket(problem)
    }
  }

  func inFolder<T>(_ body: () throws(WalletFault) -> T) throws -> T {
    do throws(WalletFault) { return try body() } catch { throw Unpaid.folder(error) }
  }

  // MARK: - What became of it

  /// The seller says that it was paid, and begins to answer.
  func noteCarried(_ payment: AgentPayment, _ transaction: Bytes32) {
    guard let known = journal.book.payment(payment.number), known.state != .carried else { return }
    var carried = known.become(.carried, clock())
    carried.transaction = transaction
    try? journal.put(carried)
  }

  /// The answer is there. The log says which message paid, where the seller said so.
  func close(_ payment: AgentPayment, _ transaction: Bytes32?) {
    defer { isOver(payment.number) }
    guard let known = journal.book.payment(payment.number) else { return }
    var over = known.become(.answered, clock())
    over.transaction = transaction ?? known.transaction
    // What cannot be written down lies open: it is shown again, and not paid again.
    guard (try? journal.put(over)) != nil else { return }
    _ = try? wallet.note(
      .sent, "answered", about: payment.line, object: over.transaction, now: clock())
  }

  /// Whether it was paid is not known, or its answer broke off: it stays for the same request.
  func leave(_ payment: AgentPayment) { leave(payment.number) }

  private func leave(_ number: UInt64) {
    guard underWay.contains(number) else { return }
    defer { isOver(number) }
    guard let known = journal.book.payment(number), known.state == .shown else { return }
    try? journal.put(known.become(.unknown, clock()))
  }

  /// The owner no longer waits for an answer.
  public func letGo(_ nonce: Bytes32) -> Bool {
    guard let payment = owed.first(where: { $0.nonce == nonce }) else { return false }
    defer { stir() }
    return (try? journal.put(payment.become(.givenUp, clock()))) != nil
  }

  /// Asks the ledger about what has ended. What was not carried was never paid and is owed nothing,
  /// what was, its seller owes. After a day the ledger has forgotten: only the owner lets it go.
  public func tidy() async {
    for payment in journal.book.standing where !underWay.contains(payment.number) {
      if !payment.state.hasLeft { try? Teller.reclaim(payment, journal, wallet, clock()) }
    }
    for payment in owed where payment.state != .carried {
      guard seconds < payment.validBefore + Teller.remembered,
        await hasEnded(payment.validBefore), let isSpent = await pocket.isSpent(payment.nonce)
      else { continue }
      // Others may have gone on with it meanwhile.
      guard !underWay.contains(payment.number), journal.book.payment(payment.number) == payment
      else { continue }
      try? journal.put(payment.become(isSpent ? .carried : .givenUp, clock()))
    }
  }

  /// Whether what holds until a moment can be carried no more: by the agent's clock, which may be
  /// fast, and by the ledger's. That is asked first, and the nonce after it.
  func hasEnded(_ until: UInt64) async -> Bool {
    let last = until.addingReportingOverflow(5)
    guard !last.overflow, last.partialValue < seconds, let ledger = await pocket.ledgerSeconds()
    else { return false }
    return last.partialValue < ledger
  }

  /// Takes back what nobody has seen. Nothing of it may stand behind the journal's last line when
  /// its charge goes, and the charge goes first: who dies in between does the same again.
  private static func reclaim(
    _ payment: AgentPayment, _ journal: PaymentJournal, _ wallet: AgentWallet, _ now: Time
  ) throws(WalletFault) {
    guard let known = journal.book.payment(payment.number), !known.state.hasLeft else { return }
    try journal.mend()
    try wallet.takeBack(known.line, hash: known.lineHash, "neverShown", now: now)
    try journal.put(known.become(.givenUp, now))
  }

  // MARK: - One at a time

  func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { queue.append($0) }
  }

  func giveBack() {
    if queue.isEmpty { isTaken = false } else { queue.removeFirst().resume() }
  }
}
