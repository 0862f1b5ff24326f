// Frames of server-sent events: written, cut into pieces, read again.

import NetworkRoom
import Primitives
import Testing

@Suite struct EventFrameTests {
  let frames = [
    EventFrame(id: "7.2", data: "{\"a\":1}"), EventFrame(id: "8", data: "two\nlines"),
    EventFrame(id: "9"),
  ]

  @Test(arguments: [1, 2, 3, 7, 1000]) func whatIsWrittenIsReadInAnyPieces(size: Int) throws {
    let text = EventFrame.comment("hello") + frames.map(\.text).joined(separator: ": beat\n")
    let bytes = Array(text.utf8)
    var reader = EventFrameReader()
    var found: [EventFrame] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      found += try reader.read(bytes[start..<min(start + size, bytes.count)])
    }
    #expect(found == frames)
  }

  @Test func otherLineEndsAreRead() throws {
    var reader = EventFrameReader()
    let found = try reader.read(Array("id:1\r\ndata:x\r\n\r\nid: 2\rdata: y\r\r".utf8))
    #expect(found == [EventFrame(id: "1", data: "x"), EventFrame(id: "2", data: "y")])
  }

  @Test func aFrameWithoutEndIsNotKeptForEver() {
    var reader = EventFrameReader()
    #expect(throws: Problem.self) {
      let line = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
      for _ in 0..<8 { _ = try reader.read(line) }
    }
  }

  @Test func cursorsSortByHeightThenEvent() throws {
    let texts = ["0.0", "0", "6", "7.0", "7.1", "7", "8.0"]
    let cursors = try texts.map { try #require(FeedCursor($0)) }
    #expect(cursors.sorted() == cursors)
    #expect(cursors.map(\.description) == texts)
    #expect(cursors[3].isBefore(height: 7, index: 1))
    #expect(!cursors[4].isBefore(height: 7, index: 1))
    #expect(!cursors[5].isBefore(height: 7, index: 9))
    for bad in ["", "x", "1.", ".1", "1.2.3", "-1"] { #expect(FeedCursor(bad) == nil) }
  }
}
