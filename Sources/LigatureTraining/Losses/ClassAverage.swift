import LigatureTensors

/// What a score of classes is one number of.
public enum ClassAverage: Sendable, Equatable {
  /// Class 1 of two; more than two are refused.
  case positive
  /// One class against all others; NaN where it neither occurs nor is predicted.
  case `class`(Int)
  /// The mean over the classes that occur or are predicted, each counting alike.
  case macro
  /// The mean over classes, each counting as often as it occurs in the targets.
  case weighted
  /// All classes' counts added up before the quotient is taken.
  case micro

  /// Throws where there are no such classes.
  func require(_ name: String, of classes: Int) throws {
    switch self {
    case .positive where classes != 2:
      throw TensorError(
        name, "there are \(classes) classes, and none of them is the positive one",
        remedy: "Take .macro, .weighted, .micro or .class(number)")
    case .class(let number) where !(0..<classes).contains(number):
      throw TensorError(
        name, "there is no class \(number) among \(classes)",
        remedy: "Give one of 0...\(classes - 1)")
    default: break
    }
  }
}
