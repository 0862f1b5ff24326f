// What own assets, their pools and the root fund refuse, each with the numbers that say why.

import Primitives

extension Refusal {
  static var badAssetName: Refusal { Refusal("badAssetName") }

  /// What a schedule pays in all must leave something for the pool, and pay somebody something.
  static func badAssetSchedule(_ total: Amount, least: Amount, most: Amount) -> Refusal {
    Refusal(
      "badAssetSchedule", ["total": total.units, "least": least.units, "most": most.units])
  }

  static var assetExists: Refusal { Refusal("assetExists") }
  static func assetTooLate(epoch: UInt64) -> Refusal { Refusal("assetTooLate", ["epoch": epoch]) }
  static func noAsset(_ subnet: UInt64) -> Refusal { Refusal("noAsset", ["subnet": subnet]) }
  static var poolExists: Refusal { Refusal("poolExists") }
  static func noPool(_ subnet: UInt64) -> Refusal { Refusal("noPool", ["subnet": subnet]) }
  static var poolEnds: Refusal { Refusal("poolEnds") }
  static var notPoolSeeder: Refusal { Refusal("notPoolSeeder") }

  /// The price moved, or was never that good.
  static func lessThanLeast(gives: Amount, least: Amount) -> Refusal {
    Refusal("lessThanLeast", ["gives": gives.units, "least": least.units])
  }

  /// It buys less than the smallest unit.
  static var tradeTooSmall: Refusal { Refusal("tradeTooSmall") }
  static var nothingToCollect: Refusal { Refusal("nothingToCollect") }
}
