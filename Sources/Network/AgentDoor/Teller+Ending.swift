// Ends an agent: the session, the channels and the pocket as one act, which goes on where it broke.

public import Agents
import Kernel
import Payments
public import Primitives

/// What became of an end so far.
public struct AgentEnd: Hashable, Sendable {
  /// The message that ended the session, where this one sent it.
  public var message: Bytes32?
  /// What lies in channels and comes back when their delays are over.
  public var left: Amount
  /// Whether nothing is left anywhere.
  public var isClosed: Bool

  public init(message: Bytes32?, left: Amount, isClosed: Bool) {
    self.message = message
    self.left = left
    self.isClosed = isClosed
  }
}

extension Teller {
  /// What a request to withdraw has to pay, by far.
  static let withdrawToll: UInt64 = 1_000

  /// Ends what the log says is stopped. First the session, so that its key moves nothing more; then
  /// what lies in channels comes into the pocket, and from there into the account. Each step asks
  /// ledger and sellers what is left to do, so whoever does it again, from whatever step the last
  /// one died in, does what is missing.
  ///
  /// Whoever calls while it is under way waits for the same end.
  public func end(_ limits: SellerLimits = SellerLimits()) async throws -> AgentEnd {
    try await end(SellerCall(limits: limits))
  }

  func end(_ call: SellerCall) async throws -> AgentEnd {
    if let ending { return try await ending.value }
    let task = Task { try await carryOut(call) }
    ending = task
    defer { ending = nil }
    return try await task.value
  }

  private func carryOut(_ call: SellerCall) async throws -> AgentEnd {
    let message = try await inPocket { try await pocket.revoke() }
    // What stands in the log is of use to who goes on; where nothing can be written, as where it
    // was tampered with, the money comes home all the same.
    _ = try? wallet.end(.revoked, "session", object: message ?? .zero, now: clock())
    let left = await leaveChannels(call, patience: call.limits.leaving)
    try await emptyPocket()
    let isClosed = channels.book.channels.allSatisfy(\.isEmpty)
    if isClosed { _ = try? wallet.end(.closed, "closed", now: clock()) }
    return AgentEnd(message: message, left: left, isClosed: isClosed)
  }

  /// Takes home what lies in the pocket, but for what it takes to ask for the rest.
  private func emptyPocket() async throws {
    let kept = channels.book.channels.count { !$0.isEmpty && !$0.isLeaving }
    let tolls = Amount(UInt64(kept) * Teller.withdrawToll)
    try await inPocket { try await pocket.empty(keeping: tolls) }
  }

  /// Ends what somebody stopped, at once where it was not tried yet. False where nobody did.
  func endIfStopped(_ call: SellerCall, again: Bool) async -> Bool {
    guard let step = try? wallet.tally().ending, step != .none else { return false }
    if step != .closed, again || !hasTriedToEnd {
      hasTriedToEnd = true
      _ = try? await end(call)
    }
    return true
  }

  /// One round of what has to be looked after.
  func keep(_ call: SellerCall) async {
    if await endIfStopped(call, again: true) { return }
    // Its owner may have ended the session from elsewhere. A node's word stops nothing for good: it
    // is asked again, and until it says otherwise nothing is signed and what there is comes home.
    if let has = await pocket.hasSession() { hasNoSession = !has }
    await keepChannels(call)
    if hasNoSession { try? await emptyPocket() }
  }
}

/// Looks after the channels of an agent's door while it is open, and when it closes.
public struct ChannelKeeper: Sendable {
  private let teller: Teller
  private let call: SellerCall
  private static let pause = Duration.seconds(1)
  /// Pauses between two rounds; a stop is seen at each.
  private static let rest = 30

  public init(_ teller: Teller, limits: SellerLimits = SellerLimits()) {
    self.teller = teller
    call = SellerCall(limits: limits)
  }

  /// Until it is cancelled.
  public func run() async {
    while !Task.isCancelled {
      await teller.keep(call)
      for _ in 0..<ChannelKeeper.rest {
        do { try await Task.sleep(for: ChannelKeeper.pause) } catch { return }
        _ = await teller.endIfStopped(call, again: false)
      }
    }
  }

  /// Takes back all that can be, or ends an agent that was stopped; what comes back later is
  /// returned.
  public func close() async -> Amount {
    _ = await teller.endIfStopped(call, again: true)
    return await teller.leaveChannels(call)
  }
}
