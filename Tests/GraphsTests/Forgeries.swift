// What a defender may make of an opening that does not suit it.

import Primitives

@testable import Graphs

enum Forgeries {
  /// One change each; a change that an opening has no room for is left out.
  static func all(of opening: StepOpening, seed: UInt64) -> [StepOpening] {
    var draw = Draw(seed: seed)
    var forged: [StepOpening] = []
    func add(_ change: (inout StepOpening, inout Draw) -> Void) {
      var own = opening
      change(&own, &draw)
      if own != opening { forged.append(own) }
    }
    add { own, _ in own.tiles.reverse() }
    add { own, _ in own.tiles = Array(own.tiles.dropLast()) }
    add { own, _ in own.tiles.append(OpenedTile([1, 2, 3])) }
    add { own, draw in if let at = pick(own.tiles, &draw) { own.tiles[at].bytes.append(0) } }
    add { own, draw in if let at = pick(own.tiles, &draw) { own.tiles[at].bytes.removeLast() } }
    add { own, draw in if let at = pick(own.tiles, &draw) { flip(&own.tiles[at].bytes, &draw) } }
    add { own, draw in if let at = pick(own.vertices, &draw) { own.vertices.remove(at: at) } }
    add { own, draw in
      if let at = pick(own.vertices, &draw) { own.vertices.append(own.vertices[at]) }
    }
    add { own, _ in own.vertices.append(Vertex([.zero])) }
    add { own, draw in
      if let at = pick(own.vertices, &draw) { own.vertices[at].children[0] = .zero }
    }
    add { own, draw in
      if let at = pick(own.vertices, &draw) { own.vertices[at].children.removeLast() }
    }
    add { own, draw in flip(&own.manifest, &draw) }
    add { own, _ in own.manifest = [] }
    add { own, _ in own.salt = .zero }
    add { own, draw in flip(&own.sums, &draw) }
    add { own, _ in own.sums = [] }
    add { own, _ in own.sums += [0, 0, 0, 0] }
    add { own, _ in own.sums = [UInt8](repeating: 0, count: own.sums.count) }
    add { own, draw in
      if let at = pick(own.weights, &draw) { flip(&own.weights[at].bytes, &draw) }
    }
    add { own, draw in
      if let at = pick(own.weights, &draw) { own.weights[at].path.append(.zero) }
    }
    add { own, draw in
      if let at = pick(own.weights, &draw) {
        own.weights[at].path = Array(own.weights[at].path.dropLast())
      }
    }
    add { own, _ in own.weights.reverse() }
    add { own, _ in own.weights = Array(own.weights.dropLast()) }
    add { own, _ in if let last = own.weights.last { own.weights.append(last) } }
    return forged
  }

  private static func pick<T>(_ list: [T], _ draw: inout Draw) -> Int? {
    list.isEmpty ? nil : draw.below(list.count)
  }

  private static func flip(_ bytes: inout [UInt8], _ draw: inout Draw) {
    if !bytes.isEmpty { bytes[draw.below(bytes.count)] ^= UInt8(1 << draw.below(8)) }
  }
}
