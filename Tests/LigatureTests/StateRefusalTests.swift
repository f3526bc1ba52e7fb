import Foundation
import Ligature
import Testing

/// States of other runs, and files that are damaged or hostile.
@Suite("A state of training is refused")
struct StateRefusalTests {
  /// A state in the middle of the second epoch.
  private func stored() throws -> NamedTensors {
    let run = try ImageRun(.adam, nil).run
    for _ in 0..<4 { _ = try run.step() }
    return try run.state.stored
  }

  private func refusal(
    of stored: NamedTensors, by image: ImageRun, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let before = try image.everything
    let text = message { try image.run.resume(from: TrainingState(stored)) }
    #expect(try image.everything == before, sourceLocation: sourceLocation)
    return text
  }

  @Test("by a run of another network, solver or batch size, which is unchanged")
  func others() throws {
    let state = try stored()
    let wider = try ImageRun(.adam, nil, outputs: 3)
    let words = try refusal(of: state, by: wider)
    #expect(words.contains("does not fit the network"))
    #expect(words.contains("Resume with the network that the state's run trained."))
    #expect(!words.contains("except:"))
    #expect(
      try refusal(of: state, by: ImageRun(.sgd, nil))
        == "SolverState: the state is of solver \"adam\", and the solver is \"sgd\". "
        + "Train on with \"adam\", or begin a new state.")
    var options = try ImageRun.options(.adam, nil)
    options.batchSize = 5
    let image = try ImageRun(.adam, nil)
    let run = try TrainingRun(
      image.network, on: ImageRun.data(), loss: .meanSquaredError, options: options)
    #expect(
      message { try run.resume(from: TrainingState(state)) }
        == "resume: the run has batch size 5 instead of 4, so its mini-batches are not those of "
        + "the state. Give the data and options that the state's run had.")
    options.batchSize = 4
    options.metrics = []
    let other = try TrainingRun(
      image.network, on: ImageRun.data(), loss: .meanSquaredError, options: options)
    #expect(
      message { try other.resume(from: TrainingState(state)) }.hasPrefix(
        "resume: the run has metrics [], and the state, in the middle of an epoch, sums of"))
    try image.network.cast(to: .float64)
    #expect(
      message { try image.run.resume(from: TrainingState(state)) }.hasPrefix(
        "resume: the state is of a network of type float32, this one is of float64"))
  }

  @Test("where a file holds something else, by the file's name")
  func otherFiles() throws {
    let network = try Network(input: Layout("BC", [nil, 2])) { FullyConnected(1) }
    try network.initialize()
    let bytes = try network.savedBytes()
    #expect(
      message { try TrainingState(savedBytes: bytes, name: "network.safetensors") }
        == "network.safetensors: TrainingState: there is no \"ligature.training\" in it, so it is "
        + "no stored state. Give what a state's stored or save(to:) made.")
    let state = try stored()
    let file = try SafetensorsFile(
      bytes: SafetensorsFile.bytes(state.tensors, metadata: state.strings), name: "run.state")
    #expect(
      message { try Network(file) }
        == "run.state: expected a network with its architecture, found a state of training; "
        + "read it with TrainingState(contentsOf:), and let a run resume(from:) it")
  }

  @Test(
    "where numbers in its records make no sense",
    arguments: [
      ("training", "\"iteration\":4", "\"iteration\":-1"),
      ("training", "\"iteration\":4", "\"iteration\":9223372036854775807"),
      ("training", "\"iteration\":4", "\"iteration\":99999999999999999999"),
      ("training", "\"iteration\":4", "\"iteration\":5"),
      ("training", "\"iteration\":4", "\"iteration\":[]"),
      ("training", "\"epoch\":1", "\"epoch\":9007199254740992"),
      ("training", "\"iterationInEpoch\":1", "\"iterationInEpoch\":2"),
      ("training", "\"batchSize\":4", "\"batchSize\":0"),
      ("training", "\"version\":1", "\"version\":2"),
      ("training", "\"plan\"", "\"plane\""),
      ("training", "\"rmse\":[", "\"rmse\":[1,"),
      ("training", "{", "{{"),
      ("solver", "\"step\":4", "\"step\":-4"),
      ("solver", "\"step\":4", "\"step\":1e300"),
      ("solver", "\"fc1/bias\":4", "\"fc1/bias\":9223372036854775807"),
      ("solver", "\"fc1/bias\":4", "\"fc1/bios\":4"),
      ("network", "\"scalarType\":\"float32\"", "\"scalarType\":\"float16\""),
      ("network", "\"learnRate\":1", "\"learnRate\":-1"),
      ("network", "\"first\":0", "\"first\":7"),
      ("network", "\"first\":0", "\"first\":-9223372036854775808"),
    ])
  func records(key: String, text: String, damage: String) throws {
    var state = try stored()
    let record = try #require(state.strings["ligature." + key])
    #expect(record.contains(text))
    state.strings["ligature." + key] = record.replacingOccurrences(of: text, with: damage)
    let found = try refusal(of: state, by: ImageRun(.adam, nil))
    #expect(!found.hasPrefix("no error") && found.count > 40)
  }

  @Test("where tensors are missing, too many or of another shape or type")
  func tensors() throws {
    let whole = try stored()
    for name in whole.tensors.keys.sorted() {
      var state = whole
      state.tensors[name] = nil
      #expect(try !refusal(of: state, by: ImageRun(.adam, nil)).hasPrefix("no error"), "\(name)")
      state.tensors[name] = try .zeros([2, 2, 2], .int32)
      #expect(try !refusal(of: state, by: ImageRun(.adam, nil)).hasPrefix("no error"), "\(name)")
    }
    for name in ["solver/mean/fc2/weights", "network/fc2/weights"] {
      var state = whole
      state.tensors[name] = try .zeros([2, 2])
      #expect(try refusal(of: state, by: ImageRun(.adam, nil)).contains("fc2/weights"))
    }
  }

  @Test("or read, and never trapped on, whatever bytes of its file are damaged")
  func damage() throws {
    let bytes = try TrainingState(stored()).savedBytes
    let image = try ImageRun(.adam, nil)
    for place in stride(from: 0, to: bytes.count, by: 23) {
      for change: UInt8 in [1, 0x80] {
        var damaged = bytes
        damaged[place] ^= change
        try? image.run.resume(from: TrainingState(savedBytes: damaged, name: "state"))
      }
    }
    for length in stride(from: 0, to: bytes.count, by: 211) {
      try? image.run.resume(
        from: TrainingState(savedBytes: Array(bytes.prefix(length)), name: "state"))
    }
  }
}
