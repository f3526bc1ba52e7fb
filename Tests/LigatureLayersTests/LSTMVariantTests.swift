import Foundation
import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange
@testable import LigatureLayers
@testable import LigatureNetworks

/// An LSTM as its formulas read, one number after the other, of one observation.
private struct PlainLSTM {
  /// The sums of the gates input, forget, candidate and output.
  let sums: (_ x: [Double], _ seen: [Double]) -> [[Double]]
  var peepholes: [[Double]]?
  /// What the gates see of a state, and what becomes a state and comes out.
  var seen: ([Double]) -> [Double] = { $0 }
  var shown: ([Double]) -> [Double] = { $0 }

  func run(
    _ steps: [[Double]], _ first: [Double], _ cell: [Double]
  ) -> (outputs: [[Double]], state: [Double], cell: [Double]) {
    var (state, cell, outputs) = (first, cell, [[Double]]())
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    for x in steps {
      let gates = sums(x, seen(state))
      func peep(_ place: Int, _ unit: Int, _ cell: [Double]) -> Double {
        (peepholes?[place][unit] ?? 0) * cell[unit]
      }
      let before = cell
      for unit in before.indices {
        let kept = sigmoid(gates[1][unit] + peep(1, unit, before))
        let taken = sigmoid(gates[0][unit] + peep(0, unit, before))
        cell[unit] = kept * before[unit] + taken * tanh(gates[2][unit])
      }
      state = shown(
        cell.indices.map { sigmoid(gates[3][$0] + peep(2, $0, cell)) * tanh(cell[$0]) })
      outputs.append(state)
    }
    return (outputs, state, cell)
  }

  /// The outputs along `x`, `[batch, time, ...]`, zeros beyond the lengths, and the last states.
  func results(
    _ x: Tensor, _ lengths: [Int], isReversed: Bool, from states: [Tensor]
  ) throws -> [Tensor] {
    let (batch, time) = (x.shape[0], x.shape[1])
    let width = x.shape.dropFirst(2).reduce(1, *)
    let (numbers, firsts) = (try x.doubles(), try states.map { try $0.doubles() })
    let sizes = states.map { $0.count / batch }
    var (output, ends) = ([Double](), [[Double]](repeating: [], count: 2))
    for row in 0..<batch {
      let steps = (0..<lengths[row]).map { step in
        Array(numbers[(row * time + step) * width..<(row * time + step + 1) * width])
      }
      let found = run(
        isReversed ? steps.reversed() : steps,
        Array(firsts[0][row * sizes[0]..<(row + 1) * sizes[0]]),
        Array(firsts[1][row * sizes[1]..<(row + 1) * sizes[1]]))
      output += (isReversed ? found.outputs.reversed() : found.outputs).flatMap(\.self)
      output += [Double](repeating: 0, count: (time - lengths[row]) * sizes[0])
      ends[0] += found.state
      ends[1] += found.cell
    }
    return [try Tensor(output, shape: [batch, time] + states[0].shape.dropFirst())]
      + (try zip(ends, states).map { try Tensor($0, shape: $1.shape) })
  }
}

/// A row times a matrix.
private func product(by matrix: Tensor) throws -> ([Double]) -> [Double] {
  let (values, columns) = (try matrix.doubles(), matrix.shape[1])
  return { row in
    (0..<columns).map { column in
      row.indices.reduce(0) { $0 + row[$1] * values[$1 * columns + column] }
    }
  }
}

private func rows(_ matrix: Tensor) throws -> [[Double]] {
  try (0..<matrix.shape[0]).map { try matrix.at($0, axis: 0).doubles() }
}

private let stateful = RecurrentOptions(takesState: true, returnsState: true)

@Suite("An LSTM with projection and peepholes")
struct ProjectedLSTMTests {
  /// What a layer is told.
  struct Case: Sendable, CustomTestStringConvertible {
    var projection: Int?
    var inputProjection: Int?
    var returnsProjection = true
    var peepholes = false
    var isReversed = false
    var testDescription: String { "\(self)" }
  }

