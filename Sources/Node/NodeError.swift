// Why a node does not start, or stopped: a code, a sentence and a hint for each.

import NetworkRoom
public import Store

/// Failures of a node as a whole. What a message meets is a refusal and none of these.
public enum NodeError: Error, Hashable, Sendable {
  case store(StoreError)
  case portTaken(Int)
  case server(code: String, message: String, hint: String)
  /// The folder is not a node's, or a file in it cannot be read.
  case badFolder(String)
  /// What the store holds is not what its last header says.
  case stateDiffers(String)
  /// The chain of links in the folder is not the network's.
  case wrongLinks

  init(_ error: ServerError) {
    if case .portTaken(let port) = error {
      self = .portTaken(port)
    } else {
      self = .server(code: error.code, message: error.message, hint: error.hint)
    }
  }
}

extension NodeError {
  /// Stable and camel-cased.
  public var code: String {
    switch self {
    case .store(let error): error.code
    case .portTaken: "portTaken"
    case .server(let code, _, _): code
    case .badFolder: "badFolder"
    case .stateDiffers: "stateDiffers"
    case .wrongLinks: "wrongLinks"
    }
  }

  /// Lower case, without a final stop.
  public var message: String {
    switch self {
    case .store(let error): error.message
    case .portTaken(let port): "port \(port) is taken"
    case .server(_, let message, _): message
    case .badFolder(let why): "the node's folder cannot be used: \(why)"
    case .stateDiffers(let code): "the stored rows are not those of the last block: \(code)"
    case .wrongLinks: "the operator's links do not follow those of the last block"
    }
  }

  public var hint: String {
    switch self {
    case .store(let error): error.hint
    case .portTaken: "stop who listens there, or choose another with --port"
    case .server(_, _, let hint): hint
    case .badFolder: "choose another with --data, or restore a backup"
    case .stateDiffers: "keep the folder, restore a backup and start again"
    case .wrongLinks: "restore operator.links from a backup"
    }
  }
}
