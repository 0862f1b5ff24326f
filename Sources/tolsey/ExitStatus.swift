// The numbers with which the program ends, so that a script can tell what to do next.

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the program's exit code means. The numbers are those of sysexits.h where it has one.
enum ExitStatus: Int32, CaseIterable, Sendable {
  case done = 0
  /// The rules refused; trying the same again is in vain.
  case refused = 1
  /// The command line was wrong.
  case usage = 64
  /// Evidence or a receipt does not verify.
  case unverified = 65
  /// The node cannot be reached.
  case unreachable = 69
  /// A fault of the program itself, or of the machine under it.
  case fault = 70
  /// Not now; the same may succeed later.
  case tryAgain = 75
  /// The wallet's own policy does not allow it.
  case denied = 77
  case interrupted = 130

  /// The code of an error that has none of its own, as `--json` shows it.
  var name: String { String(describing: self) }

  /// Ends the program.
  func leave() -> Never { exit(rawValue) }
}
