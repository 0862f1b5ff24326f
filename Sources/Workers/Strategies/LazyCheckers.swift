// How a checker does its work: honestly, with a root out of the air, or not at all.

public import Primitives

/// What a checker does when it is called.
public enum CheckerConduct: Hashable, Sendable {
  case honest
  /// `lazy.junk`: runs nothing and seals a random root.
  case junk(seed: Bytes32)
  /// `silent.auditor`: says nothing.
  case silent

  /// The root that it seals, where it does not work for it.
  func root(for run: Bytes32) -> Bytes32? {
    guard case .junk(let seed) = self else { return nil }
    return HMAC.sha256(key: seed, message: run.bytes)
  }
}
