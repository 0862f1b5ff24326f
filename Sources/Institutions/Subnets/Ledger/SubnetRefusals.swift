// What subnets refuse, each with the numbers that say why.

import Primitives

extension Refusal {
  static func noSuchSubnet(_ number: UInt64) -> Refusal {
    Refusal("noSuchSubnet", ["subnet": number])
  }

  static var badSubnetName: Refusal { Refusal("badSubnetName") }

  static func tooManySubnets(limit: UInt64) -> Refusal {
    Refusal("tooManySubnets", ["limit": limit])
  }

  static var notSubnetOwner: Refusal { Refusal("notSubnetOwner") }
  static var subnetCloses: Refusal { Refusal("subnetCloses") }
  static var subnetClosed: Refusal { Refusal("subnetClosed") }

  /// The epoch is over and has not been computed: the next block does.
  static var epochIsDue: Refusal { Refusal("epochIsDue") }

  static var alreadyMember: Refusal { Refusal("alreadyMember") }
  static var notMember: Refusal { Refusal("notMember") }

  /// Every seat is taken by somebody who cannot be displaced yet.
  static func everySeatImmune(_ members: UInt64) -> Refusal {
    Refusal("everySeatImmune", ["members": members])
  }

  static func stakeTooSmall(least: Amount) -> Refusal {
    Refusal("stakeTooSmall", ["least": least.units])
  }

  static var nothingStaked: Refusal { Refusal("nothingStaked") }
  static var noPermit: Refusal { Refusal("noPermit") }

  static func sealedAlready(epoch: UInt64) -> Refusal {
    Refusal("sealedAlready", ["epoch": epoch])
  }

  static var nothingSealed: Refusal { Refusal("nothingSealed") }
  static var weightsDiffer: Refusal { Refusal("weightsDiffer") }

  /// Uids must ascend and name members, and each must have its share.
  static func badWeights(at place: Int) -> Refusal {
    Refusal("badWeights", ["place": UInt64(clamping: place)])
  }
}
