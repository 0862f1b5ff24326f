// Why a client has no answer: the node said no, or there was no node to say anything.

/// The two ways in which a request fails, which programs must not confuse.
public enum ClientError: Error, Hashable, Sendable {
  /// The node answered that it will not do it.
  case refused(Problem)
  /// No answer came. Whether the request arrived is not known: ask by id.
  case unreachable(String)
  /// Something answered that is no node of ours.
  case garbled(String)
}

extension ClientError {
  public var problem: Problem? {
    guard case .refused(let problem) = self else { return nil }
    return problem
  }

  /// Stable and camel-cased.
  public var code: String {
    switch self {
    case .refused(let problem): problem.code
    case .unreachable: "unreachable"
    case .garbled: "garbled"
    }
  }

  /// Whether the same request may succeed later.
  public var isTemporary: Bool {
    switch self {
    case .refused(let problem): problem.isTemporary
    case .unreachable: true
    case .garbled: false
    }
  }

  /// Lower case, without a final stop.
  public var message: String {
    switch self {
    case .refused(let problem): problem.message
    case .unreachable(let why): "the node cannot be reached: \(why)"
    case .garbled(let why): "the answer is not a node's: \(why)"
    }
  }
}
