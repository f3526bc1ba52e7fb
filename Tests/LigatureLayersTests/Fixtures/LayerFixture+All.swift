import LigatureTensors

@testable import LigatureLayers
@testable import LigatureNetworks

extension LayerFixture {
  /// Every built-in layer, in its variants.
  static let all = [
    activations, shapings, combinations, slices, learning, normalizations, recurrent, cells,
    entrances, composed, spatial, elementwise, gates, dropouts, reparametrised, builders,
    classes, positions, attention, transformers,
  ].flatMap(\.self)

  private static let features = Layout("BC", [nil, 5])
  private static let images = Layout("BSSC", [nil, 2, 3, 2])
  private static let sequences = Layout("BTC", [nil, 3, 4])

  private static let activations: [LayerFixture] = [
    LayerFixture("ReLU", on: [features]) { ReLU() },
    LayerFixture("LeakyReLU", "with slope 0.2", on: [sequences]) { LeakyReLU(slope: 0.2) },
    LayerFixture("GELU", on: [features]) { GELU() },
    LayerFixture("Tanh", on: [features]) { Tanh() },
    LayerFixture("Sigmoid", on: [images]) { Sigmoid() },
    LayerFixture("Softmax", on: [sequences]) { Softmax() },
    LayerFixture("Dropout", "with probability 0.4", on: [features], differsInTraining: true) {
      Dropout(0.4)
    },
    LayerFixture("Dropout", "with probability 0", on: [features]) { Dropout(0) },
  ]

  private static let shapings: [LayerFixture] = [
    LayerFixture("Flatten", on: [images]) { Flatten() },
    LayerFixture("Reshape", "to an image", on: [Layout("BC", [nil, 6])]) {
      Reshape([2, 3, 1], labels: "BSSC")
    },
    LayerFixture("Permute", "of the axes after the batch", on: [images]) { Permute([0, 3, 1, 2]) },
    LayerFixture("Permute", "of batch and time", on: [sequences]) { Permute([1, 0, 2]) },
  ]

  private static let combinations: [LayerFixture] = [
    LayerFixture("Addition", "of three", on: [features, features, features]) { Addition(3) },
    LayerFixture("Addition", "of one", on: [features]) { Addition(1) },
    LayerFixture("Multiplication", "with broadcasting", on: [features, Layout("BC", [nil, 1])]) {
      Multiplication()
    },
    LayerFixture("Concatenation", "along the last axis", on: [features, Layout("BC", [nil, 2])]) {
      Concatenation()
    },
    LayerFixture("Concatenation", "along time", on: [sequences, sequences]) {
      Concatenation(axis: 1)
    },
    LayerFixture("Concatenation", "along the batch", on: [features, features]) {
      Concatenation(axis: 0)
    },
  ]

  private static let slices: [LayerFixture] = [
    LayerFixture("Split", "of channels", on: [sequences]) { Split(2) },
    LayerFixture("Split", "of time", on: [sequences]) { Split(3, axis: 1) },
    LayerFixture("Select", "of channels", on: [sequences]) { Select(1..<3) },
    LayerFixture("Select", "of time", on: [sequences]) { Select(2..<3, axis: 1) },
  ]

  private static let learning: [LayerFixture] = [
    LayerFixture("FullyConnected", "with bias", on: [features]) { FullyConnected(4) },
    LayerFixture("FullyConnected", "without bias", on: [features]) {
      FullyConnected(4, bias: false)
    },
    LayerFixture("FullyConnected", "over time", on: [sequences]) {
      FullyConnected(3, weightsInitializer: .heNormal, biasInitializer: .ones)
    },
    LayerFixture("FunctionLayer", "without learnables", on: [features]) {
      FunctionLayer(isObservationWise: true) { x in try x * sigmoid(x) }
    },
    LayerFixture("FunctionLayer", "with learnables", on: [features]) {
      FunctionLayer(
        name: "scaled", learnables: ["scale": try .ones([5]), "shift": try .zeros([5])]
      ) {
        x, learnables, _ in
        try x * learnables["scale"]! + learnables["shift"]!
      }
    },
  ]

