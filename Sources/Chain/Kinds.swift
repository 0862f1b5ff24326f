// Every kind of work that this network knows: the switch from a name to its rules.

public import Inference
public import Kernel
import Labels
public import Market
public import Primitives
import Tasks

/// All works with the rows they keep. A new kind is a target of its own and a line in each switch
/// here.
public struct Kinds: ~Copyable, Works {
  public enum Kind: CaseIterable, Sendable {
    case inference
    case labels
    case tasks

    public var name: String {
      switch self {
      case .inference: InferenceWork.name
      case .labels: LabelsWork.name
      case .tasks: TasksWork.name
      }
    }
  }

  public internal(set) var inference = InferenceTables()

  public init() {}

  private func kind(_ work: String) throws(Refusal) -> Kind {
    guard let kind = Kind.allCases.first(where: { $0.name == work }) else { throw .unknownWork }
    return kind
  }

  public func admit(
    _ spec: [UInt8], of work: String, under check: CheckTerms
  ) throws(Refusal) {
    switch try kind(work) {
    case .inference: try InferenceWork.admit(spec, under: check, inference)
    case .labels: try LabelsWork.admit(spec, under: check)
    case .tasks: try TasksWork.admit(spec, under: check)
    }
  }

  public func admit(
    inputBytes: UInt64, for spec: [UInt8], of work: String
  ) throws(Refusal) {
    switch try kind(work) {
    case .inference: try InferenceWork.admit(inputBytes: inputBytes, for: spec, inference)
    case .labels: try LabelsWork.admit(inputBytes: inputBytes)
    case .tasks: try TasksWork.admit(inputBytes: inputBytes)
    }
  }

  // Labels and tasks have no steps, and admit no check that asks for them.

  public func tensors(_ spec: [UInt8], of work: String) throws(Refusal) -> UInt64 {
    switch try kind(work) {
    case .inference: try InferenceWork.tensors(spec, inference)
    case .labels, .tasks: throw .unknownWork
    }
  }

  public func fan(
    at picks: [UInt8], _ spec: [UInt8], of work: String
  ) throws(Refusal) -> Fan {
    switch try kind(work) {
    case .inference: try InferenceWork.fan(at: picks, spec, inference)
    case .labels, .tasks: throw .unknownWork
    }
  }

  public func verify(
    _ claim: ProofClaim, proof: [UInt8], of work: String
  ) throws(Refusal) -> ProofFinding {
    switch try kind(work) {
    case .inference: try InferenceWork.verify(claim, proof: proof, inference)
    case .labels, .tasks: throw .unknownWork
    }
  }

  public func isAbout(
    _ input: [UInt8], salt: ContentSalt, boundBy binding: [UInt8], of work: String
  ) throws(Refusal) -> Bool {
    switch try kind(work) {
    case .inference: try InferenceWork.isAbout(input, salt: salt, boundBy: binding)
    case .labels, .tasks: throw .unknownWork
    }
  }

  public func redo(
    _ claim: StepClaim, opening: [UInt8], of work: String
  ) throws(Refusal) -> Bool {
    switch try kind(work) {
    case .inference: try InferenceWork.redo(claim, opening: opening)
    case .labels, .tasks: throw .unknownWork
    }
  }

  public func admit(answer: [UInt8], to spec: [UInt8], of work: String) throws(Refusal) {
    switch try kind(work) {
    case .inference, .tasks: throw .noJury
    case .labels: try LabelsWork.admit(answer: answer, to: spec)
    }
  }

  public func admit(
    _ gold: GoldOpening, to spec: [UInt8], of work: String
  ) throws(Refusal) {
    switch try kind(work) {
    case .inference: throw .noJury
    case .labels: try LabelsWork.admit(gold, to: spec)
    case .tasks: try TasksWork.admit(gold, to: spec)
    }
  }

  public func parts(
    of answer: [UInt8], to spec: [UInt8], of work: String
  ) throws(Refusal) -> [Bytes32] {
    switch try kind(work) {
    case .inference, .labels: throw .noJury
    case .tasks: try TasksWork.parts(of: answer, to: spec)
    }
  }

  public func judge(_ hearing: Hearing, of work: String) throws(Refusal) -> [SeatScore] {
    switch try kind(work) {
    case .inference, .tasks: throw .noJury
    case .labels: try LabelsWork.judge(hearing)
    }
  }
}

extension Kinds: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&inference)
  }
}
