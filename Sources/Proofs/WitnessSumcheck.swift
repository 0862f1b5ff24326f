// The sum-check of a witness and its form: most of its rounds are about which column an entry is
// in, and columns have their coefficients in common.

import Arithmetic
import Primitives

enum WitnessSumcheck {
  /// The first `count` rounds, and what is left of both.
  static func reduce(
    _ witness: Witness, _ form: WitnessForm, by count: Int, _ transcript: inout some Conversation
  ) -> (
    rounds: [ColumnSumcheck.Round], point: [GoldilocksPair], witness: PairVector, form: PairVector
  ) {
    let variables = witness.shape.variables
    guard let blocks = BlockForm(form, variables: variables), variables - blocks.bits <= count,
      let values = WitnessBlocks(witness, bits: blocks.bits, count: blocks.count)
    else {
      var (forms, vectors) = ([form.vector()], [witness.vector])
      let own = ColumnSumcheck.reduce(&forms, &vectors, of: variables, by: count, &transcript)
      return (own.rounds, own.point, vectors[0], forms[0])
    }
    var factors = blocks.factors.map { PairVector($0) }
    var sums = blocks.basis.map { PairVector(values.inner($0)) }
    let high = variables - blocks.bits
    let first = ColumnSumcheck.reduce(&factors, &sums, of: high, by: high, &transcript)
    var vectors = [values.folded(at: first.point)]
    var forms = [PairVector.combination(blocks.basis, times: factors.map { $0[0] })]
    let rest = ColumnSumcheck.reduce(
      &forms, &vectors, of: blocks.bits, by: count - high, &transcript)
    return (first.rounds + rest.rounds, first.point + rest.point, vectors[0], forms[0])
  }
}

/// A form as a few vectors over a block, and what each counts for in each block.
struct BlockForm {
  /// log2 of a block.
  let bits: Int
  /// A power of two.
  let count: Int
  private(set) var basis: [PairVector]
  /// For each vector one for each block.
  private(set) var factors: [[GoldilocksPair]]

  /// Beyond this many vectors there is nothing to gain.
  private static let most = 12

  /// Nil where columns are too small a part of the form.
  init?(_ form: WitnessForm, variables: Int) {
    let shape = form.shape
    bits = shape.rowBits
    count = 1 << (variables - bits)
    guard count >= 4, bits >= 3 else { return nil }
    let cut = form.bytePoint.count - bits
    let high = PairVector.weights(at: form.bytePoint[..<cut], times: form.byteScale, count: count)
    basis = [PairVector.weights(at: form.bytePoint[cut...])]
    factors = [high.elements]
    for part in form.parts() {
      guard add(part), basis.count <= Self.most else { return nil }
    }
  }

  private mutating func add(_ part: WitnessForm.Part) -> Bool {
    let (size, length) = (1 << bits, part.vector.count)
    // By the place within a block where a use begins: those that begin at one place share a vector.
    var offsets: [(offset: Int, first: Int)] = []
    for use in part.uses {
      let (block, offset) = (use.start >> bits, use.start & (size - 1))
      guard offset == 0 || offset + length <= size else { return false }
      let parts = (length + size - 1) / size
      let first: Int
      if let known = offsets.first(where: { $0.offset == offset }) {
        first = known.first
      } else {
        first = basis.count
        offsets.append((offset, first))
        guard first + parts <= Self.most else { return false }
        for index in 0..<parts {
          basis.append(Self.piece(part.vector, index, size, offset))
          factors.append([GoldilocksPair](repeating: .zero, count: count))
        }
      }
      for index in 0..<parts { factors[first + index][block + index] += use.scale }
    }
    return true
  }

  /// The part of a vector that lies in the block of some index, counted from the first it meets.
  private static func piece(
    _ vector: PairVector, _ index: Int, _ size: Int, _ offset: Int
  ) -> PairVector {
    if offset == 0 {
      return index == 0 && vector.count <= size
        ? vector : vector.slice((index * size)..<min(vector.count, (index + 1) * size))
    }
    var piece = PairVector(zeros: offset + vector.count)
    piece.add(vector, times: .one, at: offset)
    return piece
  }
}

/// The blocks of a witness: bytes as such, and the few that hold other words.
struct WitnessBlocks {
  private let bits: Int
  private let count: Int
  private let bytes: [UInt8]
  /// Blocks of bytes, from the first on.
  private let plain: Int
  private let others: [(block: Int, entries: PairVector)]
  private let kernels: ByteKernels

  /// Nil where somebody lies.
  init?(_ witness: Witness, bits: Int, count: Int, kernels: ByteKernels = ByteKernels()) {
    guard witness.bytes.areBytes else { return nil }
    (self.bits, self.count, self.kernels) = (bits, count, kernels)
    bytes = witness.bytes.bytes
    plain = bytes.count >> bits
    let end = witness.end
    others = (plain..<max(plain, (end + 1 << bits - 1) >> bits)).map { block in
      let start = block << bits
      return (block, PairVector(base: witness.entries(start..<min(end, start + 1 << bits))))
    }
  }

  /// What each block comes to with a vector.
  func inner(_ vector: PairVector) -> [GoldilocksPair] {
    var sums = [GoldilocksPair](repeating: .zero, count: count)
    bytes.withUnsafeBufferPointer { bytes in
      // A part of the vector at a time, which stays in the cache for all blocks.
      for start in stride(from: 0, to: vector.count, by: 2048) {
        let own = start..<min(vector.count, start + 2048)
        for block in 0..<plain {
          let first = block << bits + start
          let run = UnsafeBufferPointer(rebasing: bytes[first..<(first + own.count)])
          sums[block] += kernels.inner(run, vector, from: start)
        }
      }
    }
    for (block, entries) in others { sums[block] = entries.inner(vector) }
    return sums
  }

  /// Σ eq(point, block)·block.
  func folded(at point: [GoldilocksPair]) -> PairVector {
    let weights = Multilinear.weights(at: point)
    var folded = bytes.withUnsafeBufferPointer { bytes in
      kernels.combination(
        (0..<plain).map { part(bytes, $0) }, times: Array(weights[..<plain]), count: 1 << bits)
    }
    for (block, entries) in others { folded.add(entries, times: weights[block]) }
    return folded
  }

  private func part(
    _ bytes: UnsafeBufferPointer<UInt8>, _ block: Int
  ) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[(block << bits)..<((block + 1) << bits)])
  }
}

extension Witness {
  /// Behind the last entry.
  var end: Int {
    max(
      shape.choices + choices.count, loose.isEmpty ? 0 : shape.loose + loose.count,
      later.isEmpty ? 0 : shape.bits + later.count)
  }

  /// The rows of the matrix, combined at a point over the index.
  func row(at point: [GoldilocksPair], kernels: ByteKernels = ByteKernels()) -> PairVector {
    let weights = Multilinear.weights(at: Array(point[..<(point.count - shape.columnBits)]))
    let size = 1 << shape.columnBits
    let plain = bytes.areBytes ? shape.matrixRows.filter { ($0 + 1) * size <= bytes.count } : []
    var row = bytes.bytes.withUnsafeBufferPointer { bytes in
      kernels.combination(
        plain.map { UnsafeBufferPointer(rebasing: bytes[($0 * size)..<(($0 + 1) * size)]) },
        times: plain.map { weights[$0] }, count: size)
    }
    for matrixRow in shape.matrixRows.dropFirst(plain.count) {
      row.add(base: entries(ofRow: matrixRow), times: weights[matrixRow])
    }
    return row
  }
}
