import LigatureNetworks
import LigatureTensors

/// Adding the gradients of two recordings of one pass exactly doubles each.
struct TieAccumulation: LayerCheck {
  static let kind = CheckKind.tieAccumulation
  static let prerequisites: [CheckKind] = [.gradientSizes, .determinism]
  static let meaning = "Adding the gradients of two recordings of one pass exactly doubles each."
  static let commonCause =
    "A backward that changes what it returned before, or that counts its calls."
  static let remedy = "Return a new tensor from each backward"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let inputs = try subject.inputs()
    let first = try subject.differentiated(inputs).gradients
    let sum = try first + subject.differentiated(inputs).gradients
    for learnable in subject.network.learnables {
      guard let single = first[learnable.parameter], let double = sum[learnable.parameter] else {
        continue
      }
      if let difference = try Difference(double, single * 2) {
        return .failed([
          difference.failure(
            "two recordings do not add up to twice one",
            at: "learnable \(subject.shown(learnable.path))", remedy: Self.remedy)
        ])
      }
    }
    return .passed()
  }
}
