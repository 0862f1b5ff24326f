// The tree of sixteen: its shape, its paths, and what a path cannot be bent into.

import Primitives
import Testing

@Suite struct WideTreeTests {
  private func leaves(_ count: Int) -> [Bytes32] {
    (0..<count).map { SHA256.hash([UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)]) }
  }

  @Test func oneLeafIsItsOwnRoot() {
    let one = leaves(1)
    #expect(WideTree.root(of: one) == one[0])
    #expect(WideTree.path(to: 0, in: one) == [])
    #expect(WideTree.verify(leaf: one[0], at: 0, of: 1, path: [], root: one[0]))
  }

  @Test func shapeFollowsFromTheCount() {
    let all = leaves(17)
    let root = WideTree.vertex([WideTree.vertex(all[..<16]), WideTree.vertex(all[16...])])
    #expect(WideTree.root(of: all) == root)
    #expect([0, 1, 2, 16, 17, 256, 257].map { WideTree.depth(of: $0) } == [0, 0, 1, 1, 2, 2, 3])
  }

  @Test(arguments: [1, 2, 15, 16, 17, 31, 33, 255, 256, 257, 300])
  func everyPathLeadsToTheRoot(count: Int) throws {
    let all = leaves(count)
    let root = WideTree.root(of: all)
    for index in stride(from: 0, to: count, by: max(1, count / 23)) {
      let path = try #require(WideTree.path(to: index, in: all))
      #expect(path.count == WideTree.depth(of: UInt64(count)))
      let (at, of) = (UInt64(index), UInt64(count))
      #expect(WideTree.verify(leaf: all[index], at: at, of: of, path: path, root: root))
      #expect(!WideTree.verify(leaf: all[index], at: at + 1, of: of, path: path, root: root))
      let other = SHA256.hash([9])
      #expect(!WideTree.verify(leaf: other, at: at, of: of, path: path, root: root))
    }
    #expect(WideTree.path(to: count, in: all) == nil)
  }

  @Test func aVertexIsNoLeafAndALongPathIsNone() throws {
    let all = leaves(17)
    let root = WideTree.root(of: all)
    let path = try #require(WideTree.path(to: 16, in: all))
    let upper = WideTree.vertex(all[16...])
    #expect(!WideTree.verify(leaf: upper, at: 1, of: 2, path: path, root: root))
    #expect(!WideTree.verify(leaf: upper, at: 16, of: 17, path: [path[0]], root: root))
    let doubled = path + [Vertex([all[16]])]
    #expect(!WideTree.verify(leaf: all[16], at: 16, of: 17, path: doubled, root: root))
  }
}

@Suite struct ContentSaltTests {
  @Test func noTwoPlacesShareABinding() {
    let salt = ContentSalt(contentKey: SHA256.hash([1]))
    let places: [ChunkPlace] = [
      .input(0), .input(1), .output(0), .output(1), .tile(tensor: 0, 0), .tile(tensor: 1, 0),
      .tile(tensor: 0, 1), .sums(tensor: 0, tile: 0, block: 0),
      .sums(tensor: 0, tile: 0, block: 1), .sums(tensor: 1, tile: 0, block: 0),
    ]
    #expect(Set(places.map { salt.binding($0) }).count == places.count)
  }

  @Test func theSaltProvesItselfAndHidesTheKey() {
    let key = SHA256.hash([7])
    let salt = ContentSalt(contentKey: key)
    #expect(ContentSalt(value: salt.value).keyHash == ContentSalt.keyHash(of: key))
    #expect(ContentSalt(value: key).keyHash != ContentSalt.keyHash(of: key))
    #expect(ContentSalt(contentKey: salt.value).value != salt.value)
  }

  @Test func aKeyThatServesManyMessagesIsTheSameMAC() {
    let key = HMAC.Key([1, 2, 3])
    for length in [0, 1, 55, 64, 100] {
      let message = [UInt8](repeating: 5, count: length)
      #expect(key.authenticate(message) == HMAC.sha256(key: [1, 2, 3], message: message))
    }
  }
}
