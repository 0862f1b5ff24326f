// A settlement as a file describes it, settled by the same functions as every run.

public import Kernel
public import Primitives

/// One worked case: what happened, by rule, and the payouts that it should have where it says so.
public struct SettlementCase: Sendable {
  public let name: String
  public let rule: String
  /// The payouts that the file expects; nil where it names none.
  public let expected: [NamedAmount]?
  /// What the rule makes of the case.
  public let payouts: Payouts
  private let challengers: [String]

  /// Reads and settles a case; a malformed one is refused by the path to the field.
  public init(json: JSONValue, terms: Terms = .standard) throws(Refusal) {
    let reader = try CaseReader(json)
    try reader.require(only: ["name", "rule", "given", "stakes", "payouts"])
    name = try reader.string("name")
    rule = try reader.string("rule")
    expected = reader.optional("payouts") == nil ? nil : try reader.object("payouts").amounts()
    let given = try reader.object("given")
    var names: [String] = []
    switch rule {
    case "open": payouts = try SettlementCase.open(given, terms)
    case "bidding": payouts = try SettlementCase.bidding(given, terms)
    case "replicated": payouts = try SettlementCase.replicated(given, terms)
    case "disputable": payouts = try SettlementCase.disputable(given, terms, &names)
    case "proved": payouts = try SettlementCase.proved(given, terms)
    case "claim": payouts = try SettlementCase.claim(given, terms)
    default: throw .badField("rule", wants: "known word")
    }
    challengers = names
    guard reader.optional("stakes") != nil else { return }
    let stakes = try reader.object("stakes").amounts()
    guard SettlementCase.agree(stakes, named(payouts.stakes)) else {
      throw .badField("stakes", wants: "sums put in")
    }
  }

  /// The cases of a file: a list, an object with `settlements`, or one case.
  public static func all(
    in json: JSONValue, terms: Terms = .standard
  ) throws(Refusal) -> [SettlementCase] {
    let list = json.array ?? json["settlements"]?.array ?? [json]
    var cases: [SettlementCase] = []
    for one in list { cases.append(try SettlementCase(json: one, terms: terms)) }
    return cases
  }

  /// The payouts under the names that the case uses.
  public var paid: [NamedAmount] { named(payouts.entries) }
  /// The stakes under the names that the case uses.
  public var stakes: [NamedAmount] { named(payouts.stakes) }

  /// Whether the payouts are the expected ones to the last unit; nil where none are expected.
  public var isMet: Bool? { expected.map { SettlementCase.agree($0, paid) } }

  private func named(_ entries: [Payouts.Entry]) -> [NamedAmount] {
    entries.map { NamedAmount(title(of: $0.party), $0.amount) }
  }

  private func title(of party: Party) -> String {
    switch party {
    case .buyer: "buyer"
    case .provider: "provider"
    case .seat(let index): "seat\(index)"
    case .bidder(let index): "bidder\(index)"
    case .auditor: "auditor"
    case .challenger(let index):
      challengers.indices.contains(index) ? challengers[index] : "challenger\(index)"
    case .judge(let index): "judge\(index)"
    case .treasury: "treasury"
    case .operator: "operator"
    }
  }

  /// Whether two lists give each party the same; who is not listed has nothing.
  private static func agree(_ a: [NamedAmount], _ b: [NamedAmount]) -> Bool {
    a.filter { $0.amount > .zero }.sorted { $0.name < $1.name }
      == b.filter { $0.amount > .zero }.sorted { $0.name < $1.name }
  }
}
