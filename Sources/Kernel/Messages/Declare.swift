// Says that an account is an operator's. Both of them say it before it counts.

public import Primitives

/// The member names its operator; then the operator confirms the member.
public struct Declare: MessageContent {
  public static let typeName = "Declare"
  public static let kind: UInt8 = 2
  public var head = Head()
  public var `operator` = Address.zero
  /// Whose operator it is; zero stands for the sender.
  public var member = Address.zero
  /// Takes the sender's own side back.
  public var isWithdrawn = false

  public init() {}

  public init(
    _ head: Head, operator: Address, member: Address = .zero, isWithdrawn: Bool = false
  ) {
    self.head = head
    self.operator = `operator`
    self.member = member
    self.isWithdrawn = isWithdrawn
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("operator", &`operator`)
    try v("member", &member)
    try v("isWithdrawn", &isWithdrawn)
  }
}

extension KernelTables {
  public mutating func apply(_ m: Declare, as id: Bytes32) throws(Refusal) {
    let from = m.head.from
    let member = m.member == .zero ? from : m.member
    if member == from {
      try accounts.declare(from, operator: m.isWithdrawn ? .zero : m.operator)
    } else {
      guard m.operator == from else { throw .notConcerned }
      try accounts.confirm(member, by: from, isMember: !m.isWithdrawn)
    }
    emit(Event("operatorDeclared", subject: member.padded, parties: [member, m.operator]))
  }
}

extension Refusal {
  /// The sender is neither side of what the message says.
  public static var notConcerned: Refusal { Refusal("notConcerned") }
}
