// Every kind of work that this network knows: the switch from a name to its rules.

public import Inference
public import Kernel
import Labels
public import Market
public import Primitives
import Tasks

/// All works with the rows they keep. A new kind is a target of its own and two lines in `Kind`;
/// one that keeps rows has a table here, and a case in `Rules`.
public struct Kinds: ~Copyable, Works {
  public enum Kind: CaseIterable, Sendable {
    case inference
    case labels
    case tasks

    fileprivate var rules: Rules {
      switch self {
      case .inference: .inference
      case .labels: .plain(LabelsWork.self)
      case .tasks: .plain(TasksWork.self)
      }
    }

    public var name: String {
      switch rules {
      case .inference: InferenceWork.name
      case .plain(let own): own.name
      }
    }
  }

  fileprivate enum Rules {
    case inference
    /// Keeps no rows.
    case plain(any PlainWork.Type)
  }

  public internal(set) var inference = InferenceTables()

  public init() {}

  private func rules(_ work: String) throws(Refusal) -> Rules {
    guard let kind = Kind.allCases.first(where: { $0.name == work }) else { throw .unknownWork }
    return kind.rules
  }

  public func admit(
    _ spec: [UInt8], of work: String, under check: CheckTerms
  ) throws(Refusal) {
    switch try rules(work) {
    case .inference: try InferenceWork.admit(spec, under: check, inference)
    case .plain(let own): try own.admit(spec, under: check)
    }
  }

  public func admit(
    inputBytes: UInt64, for spec: [UInt8], of work: String
  ) throws(Refusal) {
    switch try rules(work) {
    case .inference: try InferenceWork.admit(inputBytes: inputBytes, for: spec, inference)
    case .plain(let own): try own.admit(inputBytes: inputBytes, for: spec)
    }
  }

  public func tensors(_ spec: [UInt8], of work: String) throws(Refusal) -> UInt64 {
    switch try rules(work) {
    case .inference: try InferenceWork.tensors(spec, inference)
    case .plain(let own): try own.tensors(spec)
    }
  }

  public func fan(
    at picks: [UInt8], _ spec: [UInt8], of work: String
  ) throws(Refusal) -> Fan {
    switch try rules(work) {
    case .inference: try InferenceWork.fan(at: picks, spec, inference)
    case .plain(let own): try own.fan(at: picks, spec)
    }
  }

  public func verify(
    _ claim: ProofClaim, proof: [UInt8], of work: String
  ) throws(Refusal) -> ProofFinding {
    switch try rules(work) {
    case .inference: try InferenceWork.verify(claim, proof: proof, inference)
    case .plain(let own): try own.verify(claim, proof: proof)
    }
  }

  public func isAbout(
    _ input: [UInt8], salt: ContentSalt, boundBy binding: [UInt8], of work: String
  ) throws(Refusal) -> Bool {
    switch try rules(work) {
    case .inference: try InferenceWork.isAbout(input, salt: salt, boundBy: binding)
    case .plain(let own): try own.isAbout(input, salt: salt, boundBy: binding)
    }
  }

  public func redo(
    _ claim: StepClaim, opening: [UInt8], of work: String
  ) throws(Refusal) -> Bool {
    switch try rules(work) {
    case .inference: try InferenceWork.redo(claim, opening: opening)
    case .plain(let own): try own.redo(claim, opening: opening)
    }
  }

  public func admit(answer: [UInt8], to spec: [UInt8], of work: String) throws(Refusal) {
    switch try rules(work) {
    case .inference: throw .noJury
    case .plain(let own): try own.admit(answer: answer, to: spec)
    }
  }

  public func admit(
    _ gold: GoldOpening, to spec: [UInt8], of work: String
  ) throws(Refusal) {
    switch try rules(work) {
    case .inference: throw .noJury
    case .plain(let own): try own.admit(gold, to: spec)
    }
  }

  public func parts(
    of answer: [UInt8], to spec: [UInt8], of work: String
  ) throws(Refusal) -> [Bytes32] {
    switch try rules(work) {
    case .inference: throw .noJury
    case .plain(let own): try own.parts(of: answer, to: spec)
    }
  }

  public func judge(_ hearing: Hearing, of work: String) throws(Refusal) -> [SeatScore] {
    switch try rules(work) {
    case .inference: throw .noJury
    case .plain(let own): try own.judge(hearing)
    }
  }
}

extension Kinds: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&inference)
  }
}
