import LigatureLayers
import LigatureTensors

/// Row 24: repeated passes do not hold on to memory.
struct MemoryGrowth: LayerCheck {
  static let kind = CheckKind.memoryGrowth
  static let prerequisites: [CheckKind] = [.gradientSizes]
  static let meaning = "Passes leave no tensors behind."
  static let commonCause = "Outputs or gradients appended to a stored array."
  static let remedy = "Drop what belongs to a pass when it ends"

  private static let passes = 6
  /// Others in the process come and go; a layer that keeps tensors grows every time.
  private static let trials = 12

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    func pass(_ iteration: Int) throws {
      // Inputs of its own: a kept one shows.
      let inputs = try subject.inputs()
      _ = try subject.outputs(inputs)
      _ = try subject.differentiated(inputs, iteration: iteration)
    }
    for iteration in 0..<2 { try pass(iteration) }
    var least = Int.max
    for _ in 0..<Self.trials where least > 0 {
      let before = StoragePool.shared.statistics.liveBytes
      for iteration in 0..<Self.passes { try pass(iteration) }
      least = min(least, StoragePool.shared.statistics.liveBytes - before)
    }
    guard least > 0 else { return .passed("\(Self.passes) passes") }
    return .failed([
      CheckReport.Failure(
        "memory grows from pass to pass", at: subject.shown(""), expected: "no growth",
        found: "at least \(least) bytes in \(Self.passes) passes, \(Self.trials) times in a row",
        remedy: Self.remedy)
    ])
  }
}
