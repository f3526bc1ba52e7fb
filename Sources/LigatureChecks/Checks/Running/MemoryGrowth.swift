import LigatureNetworks
import LigatureTensors

/// Repeated passes do not hold on to memory.
struct MemoryGrowth: LayerCheck {
  static let kind = CheckKind.memoryGrowth
  static let prerequisites: [CheckKind] = [.gradientSizes]
  static let meaning = "Passes leave no tensors behind."
  static let commonCause = "Outputs or gradients appended to a stored array."
  static let remedy = "Drop what belongs to a pass when it ends"

  private static let passes = 6

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    func pass(_ iteration: Int) throws {
      // Inputs of its own: a kept one shows.
      let inputs = try subject.inputs()
      _ = try subject.outputs(inputs)
      _ = try subject.differentiated(inputs, iteration: iteration)
    }
    for iteration in 0..<2 { try pass(iteration) }
    let meter = StorageMeter()
    try meter.metering {
      for iteration in 0..<Self.passes { try pass(iteration) }
    }
    // What one pass leaves until the next one has its place is no growth.
    let once = meter.liveBytes
    try meter.metering {
      for iteration in 0..<Self.passes { try pass(iteration) }
    }
    let grown = meter.liveBytes - once
    guard grown > 0 else { return .passed("\(2 * Self.passes) passes") }
    return .failed([
      CheckReport.Failure(
        "memory grows from pass to pass", at: subject.shown(""), expected: "no growth",
        found: "\(grown) bytes more after \(Self.passes) passes",
        remedy: Self.remedy)
    ])
  }
}