  static let cases = [
    Case(), Case(peepholes: true), Case(projection: 2), Case(projection: 2, isReversed: true),
    Case(projection: 2, returnsProjection: false),
    Case(projection: 2, inputProjection: 3, returnsProjection: false, peepholes: true),
    Case(inputProjection: 3, peepholes: true, isReversed: true),
    Case(projection: 4, inputProjection: 2, peepholes: true),
  ]

  /// The formulas with the learnables that a layer has.
  private func plain(_ layer: ProjectedLSTM) throws -> PlainLSTM {
    let input = try product(by: layer.weights)
    let state = try product(by: layer.recurrentWeights)
    let reading = try layer.inputProjection.map { try product(by: $0) } ?? { $0 }
    let bias = try layer.bias.doubles()
    let size = layer.hiddenSize
    var plain = PlainLSTM { x, seen in
      let (one, other) = (input(reading(x)), state(seen))
      return (0..<4).map { gate in
        (gate * size..<(gate + 1) * size).map { one[$0] + other[$0] + bias[$0] }
      }
    }
    plain.peepholes = try layer.peepholes.map { try rows($0) }
    if let projection = try layer.projection.map({ try product(by: $0) }) {
      if layer.returnsProjection { plain.shown = projection } else { plain.seen = projection }
    }
    return plain
  }

  @Test("is its formulas, step by step", arguments: cases, [nil, [4, 0, 2]])
  func formulas(case given: Case, lengths: [Int]?) throws {
    var options = stateful
    options.isReversed = given.isReversed
    let made = ProjectedLSTM(
      3, projectionSize: given.projection, inputProjectionSize: given.inputProjection,
      returnsProjection: given.returnsProjection, peepholes: given.peepholes, options: options)
    let x = try numbers([3, 4, 2], seed: 1, .float64)
    let states = try made.stateShapes(for: x).map { try numbers([3] + $0, seed: 2, .float64) }
    let network = try LigatureLayersTests.network(of: made, for: [x] + states)
    let layer = try #require(network.layers(of: ProjectedLSTM.self).first)
    let found = try network.predict([x] + states, sequenceLengths: lengths)
    let wanted = try plain(layer).results(
      x, lengths ?? [4, 4, 4], isReversed: given.isReversed, from: states)
    try expectClose(found, wanted)
  }

  @Test("without either is an LSTM, values and gradients")
  func neither() throws {
    let weights = RecurrentWeights(
      input: try numbers([2, 12], seed: 4, .float64),
      recurrent: try numbers([3, 12], seed: 5, .float64),
      bias: try numbers([12], seed: 6, .float64))
    let inputs = try [[3, 4, 2], [3, 3], [3, 3]].map { try numbers($0, seed: 7, .float64) }
    let pairs = try [
      unchanged(ProjectedLSTM(weights: weights, options: stateful), for: inputs),
      unchanged(LSTM(weights: weights, options: stateful), for: inputs),
    ].map { network in
      try RecordedPass(of: network, inputs, lengths: [1, 4, 0]) { try network($1, in: $0) }
    }
    try pairs[0].expectEqual(to: pairs[1])
  }

  @Test("in MATLAB's layout gives what its documented formulas give")
  func matlab() throws {
    let x = try numbers([2, 3, 5], seed: 8, .float64)
    let layer = try ProjectedLSTM.matlab(
      inputWeights: numbers([12, 4], seed: 9, .float64),
      recurrentWeights: numbers([12, 2], seed: 10, .float64),
      bias: numbers([12, 1], seed: 11, .float64),
      inputProjector: numbers([5, 4], seed: 12, .float64),
      outputProjector: numbers([3, 2], seed: 13, .float64),
      options: RecurrentOptions(returnsState: true))
    #expect(!layer.returnsProjection && layer.hiddenSize == 3 && layer.projectionSize == 2)
    let found = try unchanged(layer, for: [x]).predict([x])
    let zeros = try Tensor.zeros([2, 3], .float64)
    try expectClose(
      found, plain(layer).results(x, [3, 3], isReversed: false, from: [zeros, zeros]))
  }

