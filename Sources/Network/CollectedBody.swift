// The bytes of a response that is not sent yet, for tags that follow from them.

import Hummingbird
import NIOCore
import Synchronization

/// Takes a body in instead of a connection.
private final class BodySink: Sendable {
  let bytes = Mutex<[UInt8]>([])
}

private struct SinkWriter: ResponseBodyWriter {
  let sink: BodySink

  mutating func write(_ buffer: ByteBuffer) async throws {
    sink.bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) }
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension Response {
  /// The whole body; only for bodies that end.
  func collected() async throws -> [UInt8] {
    let sink = BodySink()
    try await body.write(SinkWriter(sink: sink))
    return sink.bytes.withLock { $0 }
  }
}
