// Keeps what cannot be copied where it lies.

/// Held by a great struct, so that it is handed on by its address.
///
/// Of a struct whose parts it knows the compiler makes a copy, bit by bit, for each call that only
/// reads it, even where it cannot be copied in Swift; a room was 2,400 bytes, and that took a tenth
/// of the rules' time. What might hold anything it must leave in its place. This holds nothing.
public struct Pin: Sendable {
  let nothing: (any Sendable)? = nil

  public init() {}
}
