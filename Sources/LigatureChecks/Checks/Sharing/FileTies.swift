import LigatureInterchange
import LigatureNetworks
import LigatureTensors

/// Ties declared in a file equal ties found, and a file with two values for one tie is refused.
struct FileTies: LayerCheck {
  static let kind = CheckKind.fileTies
  static let meaning =
    "What is shared when a file is written is shared when it is read; two values for one learnable are refused."
  static let commonCause =
    "A coding that makes new learnables for each place, or makes one of two."
  static let remedy = "Let learnables code themselves, each under a key of its own"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if let reason = subject.reasonNotToShare { return reason }
    let pair = try subject.pair()
    // The file declares them in the order of their owners.
    let groups = CheckSubject.groups(of: pair).sorted { $0[0] < $1[0] }
    guard !groups.isEmpty else {
      return CheckSubject.nothingToShare
    }
    func failure(_ problem: String, _ expected: String, _ found: String) -> CheckReport.Outcome {
      .failed([
        CheckReport.Failure(
          problem, at: subject.shown(""), expected: expected, found: found, remedy: Self.remedy)
      ])
    }
    let file = try pair.savedFile(architecture: false)
    guard file.declaredTies == groups else {
      return failure("a file declares other ties", "\(groups)", "\(file.declaredTies)")
    }
    let aliases = pair.learnables.filter { $0.count > 0 }.compactMap { learnable in
      learnable.aliases.first { learnable.transforms[$0] == nil }.map { (learnable.path, $0) }
    }
    let problems = try problems(of: pair, givenTwoValuesFor: aliases)
    let refused = Set(problems.filter { $0.kind == .contradictingTie }.map(\.path))
    if let (path, alias) = aliases.first(where: { !refused.contains($0.0) }) {
      return failure(
        "a file with two values for one learnable is not refused",
        "a refusal of \(path) and \(alias)", problems.isEmpty ? "none" : "\(problems)")
    }
    switch try pair.savedAndLoaded() {
    case nil:
      return .passed("\(counted(groups.count, "tie")), values only, since it is not Codable")
    case .failure(let error):
      return failure(
        "ties of a file are not those of the layers made of it", "\(groups)", error.text)
    case .success(let network):
      let found = CheckSubject.groups(of: network).sorted { $0[0] < $1[0] }
      return found == groups
        ? .passed(counted(groups.count, "tie"))
        : failure("ties are lost by saving and loading", "\(groups)", "\(found)")
    }
  }

  /// What loading says of a file that has another value under a second path of each learnable.
  private func problems(
    of network: Network, givenTwoValuesFor aliases: [(path: String, alias: String)]
  ) throws -> [LoadProblem] {
    let file = try network.savedFile(architecture: false)
    var tensors: [String: Tensor] = [:]
    for name in file.names { tensors[name] = try file.tensor(named: name) }
    for (path, alias) in aliases { tensors[alias] = try tensors[path].map { try $0 + 1 } }
    let forged = try SafetensorsFile(
      bytes: SafetensorsFile.bytes(tensors, metadata: file.metadata), name: "a forged file")
    let before = network.snapshot()
    defer { before.restore() }
    do { try network.load(from: forged) } catch let error as LoadError { return error.problems }
    return []
  }
}
