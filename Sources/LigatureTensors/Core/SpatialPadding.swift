/// What stands around the spatial axes of an image where a filter or a window reaches over its
/// edge: ``valid``, ``same``, ``causal``, or so many elements a side, of zeros unless
/// ``filling(_:)`` says otherwise.
///
///     try convolution(x, filters: w, padding: .same)
///     try convolution(x, filters: w, padding: .explicit(before: [1], after: [2]))
///     try convolution(x, filters: w, padding: .same.filling(.reflect))
public struct SpatialPadding: Sendable, Hashable, Codable, CustomStringConvertible {
  /// How much there is.
  public enum Amount: Sendable, Hashable, Codable {
    /// None.
    case valid
    /// As much as makes the output's size the input's, divided by the stride and rounded up. Of an
    /// odd number the larger half stands after.
    case same
    /// As much before each axis as the filter is long, less one, and none after: no output depends
    /// on what comes later.
    case causal
    /// So many elements before and after each axis; one number stands for all axes.
    case explicit(before: [Int], after: [Int])
  }

  /// How much there is.
  public let amount: Amount
  /// What it is made of.
  public let filling: TensorPadding

  /// Padding of an amount.
  public init(_ amount: Amount, filling: TensorPadding = .zeros) {
    self.amount = amount
    self.filling = filling
  }

  /// None.
  public static let valid = SpatialPadding(.valid)
  /// As much as keeps the size, where the stride is 1.
  public static let same = SpatialPadding(.same)
  /// All of it before.
  public static let causal = SpatialPadding(.causal)

  /// So much on both sides of each axis; one number stands for all axes.
  public static func explicit(_ sides: Int...) -> SpatialPadding {
    SpatialPadding(.explicit(before: sides, after: sides))
  }

  /// So much before and after each axis; one number stands for all axes.
  public static func explicit(before: [Int], after: [Int]) -> SpatialPadding {
    SpatialPadding(.explicit(before: before, after: after))
  }

  /// As much of something else.
  public func filling(_ filling: TensorPadding) -> SpatialPadding {
    SpatialPadding(amount, filling: filling)
  }

  public var description: String {
    let amount =
      switch amount {
      case .valid: "valid"
      case .same: "same"
      case .causal: "causal"
      case .explicit(let before, let after):
        before == after ? "\(before)" : "\(before) before, \(after) after"
      }
    return filling == .zeros ? amount : "\(amount), \(filling)"
  }
}
