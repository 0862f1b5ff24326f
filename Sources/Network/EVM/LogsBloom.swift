// The filter of Ethereum's headers that says which events a block cannot hold.

import Chain
import Primitives

/// 2,048 bits, three for every address and topic (Yellow Paper, section 4.3.1).
struct LogsBloom {
  private(set) var bytes = [UInt8](repeating: 0, count: 256)

  init(_ logs: [ContractLog]) {
    for log in logs {
      add(Keccak256.hash(log.address.bytes))
      for topic in log.topics { add(Keccak256.hash(topic.bytes)) }
    }
  }

  private mutating func add(_ hash: Bytes32) {
    let digits = hash.bytes
    for pair in 0..<3 {
      let bit = (Int(digits[2 * pair]) << 8 | Int(digits[2 * pair + 1])) & 2047
      bytes[255 - bit >> 3] |= 1 << UInt8(bit & 7)
    }
  }
}
