// Registrations: every number under a root is one of a model's, and a liar's numbers are not.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

/// Hidden numbers of which one is greater than is said: under a root of its own.
private struct WideNumbers: HiddenNumbers {
  let honest: CommittedWeights
  let place: (row: Int, column: Int)
  let more: Goldilocks
  let matrix: EncodedMatrix

  var shape: MatrixShape { honest.shape }
  var hiding: HidingRows? { honest.hiding }

  init(_ honest: CommittedWeights, at place: (row: Int, column: Int), more: Int64) throws {
    self.honest = honest
    self.place = place
    self.more = Goldilocks(more)
    let shape = honest.shape
    let hiding = try #require(honest.hiding)
    matrix = try EncodedMatrix(
      rows: shape.matrixRows, columnBits: shape.columnBits, rateBits: shape.rateBits,
      tail: shape.tail, salts: hiding.salts
    ) { row, entries in
      if row >= shape.rows {
        entries = hiding.masks[row - shape.rows]
        return
      }
      let own = honest.row(
        of: RowPiece(first: row, stride: 1, coefficients: [.one], vector: []))
      for column in 0..<shape.columns { entries[column] = own[column].a.value }
      entries.replaceSubrange(shape.columns..., with: hiding.tails[row])
      if row == place.row {
        let sum = Goldilocks(canonical: entries[place.column]) + Goldilocks(more)
        entries[place.column] = sum.value
      }
    }
  }

  private func widened(_ row: PairVector, by scale: GoldilocksPair) -> PairVector {
    var row = row.elements
    row[place.column] += scale * more
    return PairVector(row)
  }

  func row(of piece: RowPiece) -> PairVector {
    let own = honest.row(of: piece)
    let index = place.row - piece.first
    guard index >= 0, index < piece.coefficients.count else { return own }
    return widened(own, by: piece.coefficients[index])
  }

  func maskedRow(_ slot: Int, _ coefficients: [GoldilocksPair]) -> PairVector {
    widened(honest.maskedRow(slot, coefficients), by: coefficients[place.row])
  }
}

@Suite struct RegistrationTests {
  let model: HiddenModel
  let own: RegistrationShape
  let bytes: RegisteredBytes
  let file: WeightRegistration

  init() throws {
    model = try HiddenModel()
    own = try RegistrationShape(model.weights.shape, model.graph)
    bytes = RegisteredBytes(own, model.weights)
    file = try WeightRegistration(model.manifest, model.weights)
  }

  private func caught(
    _ numbers: some HiddenNumbers, _ bytes: RegisteredBytes, bits: [UInt64]? = nil,
    spoil: (inout [GoldilocksPair]) -> Void = { _ in },
    lie: (inout [GoldilocksPair]) -> Void = { _ in }
  ) throws -> ProofStep? {
    var manifest = model.manifest
    manifest.commitments = [
      WeightCommitment(
        scheme: CommittedWeights.hidingScheme,
        parameters: model.weights.commitment.parameters, root: numbers.matrix.root)
    ]
    let file = try WeightRegistration(
      manifest, numbers, bytes, bits: bits, spoil: spoil, lie: lie)
    return step { _ = try file.verify() }
  }

  @Test func honestNumbersAreRegistered() throws {
    let read = try WeightRegistration(bytes: file.bytes)
    #expect(try read.verify().bits >= 100)
    #expect(try read.model == model.manifest.id)
    #expect(try caught(model.weights, bytes) == nil)
  }

  /// The ends of both ranges, everywhere.
  @Test(arguments: [Int8.min, 0, .max])
  func theGreatestNumbersAreRegistered(weight: Int8) throws {
    let layers = zip(model.layers, model.graph.layers).map { layer, shape in
      let bounds = [Int32](repeating: Int32(shape.biasBound), count: layer.bias.count)
      return
        LayerWeights(
          matrix: layer.matrix.map { _ in weight },
          bias: layer.bias.indices.map { weight < 0 ? -bounds[$0] : weight > 0 ? bounds[$0] : 0 })
    }
    let shape = model.weights.shape
    let weights = try CommittedWeights(layers, shape, secret: HiddenModel.secret)
    #expect(try caught(weights, RegisteredBytes(own, weights)) == nil)
  }

