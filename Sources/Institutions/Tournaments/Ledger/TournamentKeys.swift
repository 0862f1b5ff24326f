// How rows of a tournament are found.

public import Kernel
public import Primitives

/// An account in a tournament: by it its entry is found.
public struct EntryKey: Fielded, TableKey {
  public static let typeName = "EntryKey"
  public var tournament: UInt64 = 0
  public var account = Address.zero

  public init() {}

  public init(_ tournament: UInt64, _ account: Address) {
    self.tournament = tournament
    self.account = account
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("tournament", &tournament)
    try v("account", &account)
  }

  public func mix(into hash: inout KeyHash) {
    hash.combine(tournament)
    hash.combine(account)
  }
}

/// A place on a board: a tournament and a number in it.
public struct PlaceKey: Fielded, TableKey {
  public static let typeName = "PlaceKey"
  public var tournament: UInt64 = 0
  public var place: UInt64 = 0

  public init() {}

  public init(_ tournament: UInt64, _ place: UInt64) {
    self.tournament = tournament
    self.place = place
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("tournament", &tournament)
    try v("place", &place)
  }

  public func mix(into hash: inout KeyHash) { hash.combine(tournament << 16 ^ place) }
}

/// Which place an account has.
public struct Place: Fielded, Hashable {
  public static let typeName = "Place"
  public var number: UInt64 = 0

  public init() {}
  init(_ number: UInt64) { self.number = number }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
  }
}
