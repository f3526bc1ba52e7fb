import LigatureNetworks
import LigatureTensors

/// Small and large inputs give what can be computed in single precision, without a jump.
struct InputScales: LayerCheck {
  static let kind = CheckKind.inputScales
  static let prerequisites: [CheckKind] = [.finiteValues, .determinism, .scalarType]
  static let meaning =
    "At the scales of the options, float32 is finite where float64 is and float32 could hold it, and large inputs bring no "
    + "jump that ordinary ones do not."
  static let commonCause =
    "exp of what can be large: a softmax without its maximum, log(1 + exp(x)); a square that overflows; a mean of squares less "
    + "the squared mean; another formula beyond a bound that does not meet the first."
  static let remedy =
    "Use softmax, logSoftmax, softplus or sigmoid, or take the largest away before exp, and the mean before squares; or "
    + "say which inputs the layer is for with inputScales"

  /// What float32 holds with room to spare for sums.
  private static let largest = 1e35
  /// What large inputs that lie close together are about, and how far they spread: a variance that
  /// is the difference of two large numbers comes out negative.
  private static let (offset, spread) = (1e4, 1e-2)
  /// One difference in three comes out negative.
  private static let draws = 5

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let options = subject.options
    let scales = options.inputScales.dropFirst()
    if scales.isEmpty || options.examples != nil {
      return .skipped(
        reason: scales.isEmpty ? "one scale is to be tried" : "examples are given",
        remedy: "Give several inputScales and no examples")
    }
    for exception in [CheckOptions.Exception.changesScalarType, .random]
    where options.exceptions.contains(exception) {
      return .skipped(
        reason: "the exception .\(exception.rawValue) is declared",
        remedy: "Remove it to run this check")
    }
    for scale in scales {
      let inputs = try inputs(subject, scale)
      for phase in Phase.allCases {
        if let failure = try lost(subject, inputs, "of scale \(scale)", phase) {
          return .failed([failure])
        }
      }
    }
    if scales.contains(where: { $0 >= Self.offset }), let failure = try close(subject) {
      return .failed([failure])
    }
    if let largest = scales.max(), largest > 3 * options.inputScales[0],
      let failure = try Jumps(subject).failure(upTo: largest / options.inputScales[0])
    {
      return .failed([failure])
    }
    return .passed(scales.map { "\($0)" }.joined(separator: ", "))
  }

  /// A number lost where inputs are large and lie close together.
  private func close(_ subject: CheckSubject) throws -> CheckReport.Failure? {
    for draw in 0..<Self.draws {
      let inputs = try inputs(subject, Self.spread, draw: draw).map { input in
        input.scalarType.isFloatingPoint ? try input + Self.offset : input
      }
      let what = "about \(Self.offset) that spread by \(Self.spread)"
      for phase in Phase.allCases {
        if let failure = try lost(subject, inputs, what, phase) { return failure }
      }
    }
    return nil
  }

  private func inputs(
    _ subject: CheckSubject, _ scale: Double, draw: Int = 0
  ) throws -> [Tensor] {
    try subject.inputs(type: .float64, draw: draw).map { input in
      guard input.scalarType.isFloatingPoint else { return input }
      return try input * (scale / subject.options.inputScales[0])
    }
  }

  /// A number that float64 has, that float32 could hold, and that is lost in float32.
  private func lost(
    _ subject: CheckSubject, _ inputs: [Tensor], _ what: String, _ phase: Phase
  ) throws -> CheckReport.Failure? {
    let single: [(name: String, value: Tensor)]
    do {
      single = try results(
        subject, inputs.map { $0.scalarType.isFloatingPoint ? try $0.cast(to: .float32) : $0 },
        phase)
    } catch {
      // A layer may refuse what it is not made for.
      return nil
    }
    guard try single.contains(where: { try !$0.value.isFinite() }) else { return nil }
    let double = try subject.withScalarType(.float64) { try results(subject, inputs, phase) }
    for ((name, found), (_, expected)) in zip(single, double) where try !found.isFinite() {
      let pairs = zip(try found.doubles(), try expected.doubles())
      let lost = pairs.enumerated().first { _, pair in
        !pair.0.isFinite && pair.1.isFinite && Swift.abs(pair.1) < Self.largest
      }
      guard let (element, (value, right)) = lost else { continue }
      return CheckReport.Failure(
        "a number is lost in float32 for inputs of another scale",
        at: "\(name), \(CheckSubject.element(element, of: found.shape)), for inputs \(what), in "
          + phase.rawValue,
        expected: "\(right), as in float64", found: "\(value)", remedy: Self.remedy)
    }
    return nil
  }

  /// Outputs and gradients, by name.
  private func results(
    _ subject: CheckSubject, _ inputs: [Tensor], _ phase: Phase
  ) throws -> [(name: String, value: Tensor)] {
    let pass = try subject.differentiated(inputs, phase)
    return pass.outputs.enumerated().filter { $1.scalarType.isFloatingPoint }.map {
      (subject.outputName($0), $1)
    }
      + Variable.all(of: subject, inputs).compactMap { variable in
        variable.gradient(in: pass).map { ("gradient of \(variable.name)", $0) }
      }
  }
}

