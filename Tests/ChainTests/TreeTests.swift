// The state tree: one root for one set of leaves, and proofs that nobody can bend.

import Primitives
import Testing

@testable import Chain

@Suite struct TreeTests {
  /// The definition, written down without any cleverness: what the tree must agree with.
  static func root(of leaves: [(key: Bytes32, value: Bytes32)], depth: Int = 0) -> Bytes32 {
    if leaves.isEmpty { return .zero }
    if leaves.count == 1 {
      return SHA256.hash([0] + leaves[0].key.bytes + leaves[0].value.bytes)
    }
    let left = root(of: leaves.filter { !$0.key.bit(depth) }, depth: depth + 1)
    let right = root(of: leaves.filter { $0.key.bit(depth) }, depth: depth + 1)
    return SHA256.hash([1] + left.bytes + right.bytes)
  }

  static func changes(_ pairs: [(Bytes32, Bytes32?)]) -> [TreeChange] {
    pairs.map { TreeChange($0.0, $0.1) }.sorted { $0.key < $1.key }
  }

  static let one = Bytes32(words: 0, 0, 0, 1)
  static let two = Bytes32(words: 0, 0, 0, 2)

  @Test func hasTheRootOfItsLeaves() {
    var tree = Tree()
    #expect(tree.root == .zero)
    let key = SHA256.hash([7])
    tree.apply([TreeChange(key, Self.one)])
    #expect(tree.root == SHA256.hash([0] + key.bytes + Self.one.bytes))
    #expect(tree[key] == Self.one)
    tree.apply([TreeChange(key, Self.two)])
    #expect(tree[key] == Self.two)
    tree.apply([TreeChange(key, nil)])
    #expect(tree.root == .zero)
    #expect(tree.count == 0)
  }

  /// Keys that part only at the last bit lie below 255 nodes with one side empty.
  @Test func partsKeysAtTheirLastBit() {
    let twin = (Bytes32(words: 5, 6, 7, 8), Bytes32(words: 5, 6, 7, 9))
    var tree = Tree()
    tree.apply(Self.changes([(twin.0, Self.one), (twin.1, Self.two)]))
    #expect(tree.root == Self.root(of: [(twin.0, Self.one), (twin.1, Self.two)]))
    #expect(tree.proof(of: twin.0).siblings.count == 256)
    #expect(tree.proof(of: twin.0).verifies(key: twin.0, value: Self.one, root: tree.root))
    tree.apply([TreeChange(twin.0, nil)])
    #expect(tree.root == Tree.leafHash(key: twin.1, value: Self.two))
    #expect(tree.inners.count == tree.freeInners.count)
  }

  @Test(arguments: 0..<12)
  func rootDependsOnLeavesAlone(seed: Int) {
    var numbers = SeededNumbers(UInt64(seed))
    var tree = Tree()
    var model: [Bytes32: Bytes32] = [:]
    // A small space of keys with long common beginnings, so that leaves often meet.
    let keys = (0..<96).map { index in
      index % 3 == 0
        ? SHA256.hash([UInt8(index)])
        : Bytes32(words: 1, 2, UInt64(index % 5), numbers.next() & 0xf0f0)
    }
    for round in 0..<40 {
      var batch: [Bytes32: Bytes32?] = [:]
      for _ in 0..<(1 + numbers.below(round % 4 == 0 ? 90 : 6)) {
        let key = keys[numbers.below(keys.count)]
        batch[key] = numbers.below(5) < 2 ? .some(nil) : .some(numbers.bytes32())
      }
      tree.apply(Self.changes(batch.map { ($0.key, $0.value) }))
      for (key, value) in batch { model[key] = value }
      let leaves = model.map { (key: $0.key, value: $0.value) }
      #expect(tree.root == Self.root(of: leaves))
      #expect(tree.count == leaves.count)
      var fresh = Tree()
      fresh.apply(Self.changes(leaves.map { ($0.key, $0.value) }))
      #expect(fresh.root == tree.root)
    }
    tree.apply(Self.changes(model.map { ($0.key, nil) }))
    #expect(tree.root == .zero)
    #expect(tree.leaves.count == tree.freeLeaves.count)
    #expect(tree.inners.count == tree.freeInners.count)
  }

  @Test func takingAwayWhatIsNotThereChangesNothing() {
    var tree = Tree()
    let keys = (0..<20).map { SHA256.hash([UInt8($0)]) }
    tree.apply(Self.changes(keys.map { ($0, Self.one) }))
    let root = tree.root
    tree.apply(Self.changes((20..<60).map { (SHA256.hash([UInt8($0)]), nil) }))
    #expect(tree.root == root)
    #expect(tree.count == 20)
  }

