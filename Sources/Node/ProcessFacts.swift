// What the system says about this process: its memory and its time.

import Foundation

enum ProcessFacts {
  /// Bytes of memory that are in use now; 0 where the system does not say.
  static var residentBytes: UInt64 {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii) else {
      return 0
    }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
    return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// Microseconds of processor time, in and for the process.
  static var processorTime: UInt64 {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    let times = [usage.ru_utime, usage.ru_stime]
    return times.reduce(0) { $0 + UInt64($1.tv_sec) * 1_000_000 + UInt64($1.tv_usec) }
  }

  /// Bytes of the files of a folder, those in it only.
  static func bytes(of folder: String) -> UInt64 {
    let manager = FileManager.default
    let names = (try? manager.contentsOfDirectory(atPath: folder)) ?? []
    return names.reduce(0) { sum, name in
      let facts = try? manager.attributesOfItem(atPath: folder + "/" + name)
      return sum + ((facts?[.size] as? NSNumber)?.uint64Value ?? 0)
    }
  }
}
