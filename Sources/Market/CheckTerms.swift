// Which check an order or offer asks for, with its numbers.

public import Primitives

/// A check by name with exactly the numbers that it demands, in its order.
///
/// A list instead of fixed fields: a flat struct would change the type hash of every order
/// whenever a check is added.
public struct CheckTerms: Fielded, Hashable {
  public static let typeName = "CheckTerms"
  public var kind = ""
  public var numbers: [Number] = []

  public init() {}
  public init(_ kind: String, _ numbers: [Number] = []) {
    self.kind = kind
    self.numbers = numbers
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("kind", &kind)
    try v("numbers", &numbers)
  }

  /// The values, when the names are exactly those demanded, in order. Behind them may stand what an
  /// order says to no check: the subnet it is routed to, and the subnet that judges.
  func values(named names: [String]) throws(Refusal) -> [UInt64] {
    let own = numbers.prefix(names.count)
    guard own.count == names.count, zip(own, names).allSatisfy({ $0.name == $1 }),
      isRouting(numbers.dropFirst(names.count))
    else { throw .checkTermsDiffer(given: numbers.count, demanded: names.count) }
    return own.map(\.value)
  }
}

// MARK: - Routing

extension CheckTerms {
  /// The name of the number that says whose members may bid.
  public static let subnetName = "subnet"
  /// The name of the number that says whose validators judge, under `panel`.
  public static let juryName = "jury"

  /// The subnet that an order is routed to; nil where anybody may bid.
  public var subnet: UInt64? { last(CheckTerms.subnetName) }

  /// The subnet whose validators judge; nil where judges are drawn by bond.
  public var jury: UInt64? { last(CheckTerms.juryName) }

  /// What the check alone demands.
  public var own: CheckTerms {
    let isOwn = subnet == nil && jury == nil
    if isOwn { return self }
    return CheckTerms(
      kind, numbers.filter { ![CheckTerms.subnetName, CheckTerms.juryName].contains($0.name) })
  }

  /// The same check for the members of a subnet, or before its validators.
  public func routed(to subnet: UInt64? = nil, jury: UInt64? = nil) -> CheckTerms {
    var terms = own
    if let subnet { terms.numbers.append(Number(CheckTerms.subnetName, subnet)) }
    if let jury { terms.numbers.append(Number(CheckTerms.juryName, jury)) }
    return terms
  }

  /// No check has a number of either name; they stand last, so that most orders are told at once.
  private func last(_ name: String) -> UInt64? {
    numbers.suffix(2).last { $0.name == name }?.value
  }

  private func isRouting(_ rest: ArraySlice<Number>) -> Bool {
    switch rest.count {
    case 0: return true
    case 1:
      guard let name = rest.first?.name else { return false }
      return name == CheckTerms.subnetName || mayHaveJury && name == CheckTerms.juryName
    case 2:
      return mayHaveJury && rest.first?.name == CheckTerms.subnetName
        && rest.last?.name == CheckTerms.juryName
    default: return false
    }
  }

  private var mayHaveJury: Bool { kind == PanelCheck.name }
}

extension Refusal {
  /// The numbers of the check are not the ones it demands, in its order.
  static func checkTermsDiffer(given: Int, demanded: Int) -> Refusal {
    Refusal("checkTermsDiffer", ["given": UInt64(given), "demanded": UInt64(demanded)])
  }

  /// No check of that name is known here.
  static var unknownCheck: Refusal { Refusal("unknownCheck") }
}
