// The map of the rooms: who may import whom. It says what DESIGN says, and the manifest must agree.

/// One room: a target, where it lies, and what it leans on.
struct Room: Sendable {
  var name: String
  var folder: String
  /// The rooms that its line in the manifest names.
  var uses: Set<String>
  /// Modules from outside the project that its files may import.
  var outside: Set<String>
  /// A core room is pure: the same input gives the same bits on every machine.
  var isCore: Bool
}

enum RoomMap {
  /// What rooms outside the core may take from the system.
  static let system: Set<String> = [
    "Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch", "Glibc", "Musl",
    "Darwin", "Synchronization",
  ]

  static let rooms: [Room] = [
    // Its locks guard memos: what is computed once from a type, the same for every caller.
    core("Primitives", ["CKernels", "CSecp256k1"], ["Synchronization"]),
    core("Arithmetic", ["Primitives", "CKernels"]),
    core("Graphs", ["Primitives"]),
    core("Proofs", ["Arithmetic", "Graphs"]),
    room("Models", ["Graphs", "CKernels"]),
    room("Ciphers", ["Primitives"], ["Crypto"]),
    core("Kernel", ["Primitives"]),
    core("Market", ["Kernel"]),
    core("Inference", in: "Works/", ["Market", "Proofs"]),
    core("Reputation", in: "Institutions/", ["Market"]),
    // The equation of Ed25519, which a run may be signed by (decision 0056).
    core("Payments", in: "Institutions/", ["Market"], ["Crypto"]),
    core("Labels", in: "Works/", ["Market", "Arithmetic"]),
    core("Tasks", in: "Works/", ["Market"]),
    core("Subnets", in: "Institutions/", ["Market", "Arithmetic", "CKernels"]),
    core("Topics", in: "Institutions/", ["Kernel", "Arithmetic"]),
    core("Tournaments", in: "Institutions/", ["Market", "Arithmetic"]),
    core(
      "Chain",
      [
        "Kernel", "Market", "Inference", "Labels", "Tasks", "Reputation", "Payments",
        "Subnets", "Tournaments", "Topics",
      ]),
    room("Archive", ["Chain"]),
    room("Store", ["Archive"], ["GRDB", "GRDBSQLite"]),
    room("Explorer", ["Archive", "CDocs"]),
    // Not `Network`: libraries below ask canImport(Network) to find Apple's framework.
    room("NetworkRoom", at: "Network", ["Archive", "Agents"], http),
    room("Agents", ["Chain", "Ciphers"]),
    // A provider is an agent too: both speak to a node through the client that Agents declares.
    room("Workers", ["Agents", "Models", "Proofs"]),
    room("Simulator", ["Chain"]),
    room("Cheats", ["Market", "Labels", "Topics", "Subnets", "Tournaments"]),
    room("Node", ["Store", "NetworkRoom", "Explorer", "Workers", "Agents", "CDocs"], service),
    room(
      "tolsey", ["Node", "Cheats", "Proofs", "Labels", "Tasks", "Subnets", "Topics"],
      ["ArgumentParser", "Logging"]),
  ]

  /// Written in C, or only a door to a library: they import nothing of ours.
  static let leaves: Set = ["CKernels", "CSecp256k1", "CDocs"]

  private static let http: Set = [
    "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOPosix", "NIOHTTP1", "Logging",
    "NIOHTTPTypes", "ServiceLifecycle",
  ]

  private static let service: Set = ["Logging", "ServiceLifecycle"]

  static func room(of path: String) -> Room? {
    rooms.first { path.hasPrefix($0.folder) }
  }

  /// The room itself left out: everything that lies below it on the map.
  static func below(_ name: String) -> Set<String> {
    var found: Set<String> = []
    var open = [name]
    while let next = open.popLast() {
      for used in rooms.first(where: { $0.name == next })?.uses ?? [] {
        if found.insert(used).inserted { open.append(used) }
      }
    }
    return found
  }

  private static func core(
    _ name: String, in parent: String = "", _ uses: Set<String>, _ outside: Set<String> = []
  ) -> Room {
    Room(
      name: name, folder: "Sources/\(parent)\(name)/", uses: uses, outside: outside, isCore: true)
  }

  private static func room(
    _ name: String, at folder: String? = nil, _ uses: Set<String>, _ outside: Set<String> = []
  ) -> Room {
    Room(
      name: name, folder: "Sources/\(folder ?? name)/", uses: uses, outside: outside.union(system),
      isCore: false)
  }
}