  @Test("is refused where sizes do not fit, in words")
  func refusals() throws {
    let good = try RecurrentWeights(input: .zeros([3, 8]), recurrent: .zeros([1, 8]))
    let projection = try Tensor.zeros([2, 1])
    _ = try ProjectedLSTM(weights: good, projection: projection, peepholes: .zeros([3, 2]))
    let misfits: [() throws -> ProjectedLSTM] = [
      { try ProjectedLSTM(weights: good) },
      { try ProjectedLSTM(weights: good, projection: .zeros([1, 2])) },
      { try ProjectedLSTM(weights: good, projection: projection, peepholes: .zeros([2, 2])) },
      { try ProjectedLSTM(weights: good, projection: projection, inputProjection: .zeros([3])) },
      { try ProjectedLSTM(weights: good, projection: .deferred) },
    ]
    for misfit in misfits {
      #expect(
        message { try misfit() }.hasPrefix("ProjectedLSTM: weights of shapes [[3, 8], [1, 8]"))
    }
    #expect(
      message { try ProjectedLSTM(weights: good, projection: projection.cast(to: .float64)) }
        .contains("weights are of types [\"float32\", \"float64\"]"))
    #expect(
      message {
        try ProjectedLSTM.pyTorch(
          inputHidden: .zeros([8, 3]), hiddenHidden: .zeros([8, 3]), hiddenProjection: projection)
      }.contains("the recurrent weights of shape [8, 3], and [8, 2] is needed"))
    let saved = Network { ProjectedLSTM(3, projectionSize: 2) }
    try saved.initialize(for: [.zeros([1, 2, 4])])
    let bytes = try saved.savedBytes(architecture: false)
    let wide = Network { ProjectedLSTM(5, projectionSize: 2) }
    try wide.load(from: SafetensorsFile(bytes: bytes, name: "test"))
    #expect(
      message { try wide.predict(.zeros([1, 2, 4])) }.hasPrefix(
        "lstm: has recurrent weights [2, 12], and [2, 20] is needed."))
    let absurd = Network { ProjectedLSTM(2, projectionSize: 0) }
    #expect(
      message { try absurd.predict(Tensor.zeros([1, 2, 3])) }
        == "lstm: projects to [0] numbers. Give sizes of at least 1, or nil for no projection.")
    let states = try network(
      of: ProjectedLSTM(3, projectionSize: 2, options: stateful),
      for: [.zeros([2, 1, 1]), .zeros([2, 2]), .zeros([2, 3])])
    #expect(
      message {
        try states.predict([
          .zeros([2, 1, 1], .float64), .zeros([2, 3], .float64), .zeros([2, 3], .float64),
        ])
      }.hasPrefix(
        "lstm: begins with states of shapes [[2, 3], [2, 3]], and [[2, 2], [2, 3]] are needed."))
  }

  @Test("says in its description what it was told")
  func description() {
    let layer = ProjectedLSTM(
      8, projectionSize: 3, inputProjectionSize: 2, returnsProjection: false, peepholes: true,
      options: RecurrentOptions(outputMode: .last))
    #expect(
      layer.description == "ProjectedLSTM(8, projectionSize: 3, inputProjectionSize: 2, "
        + "returnsProjection: false, peepholes, last)")
    let twin = Bidirectional(layer).backwards
    #expect(twin.description == "\(layer.description.dropLast()), reversed)")
  }
}

