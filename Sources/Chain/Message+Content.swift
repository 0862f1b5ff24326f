// From a content to the message that carries it, for those who build messages kind by kind.

public import Kernel
public import Primitives

extension Message {
  /// The message with that content; a content of no known kind is refused by its number.
  public init(_ content: any MessageContent) throws(Refusal) {
    let number = type(of: content).kind
    guard let kind = MessageKind(rawValue: number) else {
      throw .unknownMessage(kind: number)
    }
    self = try kind.read(GivenContent(content: content))
  }
}

/// Reads the content that it was given, so that the switch over kinds stands once.
private struct GivenContent: MessageReader {
  let content: any MessageContent

  func read<M: MessageContent>(_ type: M.Type) throws(Refusal) -> M {
    guard let given = content as? M else { throw .unknownMessage(kind: M.kind) }
    return given
  }
}
