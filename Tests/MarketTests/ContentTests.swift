// Contents: cut, committed to, encrypted, opened, and named by who stores them.

import Primitives
import Testing

@testable import Market

@Suite("Contents")
struct ContentTests {
  static let key = SHA256.hash([1])
  static let salt = ContentSalt(contentKey: key)
  /// Nothing, one byte, around one chunk, around one vertex, and beyond two levels.
  static let sizes = [0, 1, 1_023, 1_024, 1_025, 16_384, 16_385, 17 * 16 * 1_024 + 5]

  static func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 1_024) }
  }

  private static func content(_ chunks: ContentChunks) -> Content {
    Content(chunks, custody: Custody())
  }

  @Test("what was cut opens again, in boxes of the size that was promised")
  func roundTrip() throws {
    for size in Self.sizes {
      let bytes = Self.bytes(size)
      let input = try ContentChunks(input: bytes, key: Self.key)
      let output = try ContentChunks(output: bytes, salt: Self.salt, key: SHA256.hash([2]))
      #expect(input.root != output.root)
      #expect(input.root == ContentChunks.root(of: bytes, as: .input, salt: Self.salt))
      #expect(output.root == ContentChunks.root(of: bytes, as: .output, salt: Self.salt))
      for (chunks, side, key) in [
        (input, ContentSide.input, Self.key), (output, .output, SHA256.hash([2])),
      ] {
        let content = Self.content(chunks)
        let count = UInt64(max(1, (size + 1_023) / 1_024))
        #expect(content.chunks == count)
        #expect(content.size == UInt64(size) + 64 * count)
        #expect(content.plainBytes == UInt64(size))
        #expect(ContentChunks.isBlobSize(content.size))
        #expect(
          try ContentChunks.open(chunks.blob, of: content, as: side, key: key) == .bytes(bytes))
      }
    }
  }

  @Test("equal outputs of one input have equal roots, whoever encrypted them; others have none")
  func comparing() throws {
    let bytes = Self.bytes(3_000)
    func output(_ bytes: [UInt8], _ salt: ContentSalt, _ key: UInt8) throws -> Bytes32 {
      try ContentChunks(output: bytes, salt: salt, key: SHA256.hash([key])).root
    }
    let root = try output(bytes, Self.salt, 2)
    #expect(try output(bytes, Self.salt, 3) == root)
    #expect(try output(bytes + [0], Self.salt, 2) != root)
    #expect(try output(bytes, ContentSalt(contentKey: SHA256.hash([9])), 2) != root)
  }

  @Test("the bytes do not show in the blob, and no two boxes hide them alike")
  func hidden() throws {
    let chunks = try ContentChunks(
      input: [UInt8](repeating: 7, count: 4_096), key: Self.key)
    let boxes = ContentChunks.boxes(of: chunks.blob)
    #expect(Set(boxes).count == 4)
    #expect(Set(boxes.map { Array($0.dropFirst(64)) }).count == 4)
    #expect(!boxes.contains { $0.dropFirst(64).allSatisfy { $0 == 7 } })
  }

  @Test("a blob is named alike in one piece, byte by byte and in odd pieces")
  func streaming() throws {
    for size in Self.sizes {
      let chunks = try ContentChunks(input: Self.bytes(size), key: Self.key)
      for step in [1_088, 1_087, 7, 40_000] {
        var roots = BlobRoots()
        for start in stride(from: 0, to: chunks.blob.count, by: step) {
          roots.update(chunks.blob[start..<min(start + step, chunks.blob.count)])
        }
        #expect(roots.blob == chunks.blobRoot)
        #expect(roots.content == chunks.root)
      }
    }
  }

  @Test("a tree that grows has the root of one that is whole, at every count")
  func growing() {
    var tree = GrowingTree()
    var leaves: [Bytes32] = []
    #expect(tree.root == WideTree.root(of: []))
    for count in 1...600 {
      let leaf = SHA256.hash(bigEndianBytes(UInt64(count)))
      tree.append(leaf)
      leaves.append(leaf)
      #expect(tree.root == WideTree.root(of: leaves))
    }
  }

  @Test("a byte changed anywhere is a lie of that box; other bytes than signed for are foreign")
  func lies() throws {
    let chunks = try ContentChunks(input: Self.bytes(20_000), key: Self.key)
    for place in stride(from: 0, to: chunks.blob.count, by: 997) {
      var blob = chunks.blob
      blob[place] ^= 0x40
      #expect(
        try ContentChunks.open(blob, of: Self.content(chunks), as: .input, key: Self.key)
          == .foreign)
      let roots = BlobRoots(of: blob)
      var content = Self.content(chunks)
      content.root = roots.content
      content.blob = roots.blob
      guard
        case .lie(let shown) = try ContentChunks.open(
          blob, of: content, as: .input, key: Self.key)
      else {
        Issue.record("the change at \(place) was not noticed")
        continue
      }
      #expect(shown.index == UInt64(place / ContentChunks.boxBytes))
      #expect(
        WideTree.verify(
          leaf: ContentChunks.boxLeaf(shown.box), at: shown.index, of: content.chunks,
          path: shown.path, root: content.blob))
    }
    for cut in [0, 1, 63, 64, 1_088, chunks.blob.count - 1] {
      #expect(
        try ContentChunks.open(
          Array(chunks.blob.prefix(cut)), of: Self.content(chunks), as: .input, key: Self.key)
          == .foreign)
    }
  }

  @Test("the last box of the largest blob is shown in far less than a message may hold")
  func smallProof() {
    let count = ContentChunks.count(ofBlob: Content.largest)
    let vertices = WideTree.depth(of: count)
    #expect(vertices <= 4)
    #expect(ContentChunks.boxBytes + vertices * (16 * 34 + 8) < 4_096)
  }
}
