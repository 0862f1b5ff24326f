// Parts of level `private` beside what they stand for: random streams, forms of bits, opened trees.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct HidingPartsTests {
  /// Many at once are those one by one, wherever the last ones ended.
  @Test func aStreamIsOneStream() {
    let secret = SHA256.hash(Array("a stream".utf8))
    var single = SecretStream(secret, "test")
    let words = (0..<6_000).map { _ in single.word() }
    var many = SecretStream(secret, "test")
    var got: [UInt64] = []
    for count in [1, 2, 16, 17, 0, 5, 64, 1_030, 3, 2_050, 255, 1_024] {
      got += many.words(count)
      if count == 5 { got.append(many.word()) }
    }
    #expect(got.count == 4_468)
    #expect(got[...] == words[..<4_468])
    var (left, right) = (SecretStream(secret, "test"), SecretStream(secret, "test"))
    #expect(left.elements(700) == (0..<700).map { _ in right.element() })
    var (blocks, block) = (SecretStream(secret, "salts"), SecretStream(secret, "salts"))
    #expect(blocks.blocks(600) == (0..<600).map { _ in block.block() })
  }

  /// What the verifier works out at a point is the polynomial that the prover lays out.
  @Test func bitsAtAPointAreThoseLaidOut() throws {
    var transcript = Transcript("bits")
    let shape = try PrivateLiar().shape
    let space = try #require(shape.counts)
    for _ in 0..<4 {
      let form = CountBitsForm(
        powers: CountPowers(bytes: space, at: transcript.challenge()),
        check: transcript.challenges(shape.bitBits), checkScale: transcript.challenge(),
        tree: transcript.challenges(shape.bitBits),
        treeScale: transcript.challenge(), sumScale: transcript.challenge())
      let point = transcript.challenges(shape.bitBits)
      #expect(form.value(at: point) == Multilinear(form.vector().elements).value(at: point))
    }
  }

  /// Columns that are opened lead to the root of the whole tree, whichever they are, and no other
  /// path does.
  @Test func openedColumnsLeadToTheRoot() throws {
    var draw = Draw(seed: 21)
    for (rows, isSalted) in [(1, false), (7, true), (30, false)] {
      let salts = isSalted ? (0..<64).map { SHA256.hash([UInt8($0)]) } : []
      let matrix = try EncodedMatrix(rows: rows, columnBits: 4, rateBits: 2, salts: salts) {
        row, entries in
        for column in 0..<16 { entries[column] = UInt64(row * 100 + column) }
      }
      for count in [1, 2, 5, 31, 63, 64] {
        var all = Array(0..<64)
        for place in all.indices { all.swapAt(place, draw.below(64)) }
        let places = all[..<count].sorted()
        func leaves(_ letters: [UInt8]) -> [(place: Int, leaf: Bytes32)] {
          ColumnTree.leaves(
            places, rows: rows, letters, salts: isSalted ? places.map { salts[$0] } : [])
        }
        let path = matrix.tree.path(from: places)
        let letters = matrix.letters(places)
        let found = try ColumnTree.root(of: leaves(letters), count: 64, path: path)
        #expect(found == matrix.root)
        var changed = letters
        changed[draw.below(changed.count)] ^= 1
        #expect(try ColumnTree.root(of: leaves(changed), count: 64, path: path) != matrix.root)
        #expect(throws: Refusal.self) {
          try ColumnTree.root(of: leaves(letters), count: 64, path: path + [.zero])
        }
        guard !path.isEmpty else { continue }
        #expect(throws: Refusal.self) {
          try ColumnTree.root(of: leaves(letters), count: 64, path: Array(path.dropLast()))
        }
      }
    }
  }

  /// A leaf is, byte by byte, what the page on proofs says: with its tag, place and length.
  @Test func aLeafIsTheOneOfThePage() {
    func number(_ value: UInt64) -> [UInt8] {
      withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
    let letters = [UInt8](0..<48)
    let salts = [SHA256.hash([1]), SHA256.hash([2])]
    for (tag, salts) in [("tolsey/column/1", []), ("tolsey/column/2", salts)] {
      let found = ColumnTree.leaves([3, 70_000], rows: 3, letters, salts: salts)
      for (index, place) in [UInt64(3), 70_000].enumerated() {
        let own = letters[(24 * index)..<(24 * index + 24)]
        let bytes = [0] + Array(tag.utf8) + number(place) + number(3) + own
        #expect(
          found[index].leaf == SHA256.hash(bytes + (salts.isEmpty ? [] : salts[index].bytes)))
      }
    }
    let (left, right) = (salts[0], salts[1])
    #expect(SHA256.hash(tag: 1, left, right) == SHA256.hash([1] + left.bytes + right.bytes))
  }

  /// Forgery of the review: eight letters that are two hashes make another leaf than the hashes
  /// make a node, and a column of another length or place another leaf.
  @Test func aNodeIsNoLeaf() {
    let (left, right) = (SHA256.hash([1]), SHA256.hash([2]))
    let node = SHA256.hash(tag: 1, left, right)
    let letters = left.bytes + right.bytes
    let leaves = ColumnTree.leaves([0], rows: 8, letters, salts: [])
    #expect(leaves[0].leaf != node)
    #expect(leaves[0].leaf != SHA256.hash(letters))
    #expect(leaves[0].leaf != ColumnTree.leaves([1], rows: 8, letters, salts: [])[0].leaf)
    let longer = ColumnTree.leaves([0], rows: 12, letters + left.bytes, salts: [])[0].leaf
    #expect(longer != ColumnTree.leaves([0], rows: 8, letters, salts: [left])[0].leaf)
  }
}
