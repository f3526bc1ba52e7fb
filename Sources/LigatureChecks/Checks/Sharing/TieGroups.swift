import LigatureNetworks
import LigatureTensors

/// The groups of ties survive copying, casting, freezing and replacing.
struct TieGroups: LayerCheck {
  static let kind = CheckKind.tieGroups
  static let prerequisites: [CheckKind] = [.initialization]
  static let meaning =
    "What is shared before is shared after copying, casting, freezing and replacing a part."
  static let commonCause =
    "A coding, or a layer's own copy, that makes new learnables for each place."
  static let remedy = "Let learnables code themselves, and never replace a Parameter"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if let reason = subject.reasonNotToShare { return reason }
    let pair = try subject.pair()
    let groups = CheckSubject.groups(of: pair)
    guard !groups.isEmpty else {
      return CheckSubject.nothingToShare
    }
    var found: [(String, [[String]])] = []
    if let copy = try? pair.copy() { found.append(("copying", CheckSubject.groups(of: copy))) }
    let before = pair.snapshot()
    try pair.cast(to: .float64)
    found.append(("casting", CheckSubject.groups(of: pair)))
    pair.restore(before)
    try pair.freeze()
    try pair.unfreeze()
    found.append(("freezing", CheckSubject.groups(of: pair)))
    pair.restore(before)
    try pair.replace("first", with: subject.layer)
    found.append(("replacing a part by itself", CheckSubject.groups(of: pair)))
    return outcome(
      found.filter { $0.1 != groups }.map { what, others in
        CheckReport.Failure(
          "ties are lost by \(what)", at: subject.shown(""), expected: "\(groups)",
          found: "\(others)", remedy: Self.remedy)
      }, counted(groups.count, "tie"))
  }
}
