// Vectors of a run that are no tensors of its graph, and what is claimed of them: how operations
// that are neither linear nor one rounding are proved.

import Graphs
import Primitives

/// So many elements a sample. Operations read it like a tensor: its number follows those of the
/// graph's tensors.
struct Helper {
  enum Source {
    /// Committed to as bytes, the lowest first, each in a column of its own, and the lowest value.
    case bytes(first: Int, limbs: Int, lowest: Int64)
    /// Committed to as one entry each; relations and lookups alone say what they are.
    case loose(first: Int)
    /// The greatest elements of the windows of a maximum of this index.
    case maximum(Int)
    /// What its pairs differ by.
    case differences(Int)
    /// Products of two vectors, or sums of these.
    case product(Int)
    /// A linear function of earlier vectors.
    case linear(LinearMap)
  }

  /// What a prover works out for itself and commits to.
  enum Part {
    /// Of a table.
    case looked
    /// Of an embedding: one at the symbol.
    case chosen
    /// Of a softmax: the result, and what its division leaves on either side.
    case share, shareRemainder, shareRest
    /// Of a norm's line: see `NormLine`.
    case root, low, high, carry, lower, upper, wide, top, cap, rest, less
    /// Of a norm's element.
    case unit, unitRemainder
  }

  var node: Int
  /// For one sample.
  var count: Int
  var source: Source
  /// Nil where elements follow from earlier vectors.
  var part: Part?
  /// No element of an honest run is greater.
  var magnitude: Int
}

/// Σ terms + constant = 0 for each of so many elements of a sample.
struct Relation {
  var node: Int
  var map: LinearMap
  var constant: Int64
  /// For one sample.
  var count: Int
  /// Among the relations of all samples.
  var first: Int
}

/// Of each element: result = table[key − lowest].
struct Lookup {
  var key: Int
  var lowest: Int64
  var result: Int
  /// Which of the tables.
  var table: Int
  /// For one sample.
  var count: Int
  /// Among the lookups of all samples.
  var first: Int
}

/// Products of the elements of two vectors, or of two vectors' matrices.
struct ProductBlock {
  var left: Int
  var right: Int
  /// Nil where elements of the same place are multiplied.
  var matrices: (operation: MatrixProduct, size: MatrixProduct.Size)?
  var size: Size
  /// Among the factors of all samples.
  var first: Int

  /// Of one sample: so many matrices of rows by columns, each a sum over `inner` products.
  struct Size: Equatable {
    var batch: Int
    var rows = 1
    var columns = 1
    var inner = 1

    /// Products of sums of factors at a point of rows and columns.
    var factors: Int { batch * inner }
    var count: Int { batch * rows * columns }
  }
}

/// How much all helpers of a run come to: what shape, lengths and errors follow from.
struct HelperSizes: Equatable {
  /// Entries below 256, and entries of any size.
  var extras = 0
  var loose = 0
  var relations = 0
  var lookups = 0
  var tables = 0
  var factors = 0

  var isEmpty: Bool { self == HelperSizes() }
  var relationBits: Int { relations > 0 ? MatrixShape.bits(relations) : 0 }
  var lookupBits: Int { MatrixShape.bits(lookups) }
  var factorBits: Int { MatrixShape.bits(factors) }

  mutating func add(_ other: HelperSizes) {
    extras += other.extras
    loose += other.loose
    relations += other.relations
    lookups += other.lookups
    tables += other.tables
    factors += other.factors
  }

  func check() throws(Refusal) {
    for (count, most) in [
      (extras, 4 * WitnessPlan.mostRows), (loose, WitnessPlan.mostRows),
      (relations, WitnessPlan.mostRows), (lookups, WitnessPlan.mostRows),
      (factors, WitnessPlan.mostRows),
    ] where count > most { throw .witnessTooLarge(count) }
  }
}

/// All helpers of a plan, made node by node.
struct Helpers {
  let graph: Graph
  let samples: Int
  /// The node that is being laid out.
  var node = 0
  private(set) var all: [Helper] = []
  private(set) var relations: [Relation] = []
  private(set) var lookups: [Lookup] = []
  private(set) var products: [ProductBlock] = []
  /// 256 results each.
  private(set) var tables: [[Int64]] = []
  private(set) var sizes = HelperSizes()
  /// The vectors that are one at each place's symbol, one an embedding, by its node.
  private(set) var symbols: [(node: Int, helper: Int)] = []
  /// Maxima of all operations; pairs of all samples.
  private(set) var maxima: [WitnessPlan.Maximum] = []
  private(set) var pairs = 0

