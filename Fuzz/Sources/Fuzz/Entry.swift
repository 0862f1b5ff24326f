// Where libFuzzer hands over its bytes; FUZZ_DOOR names the decoder that gets them.

import Glibc

private let door: Door = {
  let name = getenv("FUZZ_DOOR").map { String(cString: $0) } ?? ""
  if let door = Door.all.first(where: { $0.name == name }) { return door }
  // scripts/fuzz.sh asks for the list this way.
  for door in Door.all { puts(door.name) }
  fflush(nil)
  _exit(name == "list" ? 0 : 64)
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  // A refusal is an answer; only a trap is a find.
  try? door.open(bytes)
  return 0
}
