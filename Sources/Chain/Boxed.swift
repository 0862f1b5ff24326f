// A room in memory of its own, so that the state stays small to the compiler.

/// Holds one value that cannot be copied, and frees it.
///
/// Whoever touches a state pays at compile time for every field that the compiler can see in it,
/// tables within tables: it counts them again at each use, and files of the random walks already
/// take minutes. Behind a pointer a room is one field.
struct Boxed<Value: ~Copyable>: ~Copyable {
  private let place: UnsafeMutablePointer<Value>

  init(_ value: consuming Value) {
    place = .allocate(capacity: 1)
    place.initialize(to: value)
  }

  deinit {
    place.deinitialize(count: 1)
    place.deallocate()
  }

  var value: Value {
    _read { yield place.pointee }
    _modify { yield &place.pointee }
  }
}