@Suite("A convolutional LSTM")
struct ConvolutionalLSTMTests {
  /// The formulas with the learnables that a layer has, for images of `height` × `width`.
  private func plain(_ layer: ConvolutionalLSTM, _ height: Int, _ width: Int) throws -> PlainLSTM {
    let filters = layer.filters
    let (rows, columns) = (layer.kernel[0], layer.kernel[1])
    func convolution(_ weights: Tensor) throws -> ([Double]) -> [Double] {
      let (values, outputs) = (try weights.doubles(), 4 * filters)
      let channels = weights.shape[2]
      return { image in
        var result = [Double](repeating: 0, count: height * width * outputs)
        for (y, x) in (0..<height).flatMap({ y in (0..<width).map { (y, $0) } }) {
          for (i, j) in (0..<rows).flatMap({ i in (0..<columns).map { (i, $0) } }) {
            let (v, u) = (y + i - (rows - 1) / 2, x + j - (columns - 1) / 2)
            guard (0..<height).contains(v), (0..<width).contains(u) else { continue }
            for channel in 0..<channels {
              for output in 0..<outputs {
                result[(y * width + x) * outputs + output] +=
                  image[(v * width + u) * channels + channel]
                  * values[((i * columns + j) * channels + channel) * outputs + output]
              }
            }
          }
        }
        return result
      }
    }
    let (input, state) = (
      try convolution(layer.weights), try convolution(layer.recurrentWeights)
    )
    let bias = try layer.bias.doubles()
    var plain = PlainLSTM { x, seen in
      let (one, other) = (input(x), state(seen))
      return (0..<4).map { gate in
        (0..<height * width * filters).map { place in
          let column = gate * filters + place % filters
          let index = place / filters * 4 * filters + column
          return one[index] + other[index] + bias[column]
        }
      }
    }
    plain.peepholes = try layer.peepholes.map { peepholes in
      try (0..<3).map { try peepholes.at($0, axis: 0).doubles() }
    }
    return plain
  }

  @Test(
    "is its formulas, step by step, and no padding counts", arguments: [false, true], [false, true])
  func formulas(peepholes: Bool, isReversed: Bool) throws {
    var options = stateful
    options.isReversed = isReversed
    let made = ConvolutionalLSTM([3, 2], filters: 2, peepholes: peepholes, options: options)
    let x = try numbers([3, 4, 3, 4, 2], seed: 1, .float64)
    let states = try (0..<2).map { try numbers([3, 3, 4, 2], seed: 2 + UInt64($0), .float64) }
    let network = try LigatureLayersTests.network(of: made, for: [x] + states)
    let layer = try #require(network.layers(of: ConvolutionalLSTM.self).first)
    for lengths in [[4, 4, 4], [2, 0, 4]] {
      let wanted = try plain(layer, 3, 4).results(
        x, lengths, isReversed: isReversed, from: states)
      // Something that is no number stands behind the ends.
      let spoilt = try select(
        Tensor.counting(lengths, of: 4, .float64).reshaped(to: [3, 4, 1, 1, 1]), x,
        .full([], .nan, .float64))
      let found = try RecordedPass(of: network, [spoilt] + states, lengths: lengths) {
        try network($1, in: $0)
      }
      try expectClose(found.outputs, wanted)
      #expect(try found.gradients.allSatisfy { try $0?.isFinite() == true })
      let gradient = try #require(found.inputGradients[0])
      #expect(try gradient.isIdentical(to: gradient.zeroed(beyond: lengths)))
    }
  }

  @Test("of single pixels is an LSTM, values and gradients")
  func pixels() throws {
    let x = try numbers([2, 3, 1, 2], seed: 3, .float64)
    let options = RecurrentOptions(outputMode: .last)
    let images = try network(of: ConvolutionalLSTM([1], filters: 2, options: options), for: [x])
    let rows = try network(of: LSTM(2, options: options), for: [x.squeezed(2)])
    for (target, source) in zip(rows.parameters, images.parameters) {
      try target.set(source.value.reshaped(to: target.value.shape))
    }
    let found = try RecordedPass(of: images, [x]) { try [images($1, in: $0)[0].squeezed(1)] }
    let wanted = try RecordedPass(of: rows, [x.squeezed(2)]) { try rows($1, in: $0) }
    try expectClose(found.outputs, wanted.outputs)
    try expectClose([found.inputGradients[0]?.squeezed(2)], wanted.inputGradients)
    try expectClose(
      zip(found.gradients, wanted.gradients).map { try $0?.reshaped(to: $1?.shape ?? []) },
      wanted.gradients)
  }

