// Which addresses belong to the open network: whom nobody named is asked there or nowhere.

import Glibc
import NIOCore
import NIOPosix

/// Looks hosts up, and keeps those away from this machine and its neighbours that a stranger named.
enum PublicAddress {
  /// Every address of a host.
  typealias Resolver = @Sendable (_ host: String, _ port: Int) async throws -> [SocketAddress]

  /// The address to connect to: one that was looked at, so that no second look-up says another.
  static func of(
    _ seller: Seller, within limit: Duration, _ resolve: @escaping Resolver
  ) async throws(SpeechProblem) -> SocketAddress {
    let found: [SocketAddress]
    if let literal = try? SocketAddress(ipAddress: seller.host, port: seller.port) {
      found = [literal]
    } else {
      do {
        found = try await first(within: limit) { try await resolve(seller.host, seller.port) }
      } catch { throw .sellerSilent }
    }
    guard let place = found.first else { throw .sellerSilent }
    guard seller.isNamed || found.allSatisfy(isPublic) else { throw .privateSeller }
    return place
  }

  /// What cannot be cancelled is left to itself when its time is over.
  private static func first<T: Sendable>(
    within limit: Duration, _ body: @escaping @Sendable () async throws -> T
  ) async throws -> T {
    let (results, inlet) = AsyncThrowingStream<T, any Error>.makeStream()
    let work = Task {
      do { inlet.yield(try await body()) } catch { inlet.finish(throwing: error) }
    }
    let alarm = Task {
      try? await Task.sleep(for: limit)
      inlet.finish()
    }
    defer {
      work.cancel()
      alarm.cancel()
    }
    for try await result in results { return result }
    throw SpeechProblem.sellerSilent
  }

  /// A look-up keeps a thread until the system gives up. These wait for strangers and their name
  /// servers, and for nothing else.
  private static let pool: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 4)
    pool.start()
    return pool
  }()

  static let system: Resolver = { host, port in
    try await pool.runIfActive {
      var hints = addrinfo()
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
      var list: UnsafeMutablePointer<addrinfo>?
      guard getaddrinfo(host, String(port), &hints, &list) == 0 else {
        throw SpeechProblem.sellerSilent
      }
      defer { freeaddrinfo(list) }
      var found: [SocketAddress] = []
      var next = list
      while let entry = next {
        if let address = address(entry.pointee) { found.append(address) }
        next = entry.pointee.ai_next
      }
      return found
    }
  }

  private static func address(_ entry: addrinfo) -> SocketAddress? {
    guard let place = entry.ai_addr else { return nil }
    switch entry.ai_family {
    case AF_INET:
      return place.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        SocketAddress($0.pointee)
      }
    case AF_INET6:
      return place.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        SocketAddress($0.pointee)
      }
    default: return nil
    }
  }

  static func isPublic(_ address: SocketAddress) -> Bool {
    switch address {
    case .v4(let place):
      var number = place.address.sin_addr.s_addr
      return isPublic4(withUnsafeBytes(of: &number) { Array($0) })
    case .v6(let place):
      var number = place.address.sin6_addr
      return isPublic6(withUnsafeBytes(of: &number) { Array($0) })
    case .unixDomainSocket: return false
    }
  }

  /// Not what IANA keeps for this machine, private networks, tests, carriers, groups, the future.
  private static func isPublic4(_ a: [UInt8]) -> Bool {
    switch (a[0], a[1], a[2]) {
    case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
    case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _): false
    case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): false
    case (198, 18...19, _): false
    default: true
    }
  }

  /// Global unicast, without what wraps an address of the old kind and what is for examples.
  private static func isPublic6(_ a: [UInt8]) -> Bool {
    guard a[0] & 0xe0 == 0x20 else { return false }
    if a[0] == 0x20 && a[1] == 0x02 { return false }
    if a[0] == 0x20 && a[1] == 0x01 && (a[2] < 2 || (a[2] == 0x0d && a[3] == 0xb8)) { return false }
    return !(a[0] == 0x3f && a[1] == 0xff)
  }
}
