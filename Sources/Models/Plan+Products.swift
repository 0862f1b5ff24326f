// Products of two activations as matrices, in vectors of sixteen sums.

import CKernels
import Graphs

extension Plan.Run {
  func multiply(
    _ own: MatrixProduct, _ size: MatrixProduct.Size, _ step: Plan.Step, _ sample: Int
  ) {
    let left = address(step.inputs.0, sample)
    let right = address(step.inputs.1, sample)
    let out = UnsafeMutableRawPointer(address(step.output, sample))
      .assumingMemoryBound(to: Int32.self)
    let zeros = (
      plan.places[step.inputs.0].layout.offset, plan.places[step.inputs.1].layout.offset
    )
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 4 * size.inner) { rows in
      guard let rows = rows.baseAddress else { return }
      for batch in 0..<size.batch {
        let a = left + batch * size.rows * size.inner
        let b = right + batch * size.inner * size.columns
        let to = out + batch * size.rows * size.columns
        for first in stride(from: 0, to: size.rows, by: 4) {
          // Behind the last row, that row again.
          for lane in 0..<4 {
            let row = min(first + lane, size.rows - 1)
            for k in 0..<size.inner {
              let at = own.isLeftTransposed ? k * size.rows + row : row * size.inner + k
              rows[lane * size.inner + k] = Int32(a[at]) &- zeros.0
            }
          }
          let count = min(4, size.rows - first)
          if own.isRightTransposed {
            for lane in 0..<count {
              dots(rows + lane * size.inner, b, zeros.1, size, to + (first + lane) * size.columns)
            }
          } else {
            spread(rows, count, b, zeros.1, size, to + first * size.columns)
          }
        }
      }
    }
  }

  /// One row times columns that lie one behind the other.
  @inline(__always)
  private func dots(
    _ row: UnsafePointer<Int32>, _ b: UnsafePointer<UInt8>, _ zero: Int32,
    _ size: MatrixProduct.Size, _ out: UnsafeMutablePointer<Int32>
  ) {
    for column in 0..<size.columns {
      let own = b + column * size.inner
      var lanes = SIMD16<Int32>()
      var k = 0
      while k + 16 <= size.inner {
        let bytes = UnsafeRawPointer(own + k).loadUnaligned(as: SIMD16<UInt8>.self)
        let x = UnsafeRawPointer(row + k).loadUnaligned(as: SIMD16<Int32>.self)
        lanes &+= x &* (SIMD16<Int32>(truncatingIfNeeded: bytes) &- zero)
        k += 16
      }
      var sum = lanes.wrappedSum()
      while k < size.inner {
        sum &+= row[k] &* (Int32(own[k]) &- zero)
        k += 1
      }
      out[column] = sum
    }
  }

  /// Four rows times a matrix whose rows lie one behind the other.
  @inline(__always)
  private func spread(
    _ rows: UnsafePointer<Int32>, _ count: Int, _ b: UnsafePointer<UInt8>, _ zero: Int32,
    _ size: MatrixProduct.Size, _ out: UnsafeMutablePointer<Int32>
  ) {
    let (inner, columns) = (size.inner, size.columns)
    var column = 0
    while column + 16 <= columns {
      var sums = (SIMD16<Int32>(), SIMD16<Int32>(), SIMD16<Int32>(), SIMD16<Int32>())
      for k in 0..<inner {
        let bytes = UnsafeRawPointer(b + k * columns + column)
          .loadUnaligned(as: SIMD16<UInt8>.self)
        let own = SIMD16<Int32>(truncatingIfNeeded: bytes) &- zero
        sums.0 &+= own &* rows[k]
        sums.1 &+= own &* rows[inner + k]
        sums.2 &+= own &* rows[2 * inner + k]
        sums.3 &+= own &* rows[3 * inner + k]
      }
      let to = UnsafeMutableRawPointer(out + column)
      to.storeBytes(of: sums.0, as: SIMD16<Int32>.self)
      if count > 1 { to.storeBytes(of: sums.1, toByteOffset: 4 * columns, as: SIMD16<Int32>.self) }
      if count > 2 { to.storeBytes(of: sums.2, toByteOffset: 8 * columns, as: SIMD16<Int32>.self) }
      if count > 3 { to.storeBytes(of: sums.3, toByteOffset: 12 * columns, as: SIMD16<Int32>.self) }
      column += 16
    }
    while column < columns {
      for lane in 0..<count {
        var sum: Int32 = 0
        for k in 0..<inner {
          sum &+= rows[lane * inner + k] &* (Int32(b[k * columns + column]) &- zero)
        }
        out[lane * columns + column] = sum
      }
      column += 1
    }
  }
}
