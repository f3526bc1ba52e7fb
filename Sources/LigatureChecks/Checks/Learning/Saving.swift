import LigatureInterchange
import LigatureNetworks
import LigatureTensors

/// A layer that was saved and loaded gives the same outputs and has the same ties.
struct Saving: LayerCheck {
  static let kind = CheckKind.saving
  static let prerequisites: [CheckKind] = [.copying]
  static let meaning =
    "Values that are saved and loaded, and a layer made of its file, give the same outputs and ties."
  static let commonCause =
    "A setting that the coding forgets; a value kept in a plain property beside its learnable."
  static let remedy =
    "Let the compiler write init(from:) and encode(to:), and read learnables in predict"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let failures = try loadedInPlace(subject)
    guard failures.isEmpty else { return .failed(failures) }
    return try madeOfFile(subject)
  }

  /// Other values, and then those of the file again.
  private func loadedInPlace(_ subject: CheckSubject) throws -> [CheckReport.Failure] {
    let network = subject.network
    let inputs = try subject.inputs()
    let before = try Phase.allCases.map { try subject.outputs(inputs, $0) }
    let file = try network.savedFile(architecture: false)
    for parameter in network.parameters { try parameter.set(parameter.value + 1) }
    _ = try subject.outputs(inputs)
    try network.load(from: file)
    for (phase, expected) in zip(Phase.allCases, before) {
      let failures = try subject.differences(
        subject.outputs(inputs, phase), expected, "loaded values give another result",
        at: "in \(phase.rawValue)", remedy: subject.codingRemedy)
      if !failures.isEmpty { return failures }
    }
    return []
  }

  private func madeOfFile(_ subject: CheckSubject) throws -> CheckReport.Outcome {
    guard let loaded = try subject.network.savedAndLoaded() else {
      return .passed("values only, since it is not Codable")
    }
    let network: Network
    switch loaded {
    case .success(let found): network = found
    case .failure(let error):
      return .failed([
        CheckReport.Failure(
          "no layer can be made of the file that it was saved in", at: subject.shown(""),
          expected: "a layer", found: error.text, remedy: subject.codingRemedy)
      ])
    }
    let own = Set(subject.network.parameters.map { ObjectIdentifier($0) })
    if let shared = network.learnables.first(where: { own.contains(ObjectIdentifier($0.parameter)) }
    ) {
      return .failed([
        CheckReport.Failure(
          "a loaded layer shares a learnable with the one that was saved",
          at: "learnable \(subject.shown(shared.path))", expected: "one of its own",
          found: "the same", remedy: subject.codingRemedy)
      ])
    }
    let inputs = try subject.inputs()
    for phase in Phase.allCases {
      let failures = try subject.differences(
        network.outputs(for: inputs, phase, seed: subject.options.seed),
        subject.outputs(inputs, phase), "a loaded layer gives another result",
        at: "in \(phase.rawValue)", remedy: subject.codingRemedy)
      if !failures.isEmpty { return .failed(failures) }
    }
    return .passed()
  }
}

/// Why a network could not be made of its own file.
struct UnloadableFile: Error {
  let text: String
}

extension Network {
  /// The file that saving would write, in memory.
  func savedFile(
    architecture: Bool = true, registry: LayerRegistry = .builtIn
  ) throws -> SafetensorsFile {
    try SafetensorsFile(
      bytes: savedBytes(architecture: architecture, registry: registry), name: "the saved file")
  }

  /// A network made of the file that saving writes; nil for layers that cannot be stored.
  func savedAndLoaded() throws -> Result<Network, UnloadableFile>? {
    let registry = LayerRegistry.builtIn.adding(typesIn: self)
    let file: SafetensorsFile
    do {
      file = try savedFile(registry: registry)
    } catch let error as LayerError where error.kind == .notCodable {
      return nil
    }
    do { return .success(try Network(file, registry: registry)) } catch {
      return .failure(UnloadableFile(text: "\(error)"))
    }
  }
}
