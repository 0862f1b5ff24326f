// Accounts: what one has, what of it is locked, and what one did as buyer, provider and checker.

import Archive
import Chain
import Kernel
import Market
import Primitives
import Reputation

struct AccountsPages {
  let house: House

  init(_ house: House) { self.house = house }

  private static let length = 50
  /// Lines of each list on an account's page.
  static let most = 20

  func list(_ visit: Visit) throws -> Sheet {
    let role = try visit.choice("role", of: Role.allCases.map(\.rawValue))
      .flatMap { Role(rawValue: $0) }
    let found = try parties(role, before: try visit.number("before"))
    let now = house.now()
    return Sheet(
      title: "Accounts", height: found.height,
      body: {
        let rows = found.lines.map { line -> [Markup] in
          [
            Parts.account(line.account), AccountsPages.roles(line),
            "\(Formats.grouped(line.served))", "\(Formats.grouped(line.bought))",
            "\(Formats.grouped(line.audits))", Parts.money(line.earned), Parts.money(line.spent),
            "\(Formats.grouped(line.messages))", Parts.age(line.lastAt, now: now),
          ]
        }
        return """
          <h1>Accounts</h1>
          <p class="lead">Whoever did something here, newest first. An account is an Ethereum
          address; who stands behind it only its owner knows.</p>
          \(Parts.filters(
            "/accounts",
            [
              Parts.Choice(
                name: "role", label: "Role",
                options: [("", "any")] + Role.allCases.map { ($0.rawValue, $0.rawValue) },
                chosen: role?.rawValue ?? "")
            ]))
          \(Parts.table(
            "Accounts, newest first",
            [
              "Account", "Is", "#Served", "#Bought", "#Audits", "#Earned", "#Spent", "#Messages",
              "Last seen",
            ], rows,
            empty: role == nil
              ? "No account has done anything yet."
              : found.next == nil ? "No account is that." : "None of those looked at is that."))
          \(Parts.pager("/accounts", visit, next: found.next))
          """
      },
      twin: {
        [
          .init(name: "accounts", value: .array(found.lines.map(\.json))),
          .init(name: "next", value: found.next.map { .unsigned($0) } ?? .null),
        ]
      })
  }

  /// What an account has been.
  enum Role: String, CaseIterable {
    case provider, buyer, checker

    func has(_ line: PartyLine) -> Bool {
      switch self {
      case .provider: line.served > 0
      case .buyer: line.roads > 0
      case .checker: line.audits > 0 || line.games > 0
      }
    }
  }

  static func roles(_ line: PartyLine) -> Markup {
    let roles = Role.allCases.filter { $0.has(line) }
    return roles.isEmpty ? Parts.none : "\(roles.map(\.rawValue).joined(separator: ", "))"
  }

  /// Accounts that are looked at for a page of those of a role.
  private static let mostLooked = 500

  /// A page of accounts. Of a role so many are looked at and no more, so that a page may be short
  /// and still name a next one.
  private func parties(_ role: Role?, before: UInt64?) throws -> Listed<PartyLine> {
    guard let role else {
      return try house.listings.parties(before: before, limit: AccountsPages.length)
    }
    let looked = try house.listings.parties(before: before, limit: AccountsPages.mostLooked)
    var found = Listed<PartyLine>([], next: looked.next, height: looked.height)
    for (place, line) in looked.lines.enumerated() where role.has(line) {
      found.lines.append(line)
      if found.lines.count == AccountsPages.length {
        if place + 1 < looked.lines.count { found.next = line.number }
        break
      }
    }
    return found
  }

  // MARK: - One account

  /// The account of a path; its letters of both cases must be the checksum's.
  func address(_ text: String) throws -> Address {
    guard let address = Address(hex: text) else {
      throw Missing(
        400, "malformed", "that is no address",
        hint: "0x and 40 hex digits; where both cases are used they are its checksum")
    }
    return address
  }

  func one(_ text: String, _ visit: Visit) throws -> Sheet {
    let account = try AccountView(
      house, try address(text), granted: try visit.number(AccountSessions.cursor))
    return Sheet(
      title: "Account \(account.address.checksummed.prefix(8))…", height: account.height,
      feed: account.feed, body: { account.body }, twin: { account.twin })
  }

  func provider(_ text: String) throws -> Sheet {
    let account = try AccountView(house, try address(text))
    return Sheet(
      title: "Provider \(account.address.checksummed.prefix(8))…", section: .leaders,
      height: account.height, feed: account.feed, body: { account.providerBody },
      twin: { account.twin })
  }
}
