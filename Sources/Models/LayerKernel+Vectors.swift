// Layers in vectors of sixteen outputs, for machines without the dot-product instruction.

import CKernels

extension LayerKernel {
  private typealias Sums = SIMD16<Int32>
  private typealias Four<T> = (T, T, T, T)

  /// Four places at a time, so that weights are spread into words once for all of them.
  static func runVectors(_ l: tolsey_layer) {
    var first = l.first_output
    while first < l.end_output {
      let count = min(16, l.end_output - first)
      for line in 0..<l.lines {
        if l.pooled != 0 {
          for column in 0..<l.columns {
            let corner = l.x + 2 * line * l.line_step + 2 * column * l.column_step
            let right = corner + l.column_step
            let sums = sums(l, first, (corner, right, corner + l.line_step, right + l.line_step))
            store(l, first, count, line, column, greatest(sums))
          }
        } else {
          runLine(l, first, count, line)
        }
      }
      first += 16
    }
  }

  private static func runLine(_ l: tolsey_layer, _ first: Int, _ count: Int, _ line: Int) {
    var column = 0
    while column < l.columns {
      // Behind the last place, that place again.
      let last = l.columns - 1 - column
      let x = l.x + line * l.line_step + column * l.column_step
      let sums = sums(
        l, first,
        (
          x, x + min(1, last) * l.column_step, x + min(2, last) * l.column_step,
          x + min(3, last) * l.column_step
        ))
      store(l, first, count, line, column, sums.0)
      if last > 0 { store(l, first, count, line, column + 1, sums.1) }
      if last > 1 { store(l, first, count, line, column + 2, sums.2) }
      if last > 2 { store(l, first, count, line, column + 3, sums.3) }
      column += 4
    }
  }

  @inline(__always)
  private static func sums(
    _ l: tolsey_layer, _ first: Int, _ x: Four<UnsafePointer<UInt8>>
  ) -> Four<Sums> {
    var w = UnsafeRawPointer(l.weights + first / 16 * l.segments * l.groups * 64)
    let bias = UnsafeRawPointer(l.bias + first).loadUnaligned(as: Sums.self)
    var sums = (bias, bias, bias, bias)
    for segment in 0..<l.segments {
      var at = segment * l.segment_step
      for _ in 0..<l.groups {
        let four = w.loadUnaligned(as: Sums.self)
        let spread = (
          (four &<< 24) &>> 24, (four &<< 16) &>> 24, (four &<< 8) &>> 24, four &>> 24
        )
        add(&sums.0, x.0 + at, spread)
        add(&sums.1, x.1 + at, spread)
        add(&sums.2, x.2 + at, spread)
        add(&sums.3, x.3 + at, spread)
        w += 64
        at += 4
      }
    }
    return sums
  }

  @inline(__always)
  private static func add(_ sum: inout Sums, _ x: UnsafePointer<UInt8>, _ w: Four<Sums>) {
    let low = w.0 &* Int32(x[0]) &+ w.1 &* Int32(x[1])
    let high = w.2 &* Int32(x[2]) &+ w.3 &* Int32(x[3])
    sum &+= low &+ high
  }

  @inline(__always)
  private static func greatest(_ sums: Four<Sums>) -> Sums {
    var upper = sums.0
    upper.replace(with: sums.1, where: sums.1 .> upper)
    var lower = sums.2
    lower.replace(with: sums.3, where: sums.3 .> lower)
    upper.replace(with: lower, where: lower .> upper)
    return upper
  }

  @inline(__always)
  private static func store(
    _ l: tolsey_layer, _ first: Int, _ count: Int, _ line: Int, _ column: Int, _ sums: Sums
  ) {
    for lane in 0..<count { l.store(sums[lane], first + lane, line, column) }
  }
}