  @Test(arguments: [0, 1, 2, 4_095, 4_096, 9_000])
  func sortsByKey(count: Int) {
    var numbers = SeededNumbers(UInt64(count))
    var changes = (0..<count).map { index in
      // Some keys share their first bits, as an attacker could make them.
      let first = index % 3 == 0 ? 7 : numbers.next()
      return TreeChange(Bytes32(words: first, numbers.next(), 0, UInt64(index)), nil)
    }
    let wanted = changes.sorted { $0.key < $1.key }
    TreeChange.sort(&changes)
    #expect(changes == wanted)
  }

  @Test func reusesThePlacesOfWhatWent() {
    var tree = Tree()
    for round in 0..<50 {
      let keys = (0..<64).map { SHA256.hash([UInt8(round), UInt8($0)]) }
      tree.apply(Self.changes(keys.map { ($0, Self.one) }))
      tree.apply(Self.changes(keys.map { ($0, nil) }))
    }
    #expect(tree.leaves.count <= 64)
    #expect(tree.inners.count <= 200)
  }
}

@Suite struct TreeProofTests {
  struct Sample: ~Copyable {
    var tree = Tree()
    var present: [(key: Bytes32, value: Bytes32)] = []
    var absent: [Bytes32] = []

    init(_ count: Int, seed: UInt64) {
      var numbers = SeededNumbers(seed)
      for _ in 0..<count {
        present.append((SHA256.hash(numbers.bytes32().bytes), numbers.bytes32()))
      }
      for _ in 0..<count { absent.append(SHA256.hash(numbers.bytes32().bytes)) }
      tree.apply(TreeTests.changes(present.map { ($0.key, $0.value) }))
    }
  }

  @Test(arguments: [1, 2, 3, 17, 300])
  func provesWhatIsThereAndWhatIsNot(count: Int) throws {
    let sample = Sample(count, seed: UInt64(count))
    let root = sample.tree.root
    for (key, value) in sample.present {
      let proof = sample.tree.proof(of: key)
      #expect(proof.end == .leaf)
      #expect(proof.verifies(key: key, value: value, root: root))
      #expect(!proof.verifies(key: key, value: nil, root: root))
      #expect(!proof.verifies(key: key, value: TreeTests.one, root: root))
      #expect(try CBOR.decode(TreeProof.self, from: proof.encoded) == proof)
    }
    for key in sample.absent {
      let proof = sample.tree.proof(of: key)
      #expect(proof.end != .leaf)
      #expect(proof.verifies(key: key, value: nil, root: root))
      #expect(!proof.verifies(key: key, value: TreeTests.one, root: root))
    }
  }

  @Test func absenceHasTwoForms() {
    let sample = Sample(300, seed: 4)
    let ends = sample.absent.map { sample.tree.proof(of: $0).end }
    #expect(ends.contains(.empty))
    #expect(ends.contains(.other))
    let nothing = Tree()
    #expect(nothing.proof(of: .zero).verifies(key: .zero, value: nil, root: .zero))
    #expect(!nothing.proof(of: .zero).verifies(key: .zero, value: nil, root: TreeTests.one))
  }

  /// A proof of another key, or of absence by a leaf that is not on the way, is none.
  @Test func doesNotCarryOver() {
    let sample = Sample(64, seed: 9)
    let root = sample.tree.root
    let first = sample.present[0]
    let proof = sample.tree.proof(of: first.key)
    for (key, value) in sample.present.dropFirst() {
      #expect(!proof.verifies(key: key, value: value, root: root))
      var forged = sample.tree.proof(of: key)
      forged.end = .other
      forged.otherKey = first.key
      forged.otherValue = first.value
      #expect(!forged.verifies(key: key, value: nil, root: root))
    }
  }

  @Test func noByteIsFree() throws {
    let sample = Sample(40, seed: 5)
    let root = sample.tree.root
    let claims =
      sample.present.prefix(3).map { ($0.key, Bytes32?.some($0.value)) }
      + sample.absent.prefix(8).map { ($0, nil) }
    for (key, value) in claims {
      let bytes = sample.tree.proof(of: key).encoded
      for bit in 0..<(bytes.count * 8) {
        var bent = bytes
        bent[bit / 8] ^= 1 << UInt8(bit % 8)
        guard let proof = try? CBOR.decode(TreeProof.self, from: bent) else { continue }
        #expect(!proof.verifies(key: key, value: value, root: root))
      }
    }
  }

  /// 21.3 siblings at a million keys (Jellyfish); one in a million ways is far longer.
  @Test func isSmall() {
    let sample = Sample(4_000, seed: 11)
    let longest = sample.present.map { sample.tree.proof(of: $0.key).encoded.count }.max() ?? 0
    #expect(longest < 1_024)
  }
}
