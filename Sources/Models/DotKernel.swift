// Which code multiplies bytes: the VNNI kernel where the CPU has it, else the plain loop here.

import CKernels

/// The two ways to the same sums.
enum DotKernel: Sendable, CaseIterable {
  /// `vpdpbusd`, in C.
  case vnni
  /// Plain Swift.
  case plain

  private static let hasVNNI: Bool = {
    let needed = UInt32(TOLSEY_CPU_AVX512 | TOLSEY_CPU_AVX512_VNNI)
    return tolsey_cpu_features() & needed == needed
  }()

  /// The kernels that this machine can run.
  static var usable: [DotKernel] { hasVNNI ? [.vnni, .plain] : [.plain] }

  /// The fastest of them.
  static var best: DotKernel { usable[0] }
}

/// What a kernel reads and writes; the meaning of each member stands in `dot.h`.
struct DotOperands {
  var x: UnsafePointer<UInt8>
  var rowStep: Int
  var rows: Int
  var segments: Int
  var segmentStep: Int
  var groups: Int
  var weights: UnsafePointer<Int8>
  var blocks: Int
  var bias: UnsafePointer<Int32>
  var out: UnsafeMutablePointer<Int32>
}

extension DotKernel {
  @inline(__always)
  func run(_ o: DotOperands) {
    switch self {
    case .vnni:
      tolsey_dot_u8s8(
        o.x, o.rowStep, o.rows, o.segments, o.segmentStep, o.groups, o.weights, o.blocks,
        o.bias, o.out)
    case .plain: Self.runPlain(o)
    }
  }

  /// The same sums in the same packing, wrapping like the instruction does.
  private static func runPlain(_ o: DotOperands) {
    let blockBytes = o.segments * o.groups * 64
    for row in 0..<o.rows {
      for block in 0..<o.blocks {
        let out = o.out + (row * o.blocks + block) * 16
        let bias = o.bias + block * 16
        var w = o.weights + block * blockBytes
        for lane in 0..<16 { out[lane] = bias[lane] }
        for segment in 0..<o.segments {
          var x = o.x + row * o.rowStep + segment * o.segmentStep
          for _ in 0..<o.groups {
            let (a, b) = (Int32(x[0]), Int32(x[1]))
            let (c, d) = (Int32(x[2]), Int32(x[3]))
            for lane in 0..<16 {
              let own = w + 4 * lane
              let low = a &* Int32(own[0]) &+ b &* Int32(own[1])
              let high = c &* Int32(own[2]) &+ d &* Int32(own[3])
              out[lane] &+= low &+ high
            }
            w += 64
            x += 4
          }
        }
      }
    }
  }
}