  @Test("goes on where the piece of a film before ended, and refuses another batch")
  func pieces() throws {
    let x = try numbers([2, 5, 3, 2, 1], seed: 4, .float64)
    let carrying = RecurrentOptions(carriesState: true)
    let network = try LigatureLayersTests.network(
      of: ConvolutionalLSTM([3, 3], filters: 2, peepholes: true, options: carrying), for: [x])
    let whole = try network.predict(x)
    var state = NetworkState()
    let parts = try [0..<2, 2..<2, 2..<5].map {
      try network.predict(x.slice($0, axis: 1), state: &state)
    }
    try expectClose([concatenate(parts, axis: 1)], [whole])
    #expect(
      message { try network.predict(x.slice(0..<1), state: &state) }.hasPrefix(
        "convLSTM: carries a state for batches of 2, and one of 1 came. Keep the batch size"))
    // Training passes go on likewise, until they are reset.
    for range in [0..<2, 2..<5] {
      let pass = try valueAndGradients(of: network) { context in
        let output = try network(x.slice(range, axis: 1), in: context)
        try expectClose([output.detached], [whole.slice(range, axis: 1)])
        return try output.sum()
      }
      #expect(pass.value.rank == 0)
    }
    network.resetState()
    #expect(try network.predict(x).isIdentical(to: whole))
    let larger = try numbers([2, 1, 4, 2, 1], .float64)
    #expect(message { try network.predict(larger) }.contains("has peepholes [3, 3, 2, 2]"))
    let unseen = try LigatureLayersTests.network(
      of: ConvolutionalLSTM([3, 3], filters: 2, options: carrying), for: [x])
    #expect(
      message { try unseen.predict(larger) }.hasPrefix(
        "convLSTM: begins with states of shapes [[3, 2, 2], [3, 2, 2]], and"))
    let free = try LigatureLayersTests.network(of: ConvolutionalLSTM([3, 3], filters: 2), for: [x])
    #expect(try free.predict(larger).shape == [2, 1, 4, 2, 2])
  }

  @Test("is known for a layer of sequences where the axes are not declared, nested or not")
  func undeclared() throws {
    let x = try numbers([2, 3, 2, 2, 1], seed: 5, .float64)
    let inner = try drawn(Network { ConvolutionalLSTM([1, 2], filters: 1) }, for: [x])
    for network in [inner, Network([inner])] {
      try network.cast(to: .float64)
      let found = try network.predict(x, sequenceLengths: [1, 3])
      let alone = try network.predict(x.slice(0..<1).slice(0..<1, axis: 1))
      try expectClose([found.slice(0..<1).slice(0..<1, axis: 1)], [alone])
      #expect(try found.isIdentical(to: found.zeroed(beyond: [1, 3])))
    }
    // Those of a convolution are axes of space, and have no lengths.
    let images = try drawn(Network { Convolution([1, 2, 2], filters: 1) }, for: [x])
    #expect(
      try images.predict(x, sequenceLengths: [1, 3]).isIdentical(to: images.predict(x)))
  }

  @Test("begins with a forget gate that is open, and recurrent filters that keep lengths")
  func firstValues() throws {
    let network = Network { ConvolutionalLSTM([1, 1], filters: 2, peepholes: true) }
    #expect(try network.predict(.zeros([1, 1, 2, 2, 1])).shape == [1, 1, 2, 2, 2])
    let layer = network.layers(of: ConvolutionalLSTM.self)[0]
    #expect(try layer.bias.doubles() == [0, 0, 1, 1, 0, 0, 0, 0])
    let weights = try layer.recurrentWeights.reshaped(to: [2, 8]).cast(to: .float64)
    let products = try matmul(weights, weights.transposed)
    #expect(try products.isClose(to: .identity(2, .float64), absolute: 1e-5))
    #expect(layer.peepholes?.shape == [3, 2, 2, 2])
  }

  @Test("is refused where its input has other axes, when the network is built")
  func layouts() throws {
    let network = Network()
    try network.addInput("x", Layout("BTC", [nil, nil, 2]))
    try network.add(ConvolutionalLSTM([3, 3], filters: 1))
    let words = message {
      try network.connect("x", to: "convLSTM")
      _ = try network.predict(.zeros([1, 2, 2]))
    }
    #expect(words.contains("takes sequences of images of 2 spatial axes, found BTC"))
  }
}
