import LigatureKernels
import Testing

/// The tests of the kernels, at every level in turn on the thread of the test.
@Suite struct KernelTests {}

/// A scalar type that the kernels compute in.
protocol KernelScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  static var kind: LKScalar { get }
}

extension Float: KernelScalar {
  static var kind: LKScalar { LK_F32 }
}

extension Double: KernelScalar {
  static var kind: LKScalar { LK_F64 }
}

/// One level and one scalar type under test.
struct Configuration: Sendable, CustomStringConvertible {
  let level: LKLevel
  let scalar: any KernelScalar.Type

  var description: String { "\(String(cString: lk_level_name(level))), \(scalar)" }

  /// Every level this processor supports, with both scalar types.
  static let all: [Configuration] = levels.flatMap { level in
    [
      Configuration(level: level, scalar: Float.self),
      Configuration(level: level, scalar: Double.self),
    ]
  }

  static let levels: [LKLevel] = [LK_LEVEL_BASELINE, LK_LEVEL_AVX2, LK_LEVEL_AVX512]
    .filter { lk_supports_level($0) == 1 }

  /// Runs `body` at this level on this thread.
  func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    #expect(lk_use_level_here(level) == 1)
    defer { lk_follow_level() }
    return try body()
  }
}

/// Sizes around the widths of all vectors, whole and ragged.
let raggedSizes = [0, 1, 2, 3, 5, 7, 8, 13, 15, 16, 17, 31, 33, 64, 65, 130]

/// Numbers that are the same in every run (Knuth's linear congruential generator).
struct Numbers {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 11
  }

  /// In [low, high).
  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * (Double(next()) * 0x1p-53)
  }

  mutating func array<S: KernelScalar>(
    _ count: Int, of type: S.Type = S.self, from low: Double = -1, to high: Double = 1
  ) -> [S] {
    (0..<count).map { _ in S(uniform(low, high)) }
  }
}

/// Expects every element within `tolerance` of the reference, relative to 1 + |reference|.
func expectClose<S: KernelScalar>(
  _ actual: [S], _ expected: [Double], tolerance: Double, _ label: @autoclosure () -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record("\(label()): \(actual.count) elements", sourceLocation: sourceLocation)
    return
  }
  for (index, (value, reference)) in zip(actual, expected).enumerated() {
    if value.isNaN && reference.isNaN { continue }
    if Double(value) == reference { continue }
    guard abs(Double(value) - reference) <= tolerance * (1 + abs(reference)) else {
      Issue.record(
        "\(label()), element \(index): \(value), expected \(reference)",
        sourceLocation: sourceLocation)
      return
    }
  }
}

extension KernelScalar {
  /// A few roundings.
  static var tolerance: Double { 8 * Double(Self.ulpOfOne) }
}
