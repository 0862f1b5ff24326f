// The tickets of the counter: few enough to keep, none of them for ever, none that can be guessed.

import Agents
import Chain
import Explorer
import Market
import Primitives

/// Everything a ticket needs until its wallet has signed.
struct PreparedTake: Sendable {
  var wallet: Address
  /// In the order in which they are signed and sent.
  var messages: [Message]
  /// Who may read the input beside the wallet.
  var readers: [Address]
  /// The encrypted input.
  var blob: [UInt8]
  /// Opened by the counter in the wallet's place.
  var auditSalt: Bytes32
  /// Nil where an offer is taken.
  var auction: PreparedAuction?
}

/// Tickets by name.
struct TicketBook: Sendable {
  struct Entry: Sendable {
    var ticket: CounterTicket
    /// When something last changed.
    var touched: Time
    var prepared: PreparedTake?
  }

  static let most = 512
  /// Purchases that may be under way at once.
  static let mostOpen = 64
  /// A wallet may take this long to sign, in seconds.
  static let patience: UInt64 = 900
  /// What is over is shown this long, in seconds.
  static let kept: UInt64 = 3_600

  private(set) var entries: [String: Entry] = [:]
  /// The oldest first.
  private var order: [String] = []
  /// The second in which it was looked through last.
  private var swept: UInt64 = 0

  /// 128 random bits.
  static func name() -> String {
    var source = SystemRandomNumberGenerator()
    let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &source) }
    return String(Hex.encode(bytes).dropFirst(2))
  }

  subscript(name: String) -> Entry? { entries[name] }

  /// Makes room where it must: what is over goes first, then what nobody signed. A purchase that is
  /// under way is never dropped.
  mutating func add(
    _ ticket: CounterTicket, _ prepared: PreparedTake? = nil, at now: Time
  ) throws(Missing) {
    sweep(now)
    let isOpen = ticket.stage != .signing
    if isOpen, entries.values.count(where: { $0.isOpen }) >= TicketBook.mostOpen { throw .crowded }
    if entries.count >= TicketBook.most {
      let oldest =
        order.first { entries[$0]?.ticket.stage.isOver == true }
        ?? order.first { entries[$0]?.ticket.stage == .signing }
      guard let oldest else { throw .crowded }
      drop(oldest)
    }
    entries[ticket.name] = Entry(ticket: ticket, touched: now, prepared: prepared)
    order.append(ticket.name)
  }

  /// Changes a ticket; one that is over stays as it is.
  mutating func change(_ name: String, at now: Time, _ body: (inout CounterTicket) -> Void) {
    guard var entry = entries[name], !entry.ticket.stage.isOver else { return }
    body(&entry.ticket)
    entry.touched = now
    entries[name] = entry
  }

  /// Hands out what was prepared, once, and only in time.
  mutating func take(_ name: String, at now: Time) throws(Missing) -> PreparedTake {
    sweep(now)
    guard let entry = entries[name] else {
      throw Missing(
        410, "ticketExpired", "that ticket is no more",
        hint: "nothing was bought; begin again at the counter")
    }
    guard let prepared = entry.prepared,
      entry.ticket.stage == .signing || entry.ticket.stage == .handing
    else {
      throw Missing(409, "alreadySigned", "that ticket was signed before")
    }
    entries[name]?.prepared = nil
    entries[name]?.ticket.stage = .starting
    entries[name]?.touched = now
    return prepared
  }

  /// Asks the wallet again, in the middle of a purchase.
  mutating func ask(_ name: String, _ prepared: PreparedTake, at now: Time) {
    guard entries[name]?.ticket.stage.isOver == false else { return }
    entries[name]?.prepared = prepared
    entries[name]?.touched = now
  }

  /// Drops what has had its time, at most once a second.
  mutating func sweep(_ now: Time) {
    guard now.milliseconds / 1_000 != swept else { return }
    swept = now.milliseconds / 1_000
    let old = order.filter { name in
      guard let entry = entries[name] else { return true }
      let age = now.milliseconds - min(now.milliseconds, entry.touched.milliseconds)
      return entry.ticket.stage.isOver && age > TicketBook.kept * 1_000
        || entry.ticket.stage == .signing && age > TicketBook.patience * 1_000
    }
    for name in old { drop(name) }
  }

  private mutating func drop(_ name: String) {
    entries[name] = nil
    order.removeAll { $0 == name }
  }
}

extension TicketBook.Entry {
  /// Something is owed to its visitor.
  var isOpen: Bool {
    ticket.stage == .starting || ticket.stage == .underway || ticket.stage == .handing
  }
}

extension Missing {
  static var crowded: Missing {
    Missing(
      503, "crowded", "too many visitors are buying at this moment", hint: "try again in a minute")
  }
}
