// The lines of the lists that readers read: settled runs, games, offers, models, parties, blocks.

public import Market
public import Primitives

/// A settled run, as a line.
public struct RunLine: Fielded, Hashable {
  public static let typeName = "RunLine"
  public var number: UInt64 = 0
  public var run = Bytes32()
  public var road = Bytes32()
  public var lease = Bytes32()
  public var index: UInt64 = 0
  public var buyer = Address()
  public var providers: [Address] = []
  public var work = ""
  public var subject = Bytes32()
  public var check = CheckTerms()
  public var outcome = Outcome.accepted
  public var audit = AuditFinding.none
  /// Of one run of all seats, at the units asked for.
  public var price: UInt64 = 0
  public var paid: UInt64 = 0
  public var slashed: UInt64 = 0
  public var height: UInt64 = 0
  /// Its place among the block's settled runs.
  public var position: UInt64 = 0
  public var time = Time()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("run", &run)
    try v("road", &road)
    try v("lease", &lease)
    try v("index", &index)
    try v("buyer", &buyer)
    try v("providers", &providers)
    try v("work", &work)
    try v("subject", &subject)
    try v("check", &check)
    try v("outcome", &outcome)
    try v("audit", &audit)
    try v("price", &price)
    try v("paid", &paid)
    try v("slashed", &slashed)
    try v("height", &height)
    try v("position", &position)
    try v("time", &time)
  }
}

/// How a game stands or ended.
public enum GameState: UInt8, ByteChoice {
  case open = 1
  /// The claim fell.
  case challengerWon = 2
  case defenderWon = 3
  /// Another game, or the defender's silence, ended the claim first.
  case stopped = 4
}

/// A dispute of one challenger, as a line.
public struct GameLine: Fielded, Hashable {
  public static let typeName = "GameLine"
  public var number: UInt64 = 0
  public var game = Bytes32()
  public var run = Bytes32()
  public var road = Bytes32()
  public var lease = Bytes32()
  /// The output that is challenged.
  public var answer = Bytes32()
  public var challenger = Address()
  /// The seats that gave that answer.
  public var defenders: [Address] = []
  public var bond: UInt64 = 0
  /// Whether the bond was locked for this game: an auditor and a seat play with another one.
  public var isVolunteer = false
  public var state = GameState.open
  /// Choices that were made on the way down from the root that is played about.
  public var rounds: UInt64 = 0
  /// Why it ended, as the event says; empty while it is open.
  public var reason = ""
  public var beganHeight: UInt64 = 0
  public var beganAt = Time()
  public var endedHeight: UInt64 = 0
  public var endedAt = Time()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("game", &game)
    try v("run", &run)
    try v("road", &road)
    try v("lease", &lease)
    try v("answer", &answer)
    try v("challenger", &challenger)
    try v("defenders", &defenders)
    try v("bond", &bond)
    try v("isVolunteer", &isVolunteer)
    try v("state", &state)
    try v("rounds", &rounds)
    try v("reason", &reason)
    try v("beganHeight", &beganHeight)
    try v("beganAt", &beganAt)
    try v("endedHeight", &endedHeight)
    try v("endedAt", &endedAt)
  }
}

/// An offer, as a line; it stays after it is withdrawn.
public struct OfferLine: Fielded, Hashable {
  public static let typeName = "OfferLine"
  public var number: UInt64 = 0
  public var offer = Bytes32()
  public var provider = Address()
  public var work = ""
  public var subject = Bytes32()
  public var check = CheckTerms()
  public var rate = Rate()
  public var maxUnits: UInt64 = 0
  /// Slots that were bonded, those of later top-ups included.
  public var capacity: UInt64 = 0
  /// How often it was taken.
  public var taken: UInt64 = 0
  public var isWithdrawn = false
  public var postedHeight: UInt64 = 0
  public var postedAt = Time()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("offer", &offer)
    try v("provider", &provider)
    try v("work", &work)
    try v("subject", &subject)
    try v("check", &check)
    try v("rate", &rate)
    try v("maxUnits", &maxUnits)
    try v("capacity", &capacity)
    try v("taken", &taken)
    try v("isWithdrawn", &isWithdrawn)
    try v("postedHeight", &postedHeight)
    try v("postedAt", &postedAt)
  }
}

