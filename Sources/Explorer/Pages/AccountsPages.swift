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
    let found = try house.listings.parties(
      before: try visit.number("before"), limit: AccountsPages.length)
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
          \(Parts.table(
            "Accounts, newest first",
            [
              "Account", "Is", "#Served", "#Bought", "#Audits", "#Earned", "#Spent", "#Messages",
              "Last seen",
            ], rows, empty: "No account has done anything yet."))
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

  static func roles(_ line: PartyLine) -> Markup {
    var roles: [String] = []
    if line.served > 0 { roles.append("provider") }
    if line.roads > 0 { roles.append("buyer") }
    if line.audits + line.games > 0 { roles.append("checker") }
    return roles.isEmpty ? Parts.none : "\(roles.joined(separator: ", "))"
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

  func one(_ text: String) throws -> Sheet {
    let account = try AccountView(house, try address(text))
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
