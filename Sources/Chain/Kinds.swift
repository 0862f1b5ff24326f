// Every kind of work that this network knows: the switch from a name to its rules.

import Inference
public import Market
public import Primitives

/// All works. A new kind is a target of its own and a line in each switch here.
public struct Kinds: Works {
  public enum Kind: CaseIterable, Sendable {
    case inference

    public var name: String { type.name }

    var type: any Work.Type {
      switch self {
      case .inference: InferenceWork.self
      }
    }
  }

  public init() {}

  public func admit(
    _ spec: [UInt8], of work: String, under check: CheckTerms
  ) throws(Refusal) {
    guard let kind = Kind.allCases.first(where: { $0.name == work }) else { throw .unknownWork }
    try kind.type.admit(spec, under: check)
  }
}