  init(_ graph: Graph, samples: Int) {
    self.graph = graph
    self.samples = samples
  }

  /// Elements of a tensor or helper, of one sample.
  func count(_ vector: Int) -> Int {
    vector < graph.types.count
      ? graph.types[vector].shape.count : all[vector - graph.types.count].count
  }

  private mutating func add(
    _ source: Helper.Source, _ part: Helper.Part? = nil, count: Int, magnitude: Int
  ) -> Int {
    all.append(Helper(node: node, count: count, source: source, part: part, magnitude: magnitude))
    return graph.types.count + all.count - 1
  }

  mutating func bytes(
    _ part: Helper.Part, _ count: Int, limbs: Int, lowest: Int64 = 0, magnitude: Int? = nil
  ) -> Int {
    let first = sizes.extras
    sizes.extras += limbs * count * samples
    return add(
      .bytes(first: first, limbs: limbs, lowest: lowest), part, count: count,
      magnitude: magnitude ?? 1 << (8 * limbs))
  }

  mutating func loose(_ part: Helper.Part, _ count: Int, magnitude: Int) -> Int {
    let first = sizes.loose
    sizes.loose += count * samples
    return add(.loose(first: first), part, count: count, magnitude: magnitude)
  }

  mutating func linear(_ count: Int, _ terms: [LinearMap.Term], addends: [Int64] = []) -> Int {
    var map = LinearMap(terms, 32)
    map.addends = addends
    // Read by other helpers alone, never by a rounding: its size bounds nothing.
    return add(.linear(map), count: count, magnitude: 0)
  }

  /// - Parameter matrices: nil where elements of the same place are multiplied.
  mutating func product(
    _ left: Int, _ right: Int,
    _ matrices: (operation: MatrixProduct, size: MatrixProduct.Size)? = nil, magnitude: Int = 0
  ) -> Int {
    var size = ProductBlock.Size(batch: count(left))
    if let own = matrices?.size {
      size = ProductBlock.Size(
        batch: own.batch, rows: own.rows, columns: own.columns, inner: own.inner)
    }
    products.append(
      ProductBlock(
        left: left, right: right, matrices: matrices, size: size, first: sizes.factors))
    sizes.factors += size.factors * samples
    return add(.product(products.count - 1), count: size.count, magnitude: magnitude)
  }

  /// The greatest of each window, and what its elements are less than that.
  mutating func maximum(of source: Int, _ reads: Reads) -> (greatest: Int, differences: Int) {
    let index = maxima.count
    let greatest = add(.maximum(index), count: reads.starts.count - 1, magnitude: 255)
    add(maximumOf: source, to: greatest, reads)
    let differences = add(.differences(index), count: reads.elements.count, magnitude: 255)
    return (greatest, differences)
  }

  /// - Parameter result: the tensor or helper of the greatest.
  mutating func add(maximumOf source: Int, to result: Int, _ reads: Reads) {
    maxima.append(
      WitnessPlan.Maximum(node: node, source: source, result: result, first: pairs, reads: reads))
    pairs += reads.elements.count * samples
  }

  mutating func relation(
    _ count: Int, _ terms: [LinearMap.Term], constant: Int64 = 0
  ) {
    relations.append(
      Relation(
        node: node, map: LinearMap(terms, 32), constant: constant, count: count,
        first: sizes.relations))
    sizes.relations += count * samples
  }

  mutating func lookup(_ key: Int, lowest: Int64, result: Int, _ table: [Int64]) {
    lookups.append(
      Lookup(
        key: key, lowest: lowest, result: result, table: tables.count, count: count(key),
        first: sizes.lookups))
    tables.append(table)
    sizes.tables += 1
    sizes.lookups += count(key) * samples
  }

  mutating func symbol(_ helper: Int) { symbols.append((node, helper)) }
}

extension LinearMap.Term {
  /// Element i of the result reads this element.
  init(_ tensor: Int, _ multiplier: Int64, each reads: [Int]) {
    self.init(tensor, multiplier)
    self.reads = Reads(each: reads)
  }

  init(_ tensor: Int, _ multiplier: Int64, _ reads: Reads) {
    self.init(tensor, multiplier)
    self.reads = reads
  }
}

extension Reads {
  /// One element each.
  init(each elements: [Int]) {
    self.elements = elements
    starts = Array(0...elements.count)
  }
}
