// Which code multiplies bytes: the widest that the CPU has, or vectors of Swift, or plain loops.

import CKernels

/// The four ways to the same bits. What a layer reads and writes stands in `layer.h`.
enum LayerKernel: Sendable, CaseIterable {
  /// `vpdpbusd`, in C.
  case vnni
  /// `vpmaddwd`, in C.
  case avx2
  /// Sixteen outputs at a time, in Swift.
  case simd
  /// One output at a time, in Swift: the definition of the others.
  case plain

  /// The kernels that this machine can run, the fastest first.
  static let usable: [LayerKernel] = {
    let features = tolsey_cpu_features()
    let widest = UInt32(TOLSEY_CPU_AVX512 | TOLSEY_CPU_AVX512_VNNI)
    var usable: [LayerKernel] = [.simd, .plain]
    if features & UInt32(TOLSEY_CPU_AVX2) != 0 { usable.insert(.avx2, at: 0) }
    if features & widest == widest { usable.insert(.vnni, at: 0) }
    return usable
  }()

  /// The fastest of them.
  static let best: LayerKernel = usable[0]

  /// Carries out one layer.
  @inline(__always)
  func run(_ layer: inout tolsey_layer) {
    switch self {
    case .vnni: tolsey_layer_vnni(&layer)
    case .avx2: tolsey_layer_avx2(&layer)
    case .simd: Self.runVectors(layer)
    case .plain: Self.runPlain(layer)
    }
  }

  /// Rounds rows of sums that lie one behind the other.
  @inline(__always)
  func round(
    _ sums: UnsafePointer<Int32>, rows: Int, channels: Int, _ rounding: PackedRounding,
    to out: UnsafeMutablePointer<UInt8>, step: Int
  ) {
    if self == .vnni {
      return tolsey_round_avx512(
        sums, rows, channels, rounding.multipliers, rounding.addend, rounding.shift, out, step)
    }
    for row in 0..<rows {
      for channel in 0..<channels {
        out[row * step + channel] = rounding.round(sums[row * channels + channel], channel)
      }
    }
  }
}

extension LayerKernel {
  /// One output after the other.
  private static func runPlain(_ l: tolsey_layer) {
    let blockBytes = l.segments * l.groups * 64
    for output in l.first_output..<l.end_output {
      let weights = l.weights + output / 16 * blockBytes + output % 16 * 4
      for line in 0..<l.lines {
        for column in 0..<l.columns {
          var greatest = Int32.min
          l.forEachSquare(line, column) { x in
            var sum = l.bias[output]
            for segment in 0..<l.segments {
              for group in 0..<l.groups {
                let w = weights + (segment * l.groups + group) * 64
                let own = x + segment * l.segment_step + group * 4
                for i in 0..<4 { sum &+= Int32(own[i]) &* Int32(w[i]) }
              }
            }
            greatest = max(greatest, sum)
          }
          l.store(greatest, output, line, column)
        }
      }
    }
  }
}

extension tolsey_layer {
  /// Visits the places of x behind one place of the result: one, or four where it is pooled.
  @inline(__always)
  func forEachSquare(_ line: Int, _ column: Int, _ body: (UnsafePointer<UInt8>) -> Void) {
    guard pooled != 0 else { return body(x + line * line_step + column * column_step) }
    let corner = x + 2 * line * line_step + 2 * column * column_step
    body(corner)
    body(corner + column_step)
    body(corner + line_step)
    body(corner + line_step + column_step)
  }

  /// Stores one sum, rounded where the layer rounds.
  @inline(__always)
  func store(_ sum: Int32, _ output: Int, _ line: Int, _ column: Int) {
    let to = out + line * out_line_step + column * out_column_step
    if let multipliers {
      let rounding = PackedRounding(multipliers: multipliers, addend: addend, shift: shift)
      to.storeBytes(of: rounding.round(sum, output), toByteOffset: output, as: UInt8.self)
    } else {
      to.storeBytes(of: sum, toByteOffset: 4 * output, as: Int32.self)
    }
  }
}
