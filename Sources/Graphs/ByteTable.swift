// Any function of one activation: 256 entries, one a byte.

public import Primitives

/// `q = table[x]`: GELU, SiLU, sigmoid, tanh, a clip, and whatever else has one variable.
public struct ByteTable: ElementOperation, Hashable {
  /// The result's bytes, in the order of the input's: entry 255 is that of −1 where the input is
  /// `int8`.
  public var bytes: [UInt8]
  public var element: ElementType

  public init(bytes: [UInt8], element: ElementType) {
    self.bytes = bytes
    self.element = element
  }

  public func result(of inputs: [TensorType]) throws(Refusal) -> TensorType {
    try inputs[0].demandActivation()
    guard element.isActivation else { throw .wrongElement(element) }
    guard bytes.count == 256 else { throw .wrongLength(got: bytes.count, wanted: 256) }
    return TensorType(element, inputs[0].shape)
  }

  public func values(
    _ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32
  ) -> [Int32] {
    elements.map { at in
      let byte = bytes[Int(UInt8(truncatingIfNeeded: x(0, at)))]
      return element == .int8 ? Int32(Int8(bitPattern: byte)) : Int32(byte)
    }
  }

  public func work(_ count: Int, _ at: Frame) -> Int { 2 * count }

  public func reads(_ count: Int, _ at: Frame) -> [BlockReads] {
    [BlockReads(count, of: at.from[0])]
  }
}
