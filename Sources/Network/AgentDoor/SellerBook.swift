// Which seller has which model: of those that the owner named, and those that a node lists.

import Agents
public import Primitives

/// Asks sellers for their lists, now and then.
actor SellerBook {
  /// Whoever finds sellers by himself: URLs of resources.
  typealias Discovery = @Sendable () async -> [String]

  private let named: [Seller]
  private let call: SellerCall
  private let discovery: Discovery?
  private let clock = ContinuousClock()
  private var listed: [(seller: Seller, models: [JSONValue])] = []
  private var until: ContinuousClock.Instant?

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
    await refresh()
    var seen: Set<String> = []
    return listed.flatMap(\.models).filter { seen.insert($0["id"]?.string ?? "").inserted }
  }

  func seller(of model: String) async throws(SpeechProblem) -> Seller {
    await refresh()
    if let seller = find(model) { return seller }
    // A seller that was asked too early, or has a new model.
    until = nil
    await refresh()
    guard let seller = find(model) else { throw .unknownModel(model) }
    return seller
  }

  private func find(_ model: String) -> Seller? {
    listed.first { $0.models.contains { $0["id"]?.string == model } }?.seller
  }

  private func refresh() async {
    if let until, clock.now < until { return }
    until = clock.now + SellerBook.lasts
    var sellers = named
    for url in await discovery?() ?? [] where sellers.count < named.count + SellerBook.mostFound {
      guard let found = Seller(url, isNamed: false),
        !sellers.contains(where: { $0.origin == found.origin })
      else { continue }
      sellers.append(found)
    }
    // All at once, and briefly: a stranger that dawdles holds up nobody.
    let answers = await withTaskGroup(of: (Int, [JSONValue]?).self) { group in
      for (place, seller) in sellers.enumerated() {
        group.addTask { (place, try? await self.ask(seller)) }
      }
      var answers = [[JSONValue]?](repeating: nil, count: sellers.count)
      for await (place, models) in group { answers[place] = models }
      return answers
    }
    var fresh: [(Seller, [JSONValue])] = []
    for (seller, models) in zip(sellers, answers) {
      // Who does not answer just now has what it had.
      let known = listed.first { $0.seller == seller }?.models
      if let models = models ?? known { fresh.append((seller, models)) }
    }
    listed = fresh
    // Who found nobody asks again at once.
    if fresh.isEmpty { until = nil }
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
