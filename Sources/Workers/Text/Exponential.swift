// The exponential function for choosing symbols, from the system's library.

import Foundation

enum Exponential {
  static func of(_ x: Double) -> Double { exp(x) }
}
