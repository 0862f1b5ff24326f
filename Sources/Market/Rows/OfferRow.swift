// An offer as the ledger keeps it: the posted promise and the slots that back it.

public import Primitives

public struct Offer: Fielded, Hashable {
  public static let typeName = "Offer"
  public var provider = Address()
  public var work = ""
  public var spec: [UInt8] = []
  public var check = CheckTerms()
  public var rate = Rate()
  public var maxUnits: UInt64 = 1
  public var runTime: UInt64 = 0
  public var lists = Lists()
  public var deputy = Address()
  public var termsVersion: UInt64 = 0
  /// S of the largest run, or B where the check asks no more: what each slot holds.
  public var slotBond = Amount()
  /// B of the largest run, which is part of it.
  public var bidBond = Amount()
  /// Slots whose bond lies in the offer's escrow and that back no lease.
  public var free: UInt64 = 0
  /// Slots that back leases.
  public var tied: UInt64 = 0
  public var withdrawn = false

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("provider", &provider)
    try v("work", &work)
    try v("spec", &spec)
    try v("check", &check)
    try v("rate", &rate)
    try v("maxUnits", &maxUnits)
    try v("runTime", &runTime)
    try v("lists", &lists)
    try v("deputy", &deputy)
    try v("termsVersion", &termsVersion)
    try v("slotBond", &slotBond)
    try v("bidBond", &bidBond)
    try v("free", &free)
    try v("tied", &tied)
    try v("withdrawn", &withdrawn)
  }
}
