// A channel that an agent pays from: what lies in it, what was signed away of it, its last voucher.

public import Payments
public import Primitives

/// What may be done with a channel.
public enum ChannelStage: UInt8, ByteChoice {
  /// Vouchers are signed on it.
  case open = 0
  /// Its seller contradicted itself or the ledger: nothing is signed on it any more, and its money
  /// is taken back.
  case broken = 1

  public var name: String { String(describing: self) }
}

/// A channel as its payer keeps it. What can be lost in it is what was signed and not paid yet;
/// what lies in it above that is the agent's.
public struct AgentChannel: Fielded, Hashable {
  public static let typeName = "AgentChannel"
  public var number: UInt64 = 0
  public var stage = ChannelStage.open
  public var id = Bytes32.zero
  public var config = ChannelConfig()
  /// The seller's origin, as the policy knows it.
  public var seller = ""
  /// Where its money is asked back: the base of the seller's URLs, and a path under it.
  public var url = ""
  public var path = ""
  /// Whether the owner named the seller.
  public var isNamed = false

  // What the ledger showed last.
  /// All deposits, less what came back.
  public var balance = Amount()
  /// What the seller has taken.
  public var claimed = Amount()
  /// Its money was asked back: nothing is signed until it is there.
  public var isLeaving = false

  // What was signed.
  /// The greatest sum for which anybody may hold a voucher. It never falls.
  public var signed = Amount()
  /// What the seller says that it has charged, as far as that was signed: the next voucher counts
  /// from here.
  public var counted = Amount()
  /// A deposit that was signed and not seen on the ledger; zero where there is none.
  public var deposit = Amount()
  public var depositNonce = Bytes32.zero
  /// Seconds since 1970; from then on it cannot be carried.
  public var depositUntil: UInt64 = 0

  // The last sale.
  /// Answers that the seller charged and never gave.
  public var owed: UInt64 = 0
  public var payment = AgentPayment()
  /// What its voucher counts from, and the sum that it allows.
  public var base = Amount()
  public var most = Amount()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("stage", &stage)
    try v("id", &id)
    try v("config", &config)
    try v("seller", &seller)
    try v("url", &url)
    try v("path", &path)
    try v("isNamed", &isNamed)
    try v("balance", &balance)
    try v("claimed", &claimed)
    try v("isLeaving", &isLeaving)
    try v("signed", &signed)
    try v("counted", &counted)
    try v("deposit", &deposit)
    try v("depositNonce", &depositNonce)
    try v("depositUntil", &depositUntil)
    try v("owed", &owed)
    try v("payment", &payment)
    try v("base", &base)
    try v("most", &most)
  }

  /// What the ledger holds for neither side to take alone: deposits less claims.
  public var free: Amount { (try? balance.subtracting(claimed)) ?? .zero }

  /// What the seller may still take by vouchers that it may hold.
  public var atRisk: Amount { (try? min(signed, balance).subtracting(claimed)) ?? .zero }

  /// What lies in it, or is on its way there, beyond all that was signed: charged to nobody, and
  /// bounded by what the policy leaves.
  public var uncharged: Amount {
    let all = (try? balance.adding(deposit)) ?? balance
    return (try? all.subtracting(max(signed, claimed))) ?? .zero
  }

  /// Whether it holds nothing that could come back.
  public var isEmpty: Bool { free == .zero && deposit == .zero }

  /// Whether a voucher may be signed on it.
  public var isOpen: Bool { stage == .open && !isLeaving }

  /// Whether its last sale was shown and has no answer.
  public var isUnanswered: Bool { [.shown, .unknown, .carried].contains(payment.state) }

  /// The same with its payment in another state.
  public func become(_ state: PaymentState, _ now: Time) -> AgentChannel {
    var next = self
    next.payment = payment.become(state, now)
    return next
  }

  /// Whether this may follow: what was signed stays signed, whom it pays never changes, and each
  /// sale goes by its steps.
  func mayBecome(_ next: AgentChannel) -> Bool {
    guard next.number == number, next.id == id, next.config == config, next.seller == seller,
      next.signed >= signed, next.counted <= next.signed,
      stage != .broken || next.stage == .broken
    else { return false }
    let (old, new) = (payment, next.payment)
    if old == new { return next.most == most && next.base == base }
    if old.number == new.number, old.state != .asked {
      return old.state.mayBecome(new.state) && old.isSame(as: new)
        && next.most == most && next.base == base
    }
    // What nobody has seen is taken back before the next sale begins.
    let isFree = ![.decided, .signed].contains(old.state)
    let follows = old.state == .asked ? old.number : old.number + 1
    return isFree && isOpen && new.state == .decided && new.number == follows
  }
}

/// A line of the journal: a channel as it is from here on.
public struct AgentChannelLine: Fielded, Hashable {
  public static let typeName = "AgentChannelLine"
  public var number: UInt64 = 0
  public var previous = Bytes32.zero
  /// It repeats what stood in an older file.
  public var isKept = false
  public var channel = AgentChannel()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("previous", &previous)
    try v("isKept", &isKept)
    try v("channel", &channel)
  }

  public var hash: Bytes32 { SHA256.hash(CBOR.encode(self)) }
}

/// All channels of an agent's door, by their numbers. None is forgotten: what was signed on one
/// counts as long as its row stands on the ledger, and that stays.
public struct AgentChannels: StepBook {
  public private(set) var count: UInt64 = 0
  public private(set) var hash = Bytes32.zero
  public private(set) var channels: [AgentChannel] = []
  private var isKeeping = false

  public init() {}

  public func lines(_ steps: [AgentChannel], isKept: Bool = false) -> [AgentChannelLine] {
    var (number, previous) = (count, hash)
    return steps.map { channel in
      var line = AgentChannelLine()
      line.number = number
      line.previous = previous
      line.isKept = isKept
      line.channel = channel
      (number, previous) = (number + 1, line.hash)
      return line
    }
  }

  public mutating func take(_ line: AgentChannelLine) -> Bool {
    let channel = line.channel
    let isFirst = count == 0 && channels.isEmpty
    guard isFirst ? line.isKept || line.number == 0 : line.number == count,
      isFirst && line.isKept || line.previous == hash
    else { return false }
    if line.isKept {
      guard isFirst || isKeeping, channel.number == UInt64(channels.count) else { return false }
      channels.append(channel)
    } else if channel.number < UInt64(channels.count) {
      guard channels[Int(channel.number)].mayBecome(channel) else { return false }
      channels[Int(channel.number)] = channel
    } else {
      guard channel.number == UInt64(channels.count), channel.stage == .open,
        channel.payment.state == .decided, channel.payment.number == 0,
        !channels.contains(where: { $0.id == channel.id })
      else { return false }
      channels.append(channel)
    }
    isKeeping = line.isKept
    count = line.number + 1
    hash = line.hash
    return true
  }

  public var kept: [AgentChannel] { channels }
}

/// The journal of an agent's channels.
public typealias ChannelsJournal = StepJournal<AgentChannels>

extension StepJournal where Book == AgentChannels {
  static var name: String { "channels.journal" }

  public convenience init(_ wallet: AgentWallet) throws(WalletFault) {
    try self.init(wallet, named: Self.name)
  }

  /// What it says, also while another process holds it.
  public static func look(_ wallet: AgentWallet) throws(WalletFault) -> [AgentChannel] {
    try look(wallet, named: name).channels
  }
}
