// Which seller has which model: of those that the owner named, and those that a node lists.

import Agents
public import Primitives

/// Asks sellers for their lists, now and then. Nobody waits for a stranger where somebody whom the
/// owner named has the model, nor for a slow stranger where a quick one has it.
actor SellerBook {
  /// Whoever finds sellers by himself, those that most stands behind first.
  typealias Discovery = @Sendable () async -> [ListedSeller]
  /// Origins that were paid before.
  typealias Paid = @Sendable () async -> Set<String>

  private let named: [Seller]
  private let call: SellerCall
  private let discovery: Discovery?
  private let paid: Paid
  private var random: any RandomNumberGenerator & Sendable
  private let clock = ContinuousClock()
  private var lists: [Seller: [JSONValue]] = [:]
  private var found: [Seller] = []
  /// Who is paid at each of them, as they are listed.
  private var payees: [Seller: Set<Address>] = [:]
  private var askingNamed: Task<Void, Never>?
  private var askingFound: Task<Void, Never>?
  private var namedUntil: ContinuousClock.Instant?
  private var foundUntil: ContinuousClock.Instant?
  /// Who waits for the next stranger's answer, or for the last.
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// How long a list counts.
  private static let lasts = Duration.seconds(30)
  private static let mostFound = 16
  private static let mostModels = 256

  /// Of the strangers, at most so many of one origin and of one payee.
  private static let mostOfOne = 4

  init(
    _ named: [Seller], _ call: SellerCall, paid: @escaping Paid = { [] },
    random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
    discovery: Discovery?
  ) {
    self.paid = paid
    self.random = random
    self.named = named
    self.call = call
    self.discovery = discovery
  }

  /// All models, each with who sells it. Of two that have one name, the one that was named first.
  func models() async -> [JSONValue] {
    await askNamed()
    askFound()
    // Later lists come while the last one is shown.
    if found.allSatisfy({ lists[$0] == nil }) { await askingFound?.value }
    var seen: Set<String> = []
    return (named + found).flatMap { lists[$0] ?? [] }
      .filter { seen.insert($0["id"]?.string ?? "").inserted }
  }

  func seller(of model: String) async throws(SpeechProblem) -> Seller {
    try await seller(of: [model])
  }

  /// - Parameter names: under which it may be listed, the best one first.
  func seller(of names: [String]) async throws(SpeechProblem) -> Seller {
    for isLast in [false, true] {
      await askNamed()
      askFound()
      repeat {
        for name in names { if let seller = find(name) { return seller } }
      } while await nextAnswer()
      // A seller that was asked too early, or has a new model.
      if !isLast { (namedUntil, foundUntil) = (nil, nil) }
    }
    throw .unknownModel(names.last ?? "")
  }

  /// URLs that an origin is known by. Where there are none, strangers are looked for once.
  func urls(of origin: String) async -> [String] {
    func known() -> [String] { (named + found).filter { $0.origin.text == origin }.map(\.url) }
    if known().isEmpty {
      askFound()
      await askingFound?.value
    }
    return known()
  }

  /// Whether a seller may ask for money for this account. What stands behind a stranger stands
  /// behind the account that it was listed with, and behind no other.
  func isListed(_ seller: Seller, with payee: Address) -> Bool {
    seller.isNamed || payees[seller].map { $0.isEmpty || $0.contains(payee) } ?? true
  }

  private func find(_ model: String) -> Seller? {
    (named + found).first { lists[$0]?.contains { $0["id"]?.string == model } ?? false }
  }

  // MARK: - Rounds

  private func askNamed() async {
    if askingNamed == nil, namedUntil.map({ clock.now >= $0 }) ?? true {
      askingNamed = Task {
        await ask(named)
        // Who found nobody asks again at once.
        namedUntil = named.contains { lists[$0] != nil } ? clock.now + SellerBook.lasts : nil
        askingNamed = nil
      }
    }
    await askingNamed?.value
  }

  /// Begins a round; nobody waits for it here.
  private func askFound() {
    guard let discovery, askingFound == nil, foundUntil.map({ clock.now >= $0 }) ?? true else {
      return
    }
    askingFound = Task {
      let (listed, paid) = (await discovery(), await paid())
      found = strangers(listed, paid: paid)
      await ask(found)
      let known = Set(named + found)
      lists = lists.filter { known.contains($0.key) }
      foundUntil = found.contains { lists[$0] != nil } ? clock.now + SellerBook.lasts : nil
      askingFound = nil
      wake()
    }
  }

  /// Those that the wallet paid before come first. The others come in the order of what stands
  /// behind them, and of those with the same in none, so that nobody who lists himself often or
  /// late is asked by everybody.
  func strangers(_ listed: [ListedSeller], paid: Set<String>) -> [Seller] {
    var ranks: [[(seller: Seller, payee: Address?)]] = [[], [], [], []]
    for entry in listed {
      guard let seller = Seller(entry.url, isNamed: false) else { continue }
      let rank = paid.contains(seller.origin.text) ? 0 : 1 + entry.backing.rank
      ranks[rank].append((seller, entry.payee))
    }
    for rank in ranks.indices { ranks[rank].shuffle(using: &random) }
    var strangers: [Seller] = []
    var count: [Address: Int] = [:]
    payees = [:]
    for (seller, payee) in ranks.joined() {
      if let payee { payees[seller, default: []].insert(payee) }
    }
    for (seller, payee) in ranks.joined() where strangers.count < SellerBook.mostFound {
      let isNew = !(named + strangers).contains {
        $0.origin == seller.origin && $0.base == seller.base
      }
      guard isNew,
        strangers.count(where: { $0.origin == seller.origin }) < SellerBook.mostOfOne,
        payee.map({ count[$0] ?? 0 }) ?? 0 < SellerBook.mostOfOne
      else { continue }
      strangers.append(seller)
      if let payee { count[payee, default: 0] += 1 }
    }
    return strangers
  }

  /// All at once; each list counts as soon as it is there. Who does not answer just now has what it
  /// had.
  private func ask(_ sellers: [Seller]) async {
    await withTaskGroup(of: (Seller, [JSONValue]?).self) { group in
      for seller in sellers { group.addTask { (seller, try? await self.ask(seller)) } }
      for await (seller, models) in group {
        guard let models else { continue }
        lists[seller] = models
        wake()
      }
    }
  }

  /// Waits for a stranger's list; false when none is to come.
  private func nextAnswer() async -> Bool {
    guard askingFound != nil else { return false }
    await withCheckedContinuation { waiting.append($0) }
    return true
  }

  private func wake() {
    defer { waiting = [] }
    for each in waiting { each.resume() }
  }

  private func ask(_ seller: Seller) async throws(SpeechProblem) -> [JSONValue] {
    let reply = try await call.quick.send(.GET, "/models", to: seller)
    guard reply.status == 200 else {
      await reply.drop()
      throw .sellerSilent
    }
    let bytes = try await reply.collect(call.limits.shortBytes)
    guard let json = try? JSONValue(parsing: bytes) else { throw .sellerSilent }
    return (json["data"]?.array ?? []).prefix(SellerBook.mostModels).compactMap { model in
      guard let id = model["id"]?.string, SellerBook.isName(id) else { return nil }
      return [
        "id": .string(id), "object": "model", "created": .unsigned(model["created"]?.uint64 ?? 0),
        "owned_by": .string(seller.origin.text),
      ]
    }
  }

  /// Names that hide nothing: plain letters without spaces.
  static func isName(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }
}
