// The terms in force, those before them, and those that come.

public import Primitives

/// Terms that wait to come into force.
public struct PendingTerms: Fielded, Equatable {
  public static let typeName = "PendingTerms"
  public var terms = Terms()
  /// The moment from which they count, in market time.
  public var at = Time()

  public init() {}

  public init(_ terms: Terms, at: Time) {
    self.terms = terms
    self.at = at
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("terms", &terms)
    try v("at", &at)
  }
}

/// Every version of the terms, by number from 0: an order keeps those it was made under.
public struct TermsBook: ~Copyable {
  @usableFromInline var versions = Table<UInt64, Terms>("terms")
  private var waiting = Table<UInt64, PendingTerms>("pendingTerms")

  public init() {}

  /// The version in force.
  @inlinable public var version: UInt64 { UInt64(max(versions.count, 1) - 1) }

  /// The terms in force.
  public var current: Terms { at(version) }

  /// A few numbers of the terms in force, without a copy of all of them.
  @inlinable
  public func current<R>(_ body: (Terms) throws(Refusal) -> R) throws(Refusal) -> R {
    try at(version, body)
  }

  /// The same of a version.
  @inlinable
  public func at<R>(
    _ version: UInt64, _ body: (Terms) throws(Refusal) -> R
  ) throws(Refusal) -> R {
    if let read = try versions.read(version, body) { return read }
    return try body(.standard)
  }

  /// The terms of a version; of one that never was, the standard ones.
  public func at(_ version: UInt64) -> Terms { versions[version] ?? .standard }

  /// The amendment that waits, if there is one.
  public var pending: PendingTerms? { waiting[0] }

  /// Puts terms in force as the next version.
  public mutating func enact(_ terms: Terms) { versions[UInt64(versions.count)] = terms }

  /// Announces terms. They take the place of an amendment that still waits, and wait anew.
  public mutating func announce(_ terms: Terms, at: Time) {
    waiting[0] = PendingTerms(terms, at: at)
  }

  /// Enacts the amendment that is due at this deadline; false if there is none such.
  public mutating func enactPending(dueAt deadline: Time) -> Bool {
    guard let pending, pending.at == deadline else { return false }
    waiting[0] = nil
    enact(pending.terms)
    return true
  }
}

// MARK: - Message and block

extension TermsBook: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&versions)
    v(&waiting)
  }
}