  @Test func madeTwiceItIsOneFile() throws {
    #expect(try WeightRegistration(model.manifest, model.weights) == file)
  }

  /// The first root alone: the others have its numbers, as re-commitments show.
  @Test func onlyTheFirstEpoch() throws {
    #expect(throws: Refusal("otherWeights")) {
      try WeightRegistration(model.manifest, model.later().weights)
    }
    let open = try SuccinctLiar().model
    #expect(throws: Refusal("weightsNotHidden")) {
      try WeightRegistration(open.prover.manifest, open.prover.weights)
    }
  }

  // MARK: - Numbers that are none

  /// Finding 4: a root with one weight that is no byte, told with all care: as what it is, as
  /// another byte, and as a byte that is the same modulo 256.
  @Test(arguments: [(0, 0, 1), (1, 7, 255), (1, 3, -1), (0, 9, 1 << 40)])
  func aWeightThatIsNoByte(row: Int, column: Int, by: Int) throws {
    let numbers = model.weights
    let weight = Int(numbers.weights[row * own.shape.columns + column])
    // From the edge of the range, so that it leaves it.
    let more = by > 0 ? 127 - weight + by : -128 - weight + by
    let wide = try WideNumbers(numbers, at: (row, column), more: Int64(more))
    let place = row * own.shape.columns + column
    var told = bytes
    told.weights[place] = Goldilocks(Int64(weight + more) + RegistrationShape.weightOffset).value
    #expect(try caught(wide, told) == .witness)
    told.weights[place] &= 255
    #expect(try caught(wide, told) == .witness)
    #expect(try caught(wide, bytes) == .witness)
  }

  /// One that is a byte passes: it is the range that is held, not the number.
  @Test func anotherByteIsNoLie() throws {
    let weight = Int64(model.weights.weights[5])
    let wide = try WideNumbers(model.weights, at: (0, 5), more: weight > 0 ? -1 : 1)
    var told = bytes
    told.weights[5] = UInt64(weight + (weight > 0 ? -1 : 1) + RegistrationShape.weightOffset)
    #expect(try caught(wide, told) == nil)
    #expect(try caught(wide, bytes) == .witness)
  }

  /// One more than the layer's greatest, or much more: what is below the greatest is negative then,
  /// and no four bytes say so; the highest byte says the rest, and is none.
  @Test(arguments: [Int64(1), -1, 1 << 32, -(1 << 32), 1 << 50], [0, 2])
  func aBiasBeyondItsBound(by: Int64, column: Int) throws {
    let bias = Int64(model.weights.biases[column])
    let more = by > 0 ? own.bounds[column] - bias + by : -own.bounds[column] - bias + by
    let wide = try WideNumbers(model.weights, at: (own.shape.biasRow, column), more: more)
    #expect(try caught(wide, bytes) == .witness)
    var told = bytes
    for (side, sum) in [own.bounds[column] + bias + more, own.bounds[column] - bias - more]
      .enumerated()
    {
      var rest = Goldilocks(sum)
      for limb in 0..<3 {
        let byte = UInt64(bitPattern: sum) >> UInt64(8 * limb) & 255
        told.limbs[(4 * side + limb) << own.biasBits + column] = byte
        rest = rest - Goldilocks(canonical: byte << UInt64(8 * limb))
      }
      let top = rest * (try #require(Goldilocks(canonical: 1 << 24).inverse))
      told.limbs[(4 * side + 3) << own.biasBits + column] = top.value
    }
    #expect(try caught(wide, told) == .witness)
    for index in told.limbs.indices { told.limbs[index] &= 255 }
    #expect(try caught(wide, told) == .witness)
  }

  /// Places that belong to no weight and to no bias: bytes there, and nothing.
  @Test func paddingIsNoPlaceToHide() throws {
    let block = try #require(own.shape.blocks.first { $0.inputs < 1 << $0.inputBits })
    let columns = own.shape.columns
    let place = (row: block.row, column: block.inputs % columns)
    let weight = try WideNumbers(model.weights, at: place, more: 128)
    var told = bytes
    told.weights[place.row * columns + place.column] = 256
    #expect(try caught(weight, told) == .witness)
    let free = try #require(own.bounds.firstIndex(of: 0))
    let bias = try WideNumbers(
      model.weights, at: (own.shape.biasRow + free / columns, free % columns), more: 1)
    told = bytes
    told.limbs[free] = 1
    #expect(try caught(bias, told) == .witness)
  }

  /// Bytes that are others than the numbers', though all are bytes.
  @Test func bytesOfOtherNumbers() throws {
    var weights = bytes
    weights.weights[11] ^= 1
    #expect(try caught(model.weights, weights) == .witness)
    var biases = bytes
    biases.limbs[1 << own.biasBits] ^= 1
    #expect(try caught(model.weights, biases) == .witness)
    // Two bytes of a bias for one another.
    var swapped = bytes
    swapped.limbs.swapAt(0, 1 << own.biasBits)
    #expect(swapped.limbs != bytes.limbs)
    #expect(try caught(model.weights, swapped) == .witness)
  }

  @Test func countsThatAreOthers() throws {
    var counts = bytes.leaves(own).counts
    let bits = own.counts.laidOut(counts)
    #expect(try caught(model.weights, bytes, bits: bits) == nil)
    counts[3] += 1
    #expect(try caught(model.weights, bytes, bits: own.counts.laidOut(counts)) == .witness)
    counts[0] -= 1
    #expect(try caught(model.weights, bytes, bits: own.counts.laidOut(counts)) == .witness)
    // Two in the place of one of two, which is the same count.
    let place = try #require(bits.indices.first { bits[$0] == 0 && bits[$0 + 1] == 1 })
    var none = bits
    (none[place], none[place + 1]) = (2, 0)
    #expect(try caught(model.weights, bytes, bits: none) == .witness)
  }

  @Test func aTripleThatIsNoProduct() throws {
    for product in [0, own.leafBits, own.layout.products - 1] {
      let place = own.layout.triple(product) + 2
      #expect(try caught(model.weights, bytes) { $0[place] += .one } == .witness)
    }
  }

  /// Each message said otherwise, by a prover who goes on with what he said.
  @Test func everyMessageIsHeld() throws {
    let count = own.layout.messages
    let last = own.layout.talk
    let some = Array(Swift.stride(from: 0, to: count, by: 41))
    for message in some + [last - 2, last - 1, last, count - 1] {
      #expect(
        try caught(model.weights, bytes) { $0[message] += .one } == nil,
        "a pad may be any number")
      let step = try caught(model.weights, bytes, lie: { $0[message] += .one })
      #expect(step == .witness, "message \(message)")
    }
  }

  // MARK: - The file

  @Test func everyListHasOneLength() throws {
    for change in [-16, 16] {
      for (name, list, _) in own.lengths {
        guard let list = list as? WritableKeyPath<WeightRegistration, [UInt8]> else {
          Issue.record("\(name) is not written")
          continue
        }
        var forged = file
        if change > 0 {
          forged[keyPath: list] += [UInt8](repeating: 0, count: change)
        } else {
          forged[keyPath: list].removeLast(-change)
        }
        #expect(step { _ = try forged.verify() } == .lengths)
      }
    }
    var forged = file
    forged.salts.removeLast()
    #expect(step { _ = try forged.verify() } == .lengths)
    forged = file
    forged.witnessSalts.append(.zero)
    #expect(step { _ = try forged.verify() } == .lengths)
  }

  /// One bit of each element of each list.
  @Test func everyElementIsHeld() throws {
    for (name, list, count) in own.lengths {
      guard let list = list as? WritableKeyPath<WeightRegistration, [UInt8]> else { continue }
      for place in Swift.stride(from: 0, to: count, by: max(8, count / 24 / 8 * 8)) {
        var forged = file
        forged[keyPath: list][place] ^= 1
        #expect(throws: Refusal.self, "\(name) at \(place)") { try forged.verify() }
      }
      // No element has two forms.
      var forged = file
      forged[keyPath: list].replaceSubrange(0..<8, with: [UInt8](repeating: 255, count: 8))
      #expect(step { _ = try forged.verify() } == .elements)
    }
  }

  @Test func noByteIsFree() throws {
    let bytes = file.bytes
    var draw = Draw(seed: 67)
    for _ in 0..<60 {
      var forged = bytes
      forged[draw.below(bytes.count)] ^= UInt8(1 << draw.below(8))
      #expect(throws: Refusal.self) { try WeightRegistration(bytes: forged).verify() }
    }
    for length in Swift.stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      #expect(throws: Refusal.self) { try WeightRegistration(bytes: Array(bytes[..<length])) }
    }
  }

  /// A registration of one model says nothing of another, nor of the same weights in clear.
  @Test func anotherModelsRegistration() throws {
    let other = try HiddenModel(every: 3, secret: .zero)
    var forged = file
    forged.manifest = other.manifest.encoded
    #expect(step { _ = try forged.verify() } == .witness)
    forged.manifest = try SuccinctLiar().model.prover.manifest.encoded
    #expect(step { _ = try forged.verify() } == .manifest)
    forged.manifest = []
    #expect(step { _ = try forged.verify() } == .manifest)
  }

  /// Nobody gives a nonce: what its queries miss is below 2^-128, and the rest is small.
  @Test func itsErrorIsBelowAProofs() throws {
    #expect(
      own.security.terms.map(\.name) == [
        "bytes", "bits", "points", "columns", "ends", "products", "claims", "witness",
        "witnessEnds", "combination", "queries",
      ])
    #expect(own.security.terms.last?.units == 1 && own.security.bits >= 100)
  }

  // MARK: - What it shows

  /// With all proofs of a budget and the re-commitment that leaves, it opens no more columns than
  /// a row has random entries: it takes the place of the re-commitment that would have come.
  @Test func itOpensWhatIsLeft() throws {
    let shape = own.shape
    #expect(shape.budget * shape.workQueries + 2 * shape.linkQueries <= shape.tail)
    var talk = PaddedFollow(
      own.layout,
      own.transcript(file, model: model.manifest.id.digest, root: model.weights.root),
      try ElementBytes.pairs(file.messages))
    let row = try ElementBytes.pairs(file.row)
    let ends = own.follow(&talk, row: row)
    // The row is its mask, that of the arriving re-commitment, and what the equations say.
    var rest = model.weights.maskedRow(shape.arrivingSlot, ends.rowWeights)
    #expect(rest.elements == row)
    rest = model.weights.maskedRow(shape.leavingSlot, ends.rowWeights)
    #expect(rest.elements != row)
  }

  /// Two builds that drew otherwise would show two rows under one mask: whoever changes what a
  /// registration says changes its format, and where it takes its mask from (decision 0072).
  @Test func itsBytesAreWhatTheyWere() throws {
    let hash = "0xb9abd4a8d802cf2995ac6faa1bcb3b8900a39a55fc43d6ea4200cc2ea6c6ce16"
    #expect("\(SHA256.hash(file.bytes))" == hash)
  }

  /// What is drawn follows from the model's secret alone: rows with their tails are known to who
  /// guesses the weights and has seen as many columns as a tail is long.
  @Test func noGuessFindsItsSecret() throws {
    let own = try #require(model.weights.hiding)
    let other = try #require(HiddenModel(secret: .zero).weights.hiding)
    #expect(own.registration != other.registration)
    let drawn = Set(own.tails.joined()).union(own.masks.joined())
    #expect(drawn.isDisjoint(with: [own.registration.words.0, own.registration.words.1]))
  }

  /// Two models' files have no word in common where nothing is public, and are of one length.
  @Test func twoModelsLookAlike() throws {
    let models = try [-7, 7].map { try HiddenModel(every: $0, secret: .zero) }
    let files = try models.map { try WeightRegistration($0.manifest, $0.weights) }
    for list in [\WeightRegistration.messages, \.factors, \.row, \.columns, \.witnessColumns] {
      let words = try files.map { file in
        try ElementBytes.elements(file[keyPath: list], count: file[keyPath: list].count / 8)
      }
      #expect(Set(words[0]).isDisjoint(with: words[1]))
      for own in words {
        // Uniform numbers of the field: none small, half of them above the middle.
        #expect(own.allSatisfy { $0.value > 1 << 32 })
        let high = own.count { $0.value > Goldilocks.modulus / 2 }
        #expect(abs(2 * high - own.count) * abs(2 * high - own.count) < 36 * own.count)
      }
    }
    // Paths are as long as the places drawn make them; nothing else is.
    for (name, list, _) in own.lengths {
      #expect(files[0][keyPath: list].count == files[1][keyPath: list].count, "\(name)")
    }
  }
}
