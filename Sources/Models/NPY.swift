// Reads `.npy` files: float32, int64 or uint8 in C order, little-endian, nothing else.

public import Primitives

/// An array from a `.npy` file.
public struct NPY: Sendable {
  public enum Values: Sendable {
    case floats([Float])
    case integers([Int64])
    case bytes([UInt8])
  }

  /// The sizes of the axes, outermost first.
  public let dims: [Int]
  public let values: Values

  /// The most bytes of a file.
  public static let mostBytes = 1 << 28

  public init(_ bytes: [UInt8]) throws(Refusal) {
    guard bytes.count <= Self.mostBytes else {
      throw Refusal(
        "tooLarge", ["got": UInt64(bytes.count), "most": UInt64(Self.mostBytes)])
    }
    let (header, body) = try Self.split(bytes)
    let (descr, dims) = try Self.parse(header)
    var count = 1
    for dim in dims {
      guard dim <= Self.mostBytes, count * dim <= Self.mostBytes else {
        throw Refusal("malformedNpy", ["elements": UInt64(dim)])
      }
      count *= dim
    }
    let each = descr == "<f4" ? 4 : descr == "<i8" ? 8 : 1
    guard body.count == count * each else {
      throw .wrongLength(got: body.count, wanted: count * each)
    }
    self.dims = dims
    switch descr {
    case "<f4":
      let floats = ProtobufReader.floats(bytes, body)
      if let bad = floats.firstIndex(where: { !$0.isFinite }) { throw .notFinite(at: bad) }
      values = .floats(floats)
    case "<i8":
      values = .integers(
        (0..<count).map { index in
          let at = body.lowerBound + 8 * index
          let word = (0..<8).reduce(UInt64(0)) {
            $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1)
          }
          return Int64(bitPattern: word)
        })
    default: values = .bytes(Array(bytes[body]))
    }
  }

  private static func split(_ bytes: [UInt8]) throws(Refusal) -> (String, Range<Int>) {
    let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
    guard bytes.count >= 10, Array(bytes[..<6]) == magic else {
      throw Refusal("malformedNpy", ["offset": 0])
    }
    let isShort = bytes[6] == 1
    guard isShort || ((2...3).contains(bytes[6]) && bytes.count >= 12), bytes[7] == 0 else {
      throw Refusal("malformedNpy", ["offset": 6])
    }
    var length = Int(bytes[8]) | Int(bytes[9]) << 8
    if !isShort { length |= Int(bytes[10]) << 16 | Int(bytes[11]) << 24 }
    let start = isShort ? 10 : 12
    guard length <= 65536, start + length <= bytes.count else {
      throw Refusal("malformedNpy", ["offset": 8])
    }
    let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
    return (header, start + length..<bytes.count)
  }

  /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }` in exactly that form.
  private static func parse(_ header: String) throws(Refusal) -> (String, [Int]) {
    let malformed = Refusal("malformedNpy", ["offset": 10])
    var rest = Substring(header)
    func take(_ text: String) -> Bool {
      guard rest.hasPrefix(text) else { return false }
      rest.removeFirst(text.count)
      return true
    }
    guard take("{'descr': '"), let quote = rest.firstIndex(of: "'") else { throw malformed }
    let descr = String(rest[..<quote])
    guard ["<f4", "<i8", "|u1"].contains(descr) else { throw Refusal("unsupportedNpyType") }
    rest = rest[quote...]
    guard take("', 'fortran_order': ") else { throw malformed }
    guard take("False") else { throw Refusal("unsupportedNpyOrder") }
    guard take(", 'shape': ("), let end = rest.firstIndex(of: ")") else { throw malformed }
    var dims: [Int] = []
    for part in rest[..<end].split(separator: ",") {
      let digits = part.drop { $0 == " " }
      if digits.isEmpty { continue }
      guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), digits.count <= 10,
        let dim = Int(digits), dims.count < 8
      else { throw malformed }
      dims.append(dim)
    }
    rest = rest[rest.index(after: end)...]
    guard take(", }") || take("}") else { throw malformed }
    guard rest.allSatisfy({ $0 == " " || $0 == "\n" }) else { throw malformed }
    return (descr, dims)
  }
}

extension NPY {
  /// The rows along the first axis as lists of floats; bytes and integers are converted.
  public var rows: [[Float]] {
    let flat: [Float] =
      switch values {
      case .floats(let own): own
      case .integers(let own): own.map { Float($0) }
      case .bytes(let own): own.map { Float($0) }
      }
    guard let first = dims.first, first > 0 else { return [flat] }
    let each = flat.count / first
    return (0..<first).map { Array(flat[$0 * each..<($0 + 1) * each]) }
  }

  /// The values as labels, or a refusal of floats and of numbers out of range.
  public func labels() throws(Refusal) -> [Int] {
    switch values {
    case .bytes(let own): return own.map { Int($0) }
    case .integers(let own):
      var labels: [Int] = []
      for value in own {
        guard value >= 0, value < 1 << 31 else {
          throw Refusal("badLabel", ["got": UInt64(clamping: value), "end": 1 << 31])
        }
        labels.append(Int(value))
      }
      return labels
    case .floats: throw Refusal("unsupportedNpyType")
    }
  }
}
