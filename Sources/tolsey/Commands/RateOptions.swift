// How much one address may ask of a node that is started here.

import ArgumentParser
import NetworkRoom

/// Limits of `tolsey up`. It listens on this machine only, so whoever asks comes from this machine,
/// which goes free as long as nobody names a limit.
struct RateOptions: ParsableArguments {
  @Option(help: "Requests a second of one address, ten times as many at once; 0 for no limit.")
  var requests: UInt64?
  @Option(help: "Bytes a second that one address may send, 32 times as many at once; 0 for none.")
  var bytes: UInt64?
  @Option(help: "Connections that one address may hold open; 0 for no limit.")
  var connections: Int?

  func validate() throws {
    guard (requests ?? 0) <= 1_000_000, (0...4_096).contains(connections ?? 0),
      (bytes ?? 0) <= 1 << 40
    else {
      throw ValidationError(
        "at most 1000000 requests, \(UInt64(1) << 40) bytes and 4096 connections can be asked for")
    }
  }

  /// The usual ones, with those that were named in their place. Naming one limits programs of this
  /// machine, too: there are no others.
  var limits: RequestLimits {
    var limits = RequestLimits.standard
    limits.limitsLocal = requests != nil || bytes != nil || connections != nil
    if let requests {
      limits.requests = .init(perSecond: requests, atOnce: requests * 10)
    }
    if let bytes { limits.bytes = .init(perSecond: bytes, atOnce: bytes * 32) }
    if let connections { limits.connections = connections }
    return limits
  }
}
