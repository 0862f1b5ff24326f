// What operations without weights have in common: each element of the result by itself.

public import Primitives

/// What an operation reads and makes.
public struct Frame: Sendable {
  public let from: [TensorType]
  public let to: TensorType

  public init(from: [TensorType], to: TensorType) {
    self.from = from
    self.to = to
  }
}

/// An operation without weights of which any elements can be worked out alone.
///
/// One function serves the reference, the referee and the list of what a block reads: which
/// elements it asks for never depends on their values.
public protocol ElementOperation: Sendable {
  /// The type of the result, or why these inputs cannot be.
  func result(of inputs: [TensorType]) throws(Refusal) -> TensorType

  /// Some neighbouring elements of the result.
  ///
  /// - Parameter x: gives an element of an input, by the input's place in the node's list.
  func values(_ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32) -> [Int32]

  /// The most multiplications, additions and comparisons for so many neighbouring elements.
  func work(_ count: Int, _ at: Frame) -> Int

  /// The most that so many neighbouring elements read of each input.
  func reads(_ count: Int, _ at: Frame) -> [BlockReads]
}

extension ElementOperation {
  /// The reference: all elements.
  func run(_ inputs: [Tensor], to type: TensorType) -> Tensor {
    let frame = Frame(from: inputs.map(\.type), to: type)
    return Tensor(
      unchecked: type, values(0..<type.shape.count, frame) { inputs[$0].values[$1] })
  }
}

/// Tiles of an operand that a block reads, in so many runs of neighbours.
public struct BlockReads: Hashable, Sendable {
  public var tiles: Int
  public var runs: Int

  public init(tiles: Int, runs: Int) {
    self.tiles = tiles
    self.runs = runs
  }

  /// Runs of so many elements together.
  public init(elements: Int, runs: Int, each: Int) {
    self.init(tiles: (elements + runs * (each - 2)) / each + runs, runs: runs)
  }

  /// Neighbours in one run.
  public init(_ elements: Int, of type: TensorType) {
    self.init(elements: elements, runs: 1, each: type.elementsPerTile)
  }
}

/// An axis of a tensor: so many elements, each so many places from the next.
///
/// The elements before it are its outer groups, those behind it its inner ones, whatever the axes
/// of the shape are called.
public struct Axis: Hashable, Sendable {
  public var count: Int
  public var inner: Int

  public init(count: Int, inner: Int) {
    self.count = count
    self.inner = inner
  }

  /// An axis of a shape.
  public init(_ axis: Int, of shape: Shape) {
    self.init(count: shape.dims[axis], inner: shape.dims[(axis + 1)...].reduce(1, *))
  }

  /// Where an element stands along the axis.
  public func place(of element: Int) -> Int { element / inner % count }

  /// The first element of the line along the axis on which an element lies.
  public func first(of element: Int) -> Int {
    let whole = count * inner
    return element / whole * whole + element % inner
  }

  /// The most lines that so many neighbours lie on.
  func lines(_ neighbours: Int, of shape: Shape) -> Int {
    let all = shape.count / count
    if inner == 1 { return min(all, (neighbours + count - 2) / count + 1) }
    return min(all, neighbours, ((neighbours - 1) / (count * inner) + 2) * inner)
  }

  /// What so many neighbours read that need their whole lines.
  func reads(_ neighbours: Int, of type: TensorType) -> BlockReads {
    let each = type.elementsPerTile
    let whole = count * inner
    let slabs = min(type.shape.count / whole, (neighbours + whole - 2) / whole + 1)
    let together = BlockReads(elements: slabs * whole, runs: 1, each: each)
    guard inner > 1, neighbours < inner else { return together }
    // A few places within the slab, or the end of one and the beginning of the next.
    let apart = BlockReads(elements: count * neighbours, runs: 2 * count, each: each)
    return together.tiles <= apart.tiles ? together : apart
  }

  func check(_ shape: Shape) throws(Refusal) {
    guard count >= 1, inner >= 1, count <= shape.count, inner <= shape.count,
      shape.count % (count * inner) == 0
    else {
      throw Refusal(
        "badAxis", ["count": UInt64(clamping: count), "inner": UInt64(clamping: inner)])
    }
  }
}

extension TensorType {
  func demandActivation() throws(Refusal) {
    guard element.isActivation else { throw .wrongElement(element) }
  }
}