/// What is sold: for inference a model, published or only named by orders and offers.
public struct SubjectLine: Fielded, Hashable {
  public static let typeName = "SubjectLine"
  public var number: UInt64 = 0
  public var work = ""
  public var subject = Bytes32()
  /// The message that published it; zero where nobody did.
  public var published = Bytes32()
  public var publisher = Address()
  public var roads: UInt64 = 0
  public var runs: UInt64 = 0
  public var good: UInt64 = 0
  public var paid: UInt64 = 0
  /// Offers of it that are not withdrawn.
  public var offers: UInt64 = 0
  public var seenHeight: UInt64 = 0
  public var seenAt = Time()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("work", &work)
    try v("subject", &subject)
    try v("published", &published)
    try v("publisher", &publisher)
    try v("roads", &roads)
    try v("runs", &runs)
    try v("good", &good)
    try v("paid", &paid)
    try v("offers", &offers)
    try v("seenHeight", &seenHeight)
    try v("seenAt", &seenAt)
  }
}

/// A buyer, and what it has paid one provider.
public struct Patron: Fielded, Hashable {
  public static let typeName = "Patron"
  public var buyer = Address()
  public var paid: UInt64 = 0

  public init() {}

  public init(buyer: Address, paid: UInt64) {
    self.buyer = buyer
    self.paid = paid
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("buyer", &buyer)
    try v("paid", &paid)
  }
}

/// Everything that an account has done, summed up.
public struct PartyLine: Fielded, Hashable {
  public static let typeName = "PartyLine"
  public var number: UInt64 = 0
  public var account = Address()
  /// Seats that it had in settled runs.
  public var served: UInt64 = 0
  /// Of them those that were paid.
  public var good: UInt64 = 0
  /// Of them those that were found wrong: out of a majority, or fallen in a game.
  public var wrong: UInt64 = 0
  /// Of them those without evidence, with one that nobody could open, or left silent.
  public var silent: UInt64 = 0
  /// From settlements, beyond what it had put in: as a seat, an auditor, or the winner of a game.
  public var earned: UInt64 = 0
  /// Of it what it was paid for its seats.
  public var income: UInt64 = 0
  /// Who paid most of the income, the largest first: at most three.
  public var patrons: [Patron] = []
  /// Bonds that it lost.
  public var slashed: UInt64 = 0
  /// As a buyer.
  public var roads: UInt64 = 0
  /// Runs that it got what it paid for.
  public var bought: UInt64 = 0
  /// What settlements kept of its money.
  public var spent: UInt64 = 0
  /// As a checker.
  public var games: UInt64 = 0
  public var gamesWon: UInt64 = 0
  /// How often it was called.
  public var audits: UInt64 = 0
  /// Messages that it signed and that were carried out.
  public var messages: UInt64 = 0
  public var seenHeight: UInt64 = 0
  public var seenAt = Time()
  public var lastAt = Time()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("account", &account)
    try v("served", &served)
    try v("good", &good)
    try v("wrong", &wrong)
    try v("silent", &silent)
    try v("earned", &earned)
    try v("income", &income)
    try v("patrons", &patrons)
    try v("slashed", &slashed)
    try v("roads", &roads)
    try v("bought", &bought)
    try v("spent", &spent)
    try v("games", &games)
    try v("gamesWon", &gamesWon)
    try v("audits", &audits)
    try v("messages", &messages)
    try v("seenHeight", &seenHeight)
    try v("seenAt", &seenAt)
    try v("lastAt", &lastAt)
  }
}

extension PartyLine {
  /// Buyers that are kept.
  static let mostPatrons = 3

  /// Enters what a buyer has paid in all. Sums only grow, so whoever is left out is among the
  /// largest again as soon as it is.
  mutating func enter(_ patron: Patron) {
    patrons.removeAll { $0.buyer == patron.buyer }
    let place = patrons.firstIndex { $0.paid < patron.paid } ?? patrons.endIndex
    patrons.insert(patron, at: place)
    if patrons.count > PartyLine.mostPatrons { patrons.removeLast() }
  }

  /// The part of its income that its three largest buyers paid, in millionths; nil without income.
  ///
  /// A provider that buys from itself, under however many names, has few large buyers. So has one
  /// who simply began: the number says where to look, not what is there.
  public var patronShare: UInt64? {
    guard income > 0 else { return nil }
    var sum: UInt64 = 0
    for patron in patrons { sum.gain(patron.paid) }
    let (high, low) = min(income, sum).multipliedFullWidth(by: 1_000_000)
    return income.dividingFullWidth((high, low)).quotient
  }
}

/// A block, as a line.
public struct BlockLine: Fielded, Hashable {
  public static let typeName = "BlockLine"
  public var height: UInt64 = 0
  public var id = Bytes32()
  public var time = Time()
  public var messages: UInt64 = 0
  /// Of them those that the rules refused.
  public var refused: UInt64 = 0
  public var settled: UInt64 = 0
  public var events: UInt64 = 0

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("height", &height)
    try v("id", &id)
    try v("time", &time)
    try v("messages", &messages)
    try v("refused", &refused)
    try v("settled", &settled)
    try v("events", &events)
  }
}