  private static let recurrent: [LayerFixture] = [
    LayerFixture("LSTM", on: [sequences]) { LSTM(3) },
    LayerFixture("LSTM", "last state, reversed", on: [sequences]) {
      LSTM(2, options: RecurrentOptions(outputMode: .last, isReversed: true))
    },
    LayerFixture("LSTM", "with ports for states", on: [sequences, state, state]) {
      LSTM(2, options: RecurrentOptions(takesState: true, returnsState: true))
    },
    LayerFixture("ProjectedLSTM", on: [sequences]) { ProjectedLSTM(3) },
    LayerFixture("ProjectedLSTM", "with peepholes and ports", on: [sequences, state, wideState]) {
      ProjectedLSTM(
        3, projectionSize: 2, peepholes: true,
        options: RecurrentOptions(takesState: true, returnsState: true))
    },
    LayerFixture("ProjectedLSTM", "projected within, last, reversed", on: [sequences]) {
      ProjectedLSTM(
        3, projectionSize: 2, inputProjectionSize: 3, returnsProjection: false,
        options: RecurrentOptions(outputMode: .last, isReversed: true))
    },
    LayerFixture("ConvolutionalLSTM", "of images, last", on: [films]) {
      ConvolutionalLSTM([2, 3], filters: 2, options: RecurrentOptions(outputMode: .last))
    },
    LayerFixture(
      "ConvolutionalLSTM", "of lines, with peepholes and ports",
      on: [Layout("BTSC", [nil, 2, 3, 2]), lineState, lineState]
    ) {
      ConvolutionalLSTM(
        [2], filters: 1, peepholes: true,
        options: RecurrentOptions(takesState: true, returnsState: true))
    },
    LayerFixture("GRU", on: [sequences]) { GRU(3) },
    LayerFixture("GRU", "with a recurrent bias and ports for states", on: [sequences, state]) {
      GRU(2, options: RecurrentOptions(takesState: true, returnsState: true), recurrentBias: true)
    },
    LayerFixture("RNN", on: [sequences]) { RNN(3) },
    LayerFixture("RNN", "of rectified sums, last", on: [sequences]) {
      RNN(3, .last, activation: .relu)
    },
    LayerFixture("Bidirectional", "LSTM", on: [sequences]) { Bidirectional(LSTM(2)) },
    LayerFixture("Bidirectional", "projected LSTM", on: [sequences]) {
      Bidirectional(ProjectedLSTM(3, projectionSize: 2, peepholes: true))
    },
    LayerFixture("Bidirectional", "convolutional LSTM", on: [films]) {
      Bidirectional(ConvolutionalLSTM([1, 2], filters: 1))
    },
    LayerFixture("Bidirectional", "GRU, last", on: [sequences]) { Bidirectional(GRU(2, .last)) },
  ]

  private static let state = Layout("BC", [nil, 2])
  private static let wideState = Layout("BC", [nil, 3])
  private static let films = Layout("BTSSC", [nil, 2, 2, 3, 2])
  private static let lineState = Layout("BSC", [nil, 3, 1])

  private static let cells: [LayerFixture] = [
    LayerFixture("LSTMCell", on: [features, state, state]) { LSTMCell(2) },
    LayerFixture("GRUCell", on: [features, state]) { GRUCell(2) },
    LayerFixture("RNNCell", on: [features, state]) { RNNCell(2) },
  ]

  private static let entrances: [LayerFixture] = [
    LayerFixture("FeatureInput", "as data comes", on: [features]) { FeatureInput(5) },
    LayerFixture("FeatureInput", "with z-scores", on: [features]) {
      let layer = FeatureInput(5, normalization: .zScore)
      try layer.fitStatistics(to: numbers([6, 5], seed: 21))
      return layer
    },
    LayerFixture("ImageInput", "rescaling", on: [images]) {
      let layer = ImageInput([2, 3, 2], normalization: .rescale)
      try layer.fitStatistics(to: numbers([6, 2, 3, 2], seed: 22))
      return layer
    },
    LayerFixture("SequenceInput", "with the mean removed", on: [sequences]) {
      let layer = SequenceInput(4, normalization: .zeroCenter)
      try layer.fitStatistics(to: numbers([6, 3, 4], seed: 23))
      return layer
    },
  ]

  private static let composed: [LayerFixture] = [
    LayerFixture("WeightTyingAutoEncoderLayer", "of features", on: [features]) {
      WeightTyingAutoEncoderLayer(encoder: [FullyConnected(4), ReLU(), FullyConnected(3), Tanh()])
    },
    LayerFixture("WeightTyingAutoEncoderLayer", "of images", on: [images]) {
      WeightTyingAutoEncoderLayer(
        encoder: Network {
          FullyConnected(4, bias: false); Sigmoid()
        })
    },
    LayerFixture(
      "WeightTyingAutoEncoderLayer", "with dropout and normalisation inside", on: [features],
      differsInTraining: true, trainsOnNothing: false
    ) {
      WeightTyingAutoEncoderLayer(
        encoder: Network {
          FullyConnected(4)
          LayerNormalization()
          Dropout(0.25)
          Network {
            FullyConnected(3); BatchNormalization(); Tanh()
          }
        })
    },
    LayerFixture("CommonLSTMLayer", "of four channels", on: [sequences]) {
      CommonLSTMLayer(hiddenUnits: 2, outputs: 4)
    },
    LayerFixture(
      "CommonLSTMLayer", "of two sequences, a stack with dropout", on: [sequences, sequences],
      differsInTraining: true
    ) {
      CommonLSTMLayer(
        network: Network {
          GRU(3)
          Dropout(0.3)
          LSTM(2, .last)
        }, outputs: 2, from: .ports)
    },
    LayerFixture("Network", "as a layer", on: [features]) {
      Network {
        FullyConnected(4); Tanh(); Network { FullyConnected(2) }
      }
    },
  ]
}
