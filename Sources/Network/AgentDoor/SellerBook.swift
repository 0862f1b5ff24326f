// Which seller has which model: of those that the owner named, and those that a node lists.

import Agents
public import Primitives

/// Asks sellers for their lists, now and then. Nobody waits for a stranger where somebody whom the
/// owner named has the model, nor for a slow stranger where a quick one has it.
actor SellerBook {
  /// Whoever finds sellers by himself: URLs of resources.
  typealias Discovery = @Sendable () async -> [String]

  private let named: [Seller]
  private let call: SellerCall
  private let discovery: Discovery?
  private let clock = ContinuousClock()
  private var lists: [Seller: [JSONValue]] = [:]
  private var found: [Seller] = []
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

  init(_ named: [Seller], _ call: SellerCall, discovery: Discovery?) {
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
    for isLast in [false, true] {
      await askNamed()
      askFound()
      repeat {
        if let seller = find(model) { return seller }
      } while await nextAnswer()
      // A seller that was asked too early, or has a new model.
      if !isLast { (namedUntil, foundUntil) = (nil, nil) }
    }
    throw .unknownModel(model)
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
      let urls = await discovery()
      found = strangers(urls)
      await ask(found)
      let known = Set(named + found)
      lists = lists.filter { known.contains($0.key) }
      foundUntil = found.contains { lists[$0] != nil } ? clock.now + SellerBook.lasts : nil
      askingFound = nil
      wake()
    }
  }

  private func strangers(_ urls: [String]) -> [Seller] {
    var strangers: [Seller] = []
    for url in urls where strangers.count < SellerBook.mostFound {
      guard let found = Seller(url, isNamed: false),
        !(named + strangers).contains(where: { $0.origin == found.origin })
      else { continue }
      strangers.append(found)
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
