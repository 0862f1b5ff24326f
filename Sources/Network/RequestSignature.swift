// Who asks: a signature over a request, for what only some may do or read.

public import Primitives

/// `Authorization: Tolsey <address>:<unix ms>:<signature hex>`.
///
/// The signature covers SHA-256("tolsey/http/1" ‖ network ‖ time ‖ hash of the body ‖ method ‖
/// space ‖ path and query): time as eight bytes, the parts of unknown length last, so that no
/// two requests have the same bytes. A method has no space in it.
public struct RequestSignature: Hashable, Sendable {
  public static let scheme = "Tolsey"
  /// How far the clocks of a client and a node may differ.
  public static let tolerance: UInt64 = 300_000

  public var signer: Address
  public var time: Time
  public var signature: Signature

  /// Signs a request.
  public init(
    method: String, path: String, body: [UInt8], network: Bytes32, time: Time, key: PrivateKey
  ) {
    signer = key.address
    self.time = time
    signature = key.sign(
      digest: RequestSignature.digest(
        method: method, path: path, body: body, network: network, time: time))
  }

  public static func digest(
    method: String, path: String, body: [UInt8], network: Bytes32, time: Time
  ) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/http/1")
    hasher.update(network.bytes)
    hasher.update(time.milliseconds)
    hasher.update(SHA256.hash(body).bytes)
    hasher.update("\(method) \(path)")
    return hasher.finalize()
  }

  /// The value of the header.
  public var header: String {
    "\(RequestSignature.scheme) \(signer):\(time.milliseconds):\(Hex.encode(signature.bytes))"
  }

  public init?(header: String) {
    let words = header.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "tolsey" else { return nil }
    let parts = words[1].split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let signer = Address(hex: String(parts[0])),
      let time = UInt64(parts[1]), let bytes = Hex.decode(String(parts[2])),
      let signature = try? Signature(bytes)
    else { return nil }
    self.signer = signer
    self.time = Time(time)
    self.signature = signature
  }

  /// The signer, once time and signature hold.
  public func verified(
    method: String, path: String, body: [UInt8], network: Bytes32, now: Time
  ) throws(Problem) -> Address {
    let apart =
      time > now
      ? time.milliseconds - now.milliseconds : now.milliseconds - time.milliseconds
    guard apart <= RequestSignature.tolerance else {
      throw Problem(
        401, "staleSignature", "the signature's time is not the node's",
        hint: "set the clock, and sign again",
        numbers: [Number("time", time.milliseconds), Number("now", now.milliseconds)])
    }
    let digest = RequestSignature.digest(
      method: method, path: path, body: body, network: network, time: time)
    guard (try? signature.recover(digest: digest)) == signer else {
      throw Problem(
        401, "badSignature", "the signature is not \(signer)'s over this request",
        hint: "sign method, path, body hash and time for this network")
    }
    return signer
  }

  public static let missing = Problem(
    401, "unsigned", "this request has to be signed",
    hint: "send Authorization: Tolsey <address>:<unix ms>:<signature>")
}
