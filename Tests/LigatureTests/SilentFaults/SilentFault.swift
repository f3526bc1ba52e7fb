import Ligature
import Testing

/// A kind of mistake that once gave a number that looked right, and cases of it.
struct SilentFault: Sendable, CustomTestStringConvertible {
  /// A program, and the numbers that it must give or the words that it must be refused with.
  struct Case: Sendable {
    let name: String
    let expected: Expected
    let run: @Sendable () throws -> [Double]

    enum Expected: Sendable {
      case values([Double], within: Double)
      case refusal(String)
    }

    /// Numbers, and where they come from.
    static func gives(
      _ values: [Double], within tolerance: Double = 1e-6, _ name: String,
      _ run: @escaping @Sendable () throws -> [Double]
    ) -> Case { Case(name: name, expected: .values(values, within: tolerance), run: run) }

    /// Words that the error must have.
    static func refuses(
      _ words: String, _ name: String, _ run: @escaping @Sendable () throws -> [Double]
    ) -> Case { Case(name: name, expected: .refusal(words), run: run) }

    func check() {
      do {
        let found = try run()
        guard case .values(let values, let tolerance) = expected else {
          Issue.record("\(name): gave \(found) where an error was due")
          return
        }
        let fits =
          found.count == values.count
          && zip(found, values).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
        #expect(fits, "\(name): gave \(found), right are \(values)")
      } catch {
        guard case .refusal(let words) = expected else {
          Issue.record("\(name): \(error)")
          return
        }
        #expect("\(error)".contains(words), "\(name): \(error)")
      }
    }
  }

  let testDescription: String
  let cases: [Case]

  init(_ description: String, _ cases: [Case]) {
    testDescription = description
    self.cases = cases
  }
}

/// A network of one layer with two inputs.
func network(ofTwoInputs layer: some Layer) throws -> Network {
  let network = Network()
  for input in ["a", "b"] { try network.addInput(input) }
  try network.add(layer, named: "pair")
  try network.connect("a", to: "pair/in1")
  try network.connect("b", to: "pair/in2")
  return network
}

@Suite("Silent faults")
struct SilentFaultTests {
  static let table =
    SilentFault.derivatives + SilentFault.losses + SilentFault.learnables + SilentFault.statistics
    + SilentFault.randomness + SilentFault.sequences + SilentFault.numerics

  @Test("give the right numbers or an error in words", arguments: table)
  func fault(_ fault: SilentFault) {
    #expect(fault.cases.count >= 3, "a fault and two relatives at least")
    for one in fault.cases { one.check() }
  }
}
