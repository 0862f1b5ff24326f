// What is posted to the counter: forms of visitors, and signatures of wallets.

import Primitives

extension Explorer {
  /// Bytes that a visitor may send to the counter: a form with a file, or signatures.
  func counterLimit(of path: String) -> Int? {
    guard house.counter != nil else { return nil }
    if path == "/buy" || path == "/buy/wallet" { return 1 << 20 }
    return path.hasPrefix("/buy/") && path.hasSuffix("/sign") ? 4_096 : nil
  }

  /// The answer to a post; nil where the path is none of the counter's.
  func counterAnswer(_ visit: Visit) async -> Answer? {
    guard visit.method == "POST", let counter = house.counter, counterLimit(of: visit.path) != nil
    else { return nil }
    if visit.path == "/buy" { return await bought(visit, counter) }
    do throws(Missing) {
      try visit.requireOwnOrigin(house.names)
      if visit.path == "/buy/wallet" { return try await prepared(visit, counter) }
      let name = visit.path.dropFirst("/buy/".count).dropLast("/sign".count)
      try await counter.complete(String(name), try Self.signatures(in: visit))
      return Self.json(["ticket": .string(String(name))])
    } catch { return Self.problem(error) }
  }

  /// A form without a script: its answer is a page, the ticket's or the form with what is wrong.
  private func bought(_ visit: Visit, _ counter: any Counter) async -> Answer {
    var last = BuyForm()
    do throws(Missing) {
      try visit.requireOwnOrigin(house.names)
      last = BuyForm(try FormReader(visit))
      let ticket = try await counter.buy(try last.order())
      return Answer(
        status: 303,
        headers: Self.shared + [("location", "/buy/\(ticket)"), ("cache-control", "no-store")],
        body: [])
    } catch {
      // What another site sent is not shown in our name.
      if error.code == "foreignOrigin" { return failed(error, at: visit, wantsTwin: false) }
      guard
        let sheet = try? await BuyPage(house).sheet(of: last.model, trouble: error, last: last),
        let page = try? drawn(sheet, at: visit)
      else { return failed(error, at: visit, wantsTwin: false) }
      return page
    }
  }

  private func prepared(
    _ visit: Visit, _ counter: any Counter
  ) async throws(Missing) -> Answer {
    let form = BuyForm(try FormReader(visit))
    guard let wallet = form.wallet else {
      throw Missing(400, "badAddress", "the wallet named no account")
    }
    let paper = try await counter.prepare(try form.order(), for: wallet)
    return Self.json([
      "ticket": .string(paper.ticket), "chainId": .unsigned(paper.chainID),
      "documents": .array(paper.documents), "later": .unsigned(UInt64(paper.later)),
    ])
  }

  private static func signatures(in visit: Visit) throws(Missing) -> [String] {
    // No form can send this type, so another site would have to ask first and be told no.
    guard visit.contentType.lowercased().hasPrefix("application/json"),
      let json = try? JSONValue(parsing: visit.body, limit: 4_096),
      let list = json["signatures"]?.array, list.count <= 4
    else { throw .badForm }
    let texts = list.compactMap(\.string)
    guard texts.count == list.count else { throw .badForm }
    return texts
  }

  private static func json(_ value: JSONValue, status: Int = 200) -> Answer {
    Answer(
      status: status,
      headers: shared + [("content-type", "application/json"), ("cache-control", "no-store")],
      body: Array(value.text.utf8))
  }

  private static func problem(_ missing: Missing) -> Answer {
    json(
      [
        "status": .unsigned(UInt64(clamping: missing.status)), "code": .string(missing.code),
        "message": .string(missing.message), "hint": .string(missing.hint),
      ], status: missing.status)
  }
}
