// One box for everything: ids in any form, addresses, heights, models, codes, checks and words.

import Archive
import Chain
import Kernel
import Market
import Primitives
import Subnets
import Tournaments

struct SearchPage {
  let house: House

  init(_ house: House) { self.house = house }

  /// Something that fits, and where it is.
  struct Finding: Equatable {
    var what: String
    var name: String
    var path: String
  }

  private static let most = 40
  private static let longest = 128

  func sheet(_ visit: Visit) throws -> Sheet {
    let typed = String((visit.value("q") ?? "").prefix(SearchPage.longest))
    let query = typed.filter { !$0.isWhitespace || $0 == " " }.trimmed
    let height = try house.listings.totals().height
    guard !query.isEmpty else { return page("", [], [], height) }
    let found = try exact(query)
    let words = DocsIndex.carried.search(query, limit: 10)
    // `feed` is a word before it is the beginning of an id.
    let isWord = query.allSatisfy(\.isLetter) && !words.isEmpty
    let isMeant = !isWord || ["check", "refusal", "parameter"].contains(found.first?.what)
    if found.count == 1, isMeant { return .redirect(to: found[0].path, height: height) }
    return page(query, found, words, height)
  }

  // MARK: - What fits

  private func exact(_ query: String) throws -> [Finding] {
    var found: [Finding] = []
    func add(_ finding: Finding?) {
      if let finding, !found.contains(finding) { found.append(finding) }
    }
    if let address = Address(hex: query) {
      add(
        Finding(
          what: "account", name: address.checksummed, path: "/accounts/\(address.checksummed)"))
      return found
    }
    let words = query.split(separator: " ")
    let height = words.count == 2 && words[0].lowercased() == "block" ? String(words[1]) : query
    let digits = height.filter { $0 != "\u{A0}" && $0 != " " && $0 != "," }
    if let height = UInt64(digits), try house.records.block(height).value != nil {
      add(Finding(what: "block", name: String(height), path: "/blocks/\(height)"))
    }
    if let check = Game.names.first(where: { $0.name == query.lowercased() }) {
      add(Finding(what: "check", name: check.name, path: "/market?check=\(check.name)"))
    }
    for text in RefusalTexts.all where text.code.lowercased() == query.lowercased() {
      add(
        Finding(what: "refusal", name: text.code, path: "/refusals/\(Escape.component(text.code))"))
    }
    for finding in try institutions(query) { add(finding) }
    for range in Terms.ranges where range.name.lowercased() == query.lowercased() {
      add(Finding(what: "parameter", name: range.name, path: "/parameters"))
    }
    if let stem = try? IDStem(reading: query) { for each in try ids(stem) { add(each) } }
    return found
  }

  /// Subnets and tournaments of that name, and those that `subnet 3` means.
  private func institutions(_ query: String) throws -> [Finding] {
    let wanted = query.lowercased()
    var found: [Finding] = []
    for entry in try house.records.rows("subnets", after: nil, limit: SubnetsPage.length).value {
      let number = try UInt64(keyBytes: entry.key)
      let name = try CBOR.decode(Subnet.self, from: entry.row).name
      guard name.lowercased() == wanted || wanted == "subnet \(number)" else { continue }
      found.append(Finding(what: "subnet", name: name, path: "/subnets/\(number)"))
    }
    let rows = try house.records.rows("tournaments", after: nil, limit: TournamentsPage.length)
    for entry in rows.value {
      let number = try UInt64(keyBytes: entry.key)
      let name = try CBOR.decode(Tournament.self, from: entry.row).name
      guard name.lowercased() == wanted || wanted == "tournament \(number)" else { continue }
      found.append(Finding(what: "tournament", name: name, path: "/tournaments/\(number)"))
    }
    return found
  }

  /// Objects whose ids begin so; a printed prefix says which kind is meant.
  private func ids(_ stem: IDStem) throws -> [Finding] {
    var stem = stem
    // Commands print the message that takes an offer so; pages call the road an order.
    if stem.kind == "take" { stem.kind = "order" }
    var ids = try house.records.resolve(stem, limit: SearchPage.most)
    if let whole = stem.whole, !ids.contains(whole) { ids.append(whole) }
    for line in try house.listings.subjects(before: nil, limit: 200).lines
    where stem.matches(line.subject) && !ids.contains(line.subject) { ids.append(line.subject) }
    var found: [Finding] = []
    for id in ids { found += try objects(id, stem.kind) }
    if stem.kind == nil { found += try accounts(stem) }
    return found
  }

