// A stored row of weights or bonds, laid out as a share for each member.

import CKernels

/// What is done with the shares of one dense row.
enum DenseRow {
  /// Copies the shares of a row that names all members in their order, and gives their sum; nil
  /// of any other, and the line is then to be written anew. The `next` row is read after it.
  static func copy(
    _ row: [YumaEntry], of members: Int, to line: UnsafeMutableBufferPointer<UInt16>,
    before next: [YumaEntry], inKernels: Bool
  ) -> UInt32? {
    guard row.count == members, line.count >= members + 16 else { return nil }
    return row.withUnsafeBytes { row -> UInt32? in
      guard let row = row.baseAddress, let target = UnsafeMutableRawPointer(line.baseAddress)
      else { return nil }
      // An entry is its uid below and its share above, in 32 bits.
      var (place, first) = (0, UInt32(0))
      if inKernels {
        place = members / 32 * 32
        guard tolsey_yuma_copy(row, next, place, line.baseAddress, &first) != 0 else { return nil }
      }
      var uids =
        Lanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
        &+ UInt32(truncatingIfNeeded: place)
      var wrong = Lanes.zero
      var sums = Lanes.zero
      while place &+ 16 <= members {
        let entries = (row + 4 &* place).loadUnaligned(as: Lanes.self)
        // Rows lie anywhere in memory: what comes later is asked for now.
        tolsey_prefetch(row + (4 &* place &+ ahead))
        wrong |= entries & 0xFFFF ^ uids
        uids &+= 16
        let shares = entries &>> 16
        sums &+= shares
        (target + 2 &* place).storeBytes(of: shares.narrowed, as: SIMD16<UInt16>.self)
        place &+= 16
      }
      var sum = first &+ UInt32(truncatingIfNeeded: sums.laneSum)
      var isOther = !wrong.areZero
      while place < members {
        let entry = (row + 4 &* place).loadUnaligned(as: UInt32.self)
        isOther = isOther || entry & 0xFFFF != UInt32(truncatingIfNeeded: place)
        line[place] = UInt16(truncatingIfNeeded: entry &>> 16)
        sum &+= entry &>> 16
        place &+= 1
      }
      // What is read behind the last member counts nothing.
      for place in members..<line.count { line[place] = 0 }
      return isOther ? nil : sum
    }
  }

  /// Bytes of a row between what is asked for and what is read.
  private static let ahead = 2_048

  /// Writes a row whose entries are known to name members, and gives the sum of its shares.
  static func spread(
    _ row: [YumaEntry], to line: UnsafeMutableBufferPointer<UInt16>
  ) -> UInt32 {
    line.update(repeating: 0)
    var sum: UInt32 = 0
    for entry in row {
      line[Int(entry.uid)] = entry.share
      sum &+= UInt32(entry.share)
    }
    return sum
  }

  /// The one member that has all of a row's shares, where there is one.
  static func only(of line: UnsafeMutableBufferPointer<UInt16>, _ sum: UInt32) -> Int? {
    guard sum > 0, sum <= UInt32(UInt16.max) else { return nil }
    let first = line.firstIndex { $0 != 0 }
    return first.flatMap { UInt32(line[$0]) == sum ? $0 : nil }
  }
}