/// Looks for places where the outputs jump as inputs grow, all in proportion.
private struct Jumps {
  let subject: CheckSubject
  let inputs: [Tensor]

  init(_ subject: CheckSubject) throws {
    self.subject = subject
    inputs = try subject.inputs(observations: 2, type: .float64)
  }

  /// Halvings of an interval: a slope shrinks with it, a jump stays.
  private static let halvings = 42
  /// The part of the largest output that counts as a jump, and as worth a look.
  private static let jump = 1e-3
  private static let suspicion = 0.05

  /// A jump between three times and `end` times the inputs, unless there are some before as well,
  /// as in what rounds or chooses.
  func failure(upTo end: Double) throws -> CheckReport.Failure? {
    guard inputs.contains(where: { $0.scalarType.isFloatingPoint }) else { return nil }
    return try subject.withScalarType(.float64) {
      var points = [3.0]
      while let last = points.last, last * 2.1 < end { points.append(last * 2.1) }
      points.append(end)
      guard let place = try jump(among: points) else { return nil }
      let ordinary = stride(from: 0.1, through: 3, by: 0.29).map { $0 }
      for (start, end) in zip(ordinary, ordinary.dropFirst())
      where try bisected(start, end) != nil { return nil }
      return CheckReport.Failure(
        "the outputs jump where inputs become large", at: subject.shown(""),
        expected: "outputs that change little where inputs do",
        found: "a jump at \(place) times ordinary inputs", remedy: InputScales.remedy)
    }
  }

  /// Looks closer where both the outputs and their ratio to the inputs change a lot, which they do
  /// not where outputs are bounded or grow in proportion.
  private func jump(among points: [Double]) throws -> Double? {
    let values = try points.map { try outputs($0) }
    let changes = zip(values.indices, values.indices.dropFirst()).map { a, b in
      let plain = Self.change(values[a], values[b])
      let ratio = Self.change(
        values[a].map { $0 / points[a] }, values[b].map { $0 / points[b] })
      return (change: min(plain, ratio), place: a)
    }
    let suspects = changes.filter { $0.change > Self.suspicion }
      .sorted { $0.change > $1.change }.prefix(2)
    for suspect in suspects {
      if let found = try bisected(points[suspect.place], points[suspect.place + 1]) {
        return found
      }
    }
    return nil
  }

  private func bisected(_ start: Double, _ end: Double) throws -> Double? {
    var (a, b) = (start, end)
    var (first, last) = (try outputs(a), try outputs(b))
    for _ in 0..<Self.halvings {
      let middle = (a + b) / 2
      let between = try outputs(middle)
      if Self.change(first, between) >= Self.change(between, last) {
        (b, last) = (middle, between)
      } else {
        (a, first) = (middle, between)
      }
      if Self.change(first, last) < Self.jump { return nil }
    }
    return Double(String(describing: Float(a))) ?? a
  }

  private func outputs(_ factor: Double) throws -> [Double] {
    let scaled = try inputs.map { $0.scalarType.isFloatingPoint ? try $0 * factor : $0 }
    return try subject.outputs(scaled).flatMap { output in
      output.scalarType.isFloatingPoint ? try output.doubles() : []
    }
  }

  /// The largest change, as a part of the largest number.
  private static func change(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return 0 }
    let largest = (a + b).map { abs($0) }.max() ?? 0
    guard largest > 0, largest.isFinite else { return 0 }
    return (zip(a, b).map { abs($0 - $1) }.max() ?? 0) / largest
  }
}