  /// What an id names. A message that placed an order is its order: only one of them is shown.
  private func objects(_ id: Bytes32, _ kind: String?) throws -> [Finding] {
    let lists = house.listings
    func printed(_ kind: String, _ folder: String) -> Finding {
      let full = PrintedID.full(kind, id)
      return Finding(
        what: kind == "game" ? "dispute" : kind, name: full, path: "/\(folder)/\(full)")
    }
    func isAsked(_ name: String) -> Bool { kind == nil || kind == name }
    if isAsked("offer"), try lists.offer(id).value != nil { return [printed("offer", "offers")] }
    if isAsked("game"), try lists.game(id).value != nil { return [printed("game", "disputes")] }
    if isAsked("model"), try lists.subject(id).value != nil {
      return [Finding(what: "model", name: "\(id)", path: "/models/\(id)")]
    }
    if let road = try lists.road(of: id).value {
      if isAsked("order"), road.id == id { return [printed("order", "orders")] }
      if isAsked("lease"), road.lease == id { return [printed("lease", "leases")] }
      if isAsked("run"), road.id != id, road.lease != id { return [printed("run", "runs")] }
    }
    if isAsked("order"), try lists.road(id).value != nil { return [printed("order", "orders")] }
    if isAsked("run"), try lists.run(id).value != nil { return [printed("run", "runs")] }
    if kind == nil, try house.records.message(id).value != nil {
      return [Finding(what: "message", name: "\(id)", path: "/messages/\(id)")]
    }
    return []
  }

  /// Accounts whose hex begins so, among those seen last.
  private func accounts(_ stem: IDStem) throws -> [Finding] {
    guard stem.bitCount <= 160 else { return [] }
    return try house.listings.parties(before: nil, limit: 500).lines.compactMap { line in
      guard let wide = Bytes32(line.account.bytes + Array(repeating: 0, count: 12)),
        stem.matches(wide)
      else { return nil }
      let text = line.account.checksummed
      return Finding(what: "account", name: text, path: "/accounts/\(text)")
    }
  }

  // MARK: - The page

  private func page(
    _ query: String, _ found: [Finding], _ words: [DocsFinding], _ height: UInt64
  ) -> Sheet {
    Sheet(
      title: query.isEmpty ? "Search" : "Search: \(query.prefix(60))", height: height,
      body: { body(query, found, words) },
      twin: {
        [
          .init(name: "query", value: .string(query)),
          .init(
            name: "found",
            value: .array(
              found.map {
                ["what": .string($0.what), "name": .string($0.name), "path": .string($0.path)]
              })),
          .init(
            name: "docs",
            value: .array(words.map { .string("/docs/\($0.paper)#\($0.anchor)") })),
        ]
      })
  }

  private func body(_ query: String, _ found: [Finding], _ words: [DocsFinding]) -> Markup {
    let title: Markup = query.isEmpty ? "Search" : "What fits “\(query)”"
    var body: Markup = "<h1>\(title)</h1>"
    if query.isEmpty || (found.isEmpty && words.isEmpty) {
      body += """
        <p class="lead">\(query.isEmpty ? "Type into the box above." : "Nothing here fits.")</p>
        <p>These can be found: an id as it is printed (<code>run_…</code>, <code>order_…</code>) or
        its first letters; hex of at least four digits; an address; the height of a block; a model’s
        id; the name of a subnet or a tournament; a refusal’s code; a check; a parameter; a word of
        the documentation.</p>
        """
      return body
    }
    if !found.isEmpty {
      body += "<h2>On the ledger</h2><ul class=\"findings\">"
      body += found.prefix(SearchPage.most).markup { own in
        """
        <li><span class="badge">\(own.what)</span> \
        <a class="id" href="\(own.path)">\(own.name)</a></li>
        """
      }
      body += "</ul>"
    }
    if !words.isEmpty {
      body += "<h2>In the documentation</h2><ol class=\"findings\">"
      body += words.markup { own in
        """
        <li><h3><a href="/docs/\(own.paper)#\(own.anchor)">\(own.heading)</a></h3>
        <p class="over">\(own.title)</p><p>\(own.excerpt)</p></li>
        """
      }
      body += "</ol>"
    }
    return body
  }
}

extension String {
  /// Without spaces at its ends.
  fileprivate var trimmed: String {
    var rest = self[...]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
