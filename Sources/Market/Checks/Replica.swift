// Answers by commit and reveal: what every check shares whose seats must not see each other's.

public import Primitives

/// How far a seat's answer has come.
public enum ReplicaState: UInt8, ByteChoice {
  case waiting = 0
  case sealed = 1
  case opened = 2
}

/// One seat's answer, sealed first and opened when all have sealed.
public struct Replica: Fielded, Hashable {
  public static let typeName = "Replica"
  public var state = ReplicaState.waiting
  public var seal = Bytes32()
  public var answer = SeatVerdict()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("state", &state)
    try v("seal", &seal)
    try v("answer", &answer)
  }
}

/// The seats of one run, in their order. A seal is bound to run and seat, so that a stranger's
/// answer cannot be copied; nobody opens while another may still seal.
extension [Replica] {
  static func waiting(for seats: [Address]) -> [Replica] {
    seats.map {
      var replica = Replica()
      replica.answer.provider = $0
      return replica
    }
  }

  /// Takes a seal; true when it was the last that was missing.
  mutating func seal(_ seal: Bytes32, by seat: Int) throws(Refusal) -> Bool {
    if self[seat].state != .waiting { throw .alreadyAnswered }
    self[seat].state = .sealed
    self[seat].seal = seal
    return !contains { $0.state == .waiting }
  }

  /// Whether some seal is still shut.
  var areSealed: Bool { contains { $0.state == .sealed } }

  /// Refuses what is not the answer that the seat has sealed.
  func requireSealed(
    _ output: Bytes32, _ units: UInt64, _ salt: Bytes32, by seat: Int, in t: Trial
  ) throws(Refusal) {
    guard self[seat].state == .sealed else { throw .notYourMove }
    let sealed = Evidence.seal(
      run: t.run, seat: t.seats[seat], output: output, units: units, salt: salt)
    guard sealed == self[seat].seal else { throw .sealDiffers }
  }

  mutating func open(_ seat: Int, _ output: Bytes32, _ units: UInt64, _ id: EvidenceID) {
    self[seat].state = .opened
    self[seat].answer.units = units
    self[seat].answer.output = output
    self[seat].answer.evidence = id
  }

  /// What each seat has shown so far.
  var views: [SeatView] {
    map { replica in
      switch replica.state {
      case .waiting: .nothing
      case .sealed: .sealed(replica.seal)
      case .opened: .shown(replica.answer)
      }
    }
  }
}
