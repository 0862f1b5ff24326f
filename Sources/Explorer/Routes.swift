// Which path shows what: one line a page.

import Primitives

extension Explorer {
  /// The page at a path; nil where the path is none of the site's.
  func sheet(for visit: Visit) async throws -> Sheet? {
    var parts = visit.path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    guard !parts.isEmpty else { return try HomePage(house).sheet(visit) }
    let first = parts.removeFirst()
    let name = parts.first ?? ""
    switch (first, parts.count) {
    case ("buy", 0): return try await BuyPage(house).sheet(visit)
    case ("buy", 1): return try await TicketPage(house).sheet(name)
    case ("docs", _): return try DocsPages(house).sheet(parts.joined(separator: "/"), visit)
    case ("api", 1) where name == "docs": return try APIPage(house).sheet(visit)
    case ("node", 0): return try NodePage(house).sheet(visit)
    case ("orders", 0): return try OrdersPage(house).sheet(visit)
    case ("orders", 1): return try OrderPage(house).sheet(name)
    case ("labels", 1): return try LabelsPage(house).sheet(name, visit)
    case ("leases", 1): return try LeasePage(house).sheet(name)
    case ("runs", 1): return try RunPage(house).sheet(name)
    case ("blocks", 0): return try BlocksPage(house).sheet(visit)
    case ("blocks", 1): return try BlockPage(house).sheet(name)
    case ("messages", 1): return try MessagePage(house).sheet(name)
    case ("disputes", 0): return try DisputesPage(house).sheet(visit)
    case ("disputes", 1): return try DisputePage(house).sheet(name)
    case ("receipts", 1) where name == "verify": return try VerifyPage(house).sheet(visit)
    case ("receipts", 1): return try ReceiptPage(house).sheet(name)
    case ("search", 0): return try SearchPage(house).sheet(visit)
    case ("market", 0): return try MarketPage(house).sheet(visit)
    case ("offers", 0): return try OffersPages(house).list(visit)
    case ("offers", 1): return try OffersPages(house).one(name)
    case ("models", 0): return try ModelsPages(house).list(visit)
    case ("models", 1): return try ModelsPages(house).one(name, visit)
    case ("subnets", 0): return try SubnetsPage(house).sheet(visit)
    case ("subnets", 1): return try SubnetPage(house).sheet(name, visit)
    case ("root", 0): return try RootPage(house).sheet(visit)
    case ("tournaments", 0): return try TournamentsPage(house).sheet(visit)
    case ("tournaments", 1): return try TournamentPage(house).sheet(name, visit)
    case ("topics", 0): return try TopicsPage(house).sheet(visit)
    case ("topics", 1): return try TopicPage(house).sheet(name, visit)
    case ("leaders", 0): return try LeadersPage(house).sheet(visit)
    case ("accounts", 0): return try AccountsPages(house).list(visit)
    case ("accounts", 1): return try AccountsPages(house).one(name, visit)
    case ("providers", 1): return try AccountsPages(house).provider(name)
    case ("parameters", 0): return try ParametersPage(house).sheet(visit)
    case ("refusals", 0): return try RefusalsPages(house).list(visit)
    case ("refusals", 1): return try RefusalsPages(house).one(name)
    default: return nil
    }
  }
}
