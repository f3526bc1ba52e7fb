/// The order in which the axes of a stored array become the axes of the array that is read.
///
/// Only the order of axes changes: an element keeps its index along each axis. The result is always
/// laid out row-major, whatever the file's own layout. The elements are put in their places while
/// they are read, so no order costs a second array.
public struct AxisOrder: Sendable, Equatable {
  private enum Kind: Equatable, Sendable {
    case asStored, lastFirst, reversed
    case axes([Int])
  }

  private let kind: Kind

  /// The file's own order: MATLAB's 28 x 28 x 1 x 5000 becomes `[28, 28, 1, 5000]`.
  public static let asStored = AxisOrder(kind: .asStored)

  /// The last axis in front: MATLAB's 28 x 28 x 1 x 5000 becomes `[5000, 28, 28, 1]`, one image
  /// after another.
  ///
  /// MATLAB drops trailing axes of size 1, so that one image of 28 x 28 x 1 x 1 is stored as 28 x
  /// 28: look at the variable's size first where a file may hold a single observation.
  public static let lastFirst = AxisOrder(kind: .lastFirst)

  /// The axes from last to first: MATLAB's 28 x 28 x 1 x 5000 becomes `[5000, 1, 28, 28]`, where
  /// every image is transposed. This is how the bytes of a MAT file lie.
  public static let reversed = AxisOrder(kind: .reversed)

  /// A permutation: axis `axes[d]` of the stored array becomes axis `d` of the result.
  public static func axes(_ axes: [Int]) -> AxisOrder {
    AxisOrder(kind: .axes(axes))
  }

  /// The permutation for an array of `rank` axes, or `nil` if a given one does not fit it.
  func permutation(rank: Int) -> [Int]? {
    switch kind {
    case .asStored: Array(0..<rank)
    case .lastFirst: rank == 0 ? [] : [rank - 1] + Array(0..<rank - 1)
    case .reversed: Array((0..<rank).reversed())
    case .axes(let axes): axes.sorted() == Array(0..<rank) ? axes : nil
    }
  }
}

extension AxisOrder: CustomStringConvertible {
  /// The order's name, or its axes: `axes [3, 0, 1, 2]`.
  public var description: String {
    switch kind {
    case .asStored: "asStored"
    case .lastFirst: "lastFirst"
    case .reversed: "reversed"
    case .axes(let axes): "axes \(axes)"
    }
  }
}
