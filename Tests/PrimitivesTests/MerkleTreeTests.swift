// Merkle trees: their definition, every proof of small trees, and proofs that lie.

import Primitives
import Testing

@Suite struct MerkleTreeTests {
  private func leaves(_ count: Int) -> [Bytes32] {
    (0..<count).map { MerkleTree.leaf([UInt8($0 & 0xff), UInt8($0 >> 8)]) }
  }

  /// RFC 6962, 2.1, word for word.
  private func definition(_ leaves: ArraySlice<Bytes32>) -> Bytes32 {
    guard let first = leaves.first else { return SHA256.hash([]) }
    if leaves.count == 1 { return first }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    let middle = leaves.startIndex + split
    return SHA256.hash(
      [1] + definition(leaves[..<middle]).bytes + definition(leaves[middle...]).bytes)
  }

  @Test func equalsItsDefinition() {
    for count in Array(0...70) + [127, 128, 129, 1_000] {
      let leaves = leaves(count)
      let wanted = definition(leaves[...])
      #expect(MerkleTree(leaves: leaves).root == wanted)
      #expect(MerkleTree.root(of: leaves) == wanted)
    }
    #expect(MerkleTree.emptyRoot == SHA256.hash([]))
  }

  /// The roots that Certificate Transparency's test suite has for its eight entries.
  @Test func agreesWithCertificateTransparency() throws {
    let entries: [[UInt8]] = [
      [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
      Array(0x50...0x57), Array(0x60...0x6f),
    ]
    let leaves = entries.map { MerkleTree.leaf($0) }
    #expect(
      MerkleTree.root(of: Array(leaves.prefix(1))).description
        == "0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    #expect(
      MerkleTree.root(of: Array(leaves.prefix(2))).description
        == "0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")
    #expect(
      MerkleTree.root(of: leaves).description
        == "0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
  }

  @Test func everyLeafOpens() throws {
    for count in 1...40 {
      let leaves = leaves(count)
      let tree = MerkleTree(leaves: leaves)
      #expect(tree.count == count)
      for index in 0..<count {
        let path = try #require(tree.proof(at: index))
        #expect(
          MerkleTree.verify(
            leaf: leaves[index], at: UInt64(index), of: UInt64(count), path: path, root: tree.root))
      }
      #expect(tree.proof(at: count) == nil)
      #expect(tree.proof(at: -1) == nil)
    }
    #expect(MerkleTree(leaves: []).proof(at: 0) == nil)
  }

  @Test func aProofFitsOnePlaceOnly() throws {
    for count in 1...20 {
      let leaves = leaves(count)
      let tree = MerkleTree(leaves: leaves)
      for index in 0..<count {
        let path = try #require(tree.proof(at: index))
        func opens(_ leaf: Bytes32, _ at: Int, _ of: Int, _ path: [Bytes32]) -> Bool {
          MerkleTree.verify(
            leaf: leaf, at: UInt64(at), of: UInt64(of), path: path, root: tree.root)
        }
        for other in 0..<count + 2 where other != index {
          #expect(!opens(leaves[index], other, count, path))
          if other < count { #expect(!opens(leaves[other], index, count, path)) }
        }
        #expect(!opens(leaves[index], index, count, path + [.zero]))
        if !path.isEmpty {
          #expect(!opens(leaves[index], index, count, Array(path.dropLast())))
          #expect(!opens(leaves[index], index, count, Array(path.dropFirst())))
          var changed = path
          changed[0] = tree.root
          #expect(!opens(leaves[index], index, count, changed))
        }
      }
    }
  }

  /// A count is bound as far as it changes the path: it cannot make the place lie outside.
  @Test func refusesPlacesOutside() throws {
    let leaves = leaves(5)
    let tree = MerkleTree(leaves: leaves)
    let path = try #require(tree.proof(at: 4))
    #expect(path.count == 1)
    for count in [UInt64(0), 1, 2, 3, 4, 6, 7, 8, 9, .max] {
      #expect(!MerkleTree.verify(leaf: leaves[4], at: 4, of: count, path: path, root: tree.root))
    }
    let huge = [Bytes32](repeating: .zero, count: 100)
    #expect(MerkleTree.root(from: leaves[0], at: .max, of: .max, path: huge) == nil)
    #expect(MerkleTree.root(from: leaves[0], at: .max - 1, of: .max, path: huge) == nil)
    #expect(MerkleTree.root(from: leaves[0], at: 0, of: 0, path: []) == nil)
  }

  @Test func nodesAreNoLeaves() {
    let leaves = leaves(2)
    let inner = leaves[0].bytes + leaves[1].bytes
    #expect(MerkleTree.leaf(inner) != MerkleTree.root(of: leaves))
    #expect(MerkleTree.leaf([1] + inner) != MerkleTree.root(of: leaves))
  }

  /// Hashed where it is written, on the stack or, when it is long, on the heap.
  @Test(arguments: [0, 9, 1_000, 1_024, 5_000])
  func aValuesLeafIsThatOfItsBytes(length: Int) {
    let value = Number(String(repeating: "n", count: length), 7)
    let leaf = MerkleTree.leaf(tag: "event", of: value)
    #expect(leaf == MerkleTree.leaf(tag: "event", value.encoded))
    #expect(value.contentHash == SHA256.hash(value.encoded))
  }

  @Test func tagsKeepLeavesApart() {
    #expect(MerkleTree.leaf(tag: "a", [1]) == SHA256.hash([0, 1, UInt8(ascii: "a"), 1]))
    #expect(MerkleTree.leaf(tag: "ab", [1]) != MerkleTree.leaf(tag: "a", [UInt8(ascii: "b"), 1]))
    #expect(MerkleTree.leaf(tag: "", [1]) != MerkleTree.leaf([1]))
  }
}
