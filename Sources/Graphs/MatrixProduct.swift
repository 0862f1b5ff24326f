// Two activations as matrices, one product for each of a batch: attention's two multiplications.

public import Primitives

/// `sum[b][i][j] = Σ_k left[b][i][k] · right[b][k][j]`, exact in 32 bits.
public struct MatrixProduct: Hashable, Sendable {
  /// Whether the left matrix is stored as [k][i].
  public var isLeftTransposed: Bool
  /// Whether the right matrix is stored as [j][k].
  public var isRightTransposed: Bool

  public init(isLeftTransposed: Bool, isRightTransposed: Bool) {
    self.isLeftTransposed = isLeftTransposed
    self.isRightTransposed = isRightTransposed
  }

  /// The sizes of one product.
  public struct Size: Hashable, Sendable {
    public let batch: Int
    public let rows: Int
    public let inner: Int
    public let columns: Int
  }

  /// The sizes, or why these shapes have no product.
  public func size(_ left: Shape, _ right: Shape) throws(Refusal) -> Size {
    let (a, b) = (left.dims, right.dims)
    guard a.count == 2 || a.count == 3, a.count == b.count else {
      throw .badRank(got: b.count, most: 3)
    }
    let batch = a.count == 3 ? a[0] : 1
    guard a.count == 2 || b[0] == batch else { throw .wrongLength(got: b[0], wanted: batch) }
    let (rows, inner) = (a[a.count - 2], a[a.count - 1])
    let (height, columns) = (b[b.count - 2], b[b.count - 1])
    let size = Size(
      batch: batch, rows: isLeftTransposed ? inner : rows,
      inner: isLeftTransposed ? rows : inner, columns: isRightTransposed ? height : columns)
    let other = isRightTransposed ? columns : height
    guard other == size.inner else { throw .wrongLength(got: other, wanted: size.inner) }
    return size
  }

  func result(of left: TensorType, _ right: TensorType) throws(Refusal) -> TensorType {
    try left.demandActivation()
    try right.demandActivation()
    let size = try size(left.shape, right.shape)
    guard size.inner * left.element.magnitude * right.element.magnitude <= Int(Int32.max) else {
      throw .sumsCouldOverflow(columns: size.inner, bias: 0)
    }
    let dims = [size.batch, size.rows, size.columns]
    return TensorType(.int32, try Shape(left.shape.dims.count == 3 ? dims : Array(dims[1...])))
  }

  /// Where a factor of an element lies in the left matrix.
  func left(_ element: Int, _ k: Int, _ size: Size) -> Int {
    let row = element / size.columns
    let (batch, i) = (row / size.rows, row % size.rows)
    return isLeftTransposed
      ? (batch * size.inner + k) * size.rows + i : (batch * size.rows + i) * size.inner + k
  }

  /// Where a factor of an element lies in the right matrix.
  func right(_ element: Int, _ k: Int, _ size: Size) -> Int {
    let (batch, j) = (element / size.columns / size.rows, element % size.columns)
    return isRightTransposed
      ? (batch * size.columns + j) * size.inner + k : (batch * size.inner + k) * size.columns + j
  }

  /// The reference loop.
  func run(_ a: Tensor, _ b: Tensor, to type: TensorType) throws(Refusal) -> Tensor {
    let size = try size(a.type.shape, b.type.shape)
    var sums: [Int32] = []
    sums.reserveCapacity(type.shape.count)
    for element in 0..<type.shape.count {
      var sum: Int32 = 0
      for k in 0..<size.inner {
        sum += a.values[left(element, k, size)] * b.values[right(element, k, size)]
      }
      sums.append(sum)
    }
    return Tensor(unchecked: type, sums)
  }

  /// What so many neighbouring sums read for some places of the inner axis.
  func reads(_ count: Int, width: Int, _ at: Frame, _ size: Size) -> [BlockReads] {
    let rows = min(size.batch * size.rows, (count + size.columns - 2) / size.columns + 1)
    let whole = size.rows * size.columns
    let batches = min(size.batch, (count + whole - 2) / whole + 1)
    let across = min(size.columns, count)
    let spread = min(width, size.inner)
    let (left, right) = (at.from[0], at.from[1])
    // Each side in two ways: run by run, or all that lies between its first and its last.
    return [
      isLeftTransposed
        // A row of the result is a column there.
        ? Self.fewer(
          Self.reads(lines: spread * batches, each: min(size.rows, rows), left),
          Self.reads(lines: batches, each: spread * size.rows, left))
        : Self.fewer(
          Self.reads(lines: rows, each: spread, left),
          Self.reads(lines: 1, each: rows * size.inner, left)),
      // The columns of a piece that ends one row and begins the next are two runs.
      isRightTransposed
        ? Self.fewer(
          Self.reads(lines: batches * min(size.columns, 2 * across), each: spread, right),
          Self.reads(lines: 1, each: batches * size.columns * size.inner, right))
        : Self.fewer(
          Self.reads(
            lines: spread * batches * (across < size.columns ? 2 : 1), each: across, right),
          Self.reads(lines: batches, each: spread * size.columns, right)),
    ]
  }

  private static func fewer(_ a: BlockReads, _ b: BlockReads) -> BlockReads {
    a.tiles <= b.tiles ? a : b
  }

  private static func reads(lines: Int, each: Int, _ type: TensorType) -> BlockReads {
    BlockReads(
      elements: min(type.shape.count, lines * each), runs: lines, each: type.elementsPerTile)
  }
}
