import Ligature

extension SoundLayer {
  private static let state = Layout("BC", [nil, 2])
  private static let films = Layout("BTSSC", [nil, nil, 2, 3, 2])
  private static let differing = CheckOptions(phasesDiffer: true)
  private static let remembering = CheckOptions(exceptions: [.remembersObservations])
  private static let stateful = RecurrentOptions(takesState: true, returnsState: true)

  /// The recurrent layers of the package, in their variants, and layers that deal and choose.
  static let recurrent: [SoundLayer] = [
    SoundLayer("the package's LSTM", on: [.sequences]) { LSTM(3) },
    SoundLayer("an LSTM's last state, reversed", on: [.sequences]) {
      LSTM(2, options: RecurrentOptions(outputMode: .last, isReversed: true))
    },
    SoundLayer("an LSTM that carries its state", on: [.sequences], remembering) {
      LSTM(2, options: RecurrentOptions(carriesState: true))
    },
    SoundLayer("an LSTM with ports for states", on: [.sequences, state, state]) {
      LSTM(2, options: stateful)
    },
    SoundLayer("the package's projected LSTM, with peepholes", on: [.sequences]) {
      ProjectedLSTM(3, projectionSize: 2, inputProjectionSize: 2, peepholes: true)
    },
    SoundLayer(
      "an LSTM projected within, which carries its state", on: [.sequences], remembering
    ) {
      ProjectedLSTM(
        3, projectionSize: 2, returnsProjection: false,
        options: RecurrentOptions(carriesState: true))
    },
    SoundLayer("a projected LSTM in both directions, last", on: [.sequences]) {
      Bidirectional(
        ProjectedLSTM(3, projectionSize: 2, options: RecurrentOptions(outputMode: .last)))
    },
    SoundLayer("a convolutional LSTM", on: [films]) { ConvolutionalLSTM([2, 2], filters: 2) },
    SoundLayer(
      "a convolutional LSTM with peepholes, which carries its state", on: [films], remembering
    ) {
      ConvolutionalLSTM(
        [2, 1], filters: 1, peepholes: true, options: RecurrentOptions(carriesState: true))
    },
    SoundLayer("a GRU", on: [.sequences]) { GRU(3) },
    SoundLayer("a GRU with a recurrent bias and ports for states", on: [.sequences, state]) {
      GRU(2, options: stateful, recurrentBias: true)
    },
    SoundLayer("a GRU that carries its state and returns it", on: [.sequences], remembering) {
      GRU(2, options: RecurrentOptions(carriesState: true, returnsState: true))
    },
    SoundLayer("the package's RNN", on: [.sequences]) { RNN(3) },
    SoundLayer("an RNN of rectified sums, last", on: [.sequences]) {
      RNN(3, .last, activation: .relu)
    },
    SoundLayer("an LSTM in both directions", on: [.sequences]) { Bidirectional(LSTM(2)) },
    SoundLayer("a GRU's last states in both directions", on: [.sequences]) {
      Bidirectional(GRU(2, .last))
    },
    SoundLayer("an LSTMCell", on: [.features, state, state]) { LSTMCell(2) },
    SoundLayer("a GRUCell", on: [.features, state]) { GRUCell(2) },
    SoundLayer("an RNNCell", on: [.features, state]) { RNNCell(2) },
    SoundLayer("a stack of recurrent layers with dropout between", on: [.sequences], differing) {
      Network {
        LSTM(3)
        Dropout(0.2)
        Bidirectional(GRU(2))
        RNN(2, .last)
        FullyConnected(2)
      }
    },
    SoundLayer("CommonLSTMLayer", on: [.sequences]) { CommonLSTMLayer(hiddenUnits: 2, outputs: 5) },
    SoundLayer("CommonLSTMLayer of one output", on: [.sequences]) {
      CommonLSTMLayer(hiddenUnits: 2, outputs: 1, outputMode: .last)
    },
    SoundLayer("CommonLSTMLayer by ports, in both directions", on: [.sequences, .shortSequences]) {
      CommonLSTMLayer(network: Network { Bidirectional(GRU(2)) }, outputs: 2, from: .ports)
    },
    SoundLayer("CommonLSTMLayer of a stack with dropout", on: [.sequences], differing) {
      CommonLSTMLayer(
        network: Network {
          GRU(2)
          Dropout(0.3)
          LSTM(2, .last)
        }, outputs: 5)
    },
    SoundLayer("CommonLSTMLayer that carries its states", on: [.sequences], remembering) {
      CommonLSTMLayer(
        network: Network { LSTM(2, options: RecurrentOptions(carriesState: true)) }, outputs: 5)
    },
    SoundLayer("Split of channels", on: [Layout("BTC", [nil, nil, 4])]) { Split(2) },
    SoundLayer("Split of time", on: [Layout("BTC", [nil, 3, 2])]) { Split(3, axis: 1) },
    SoundLayer("Select of channels", on: [.sequences]) { Select(1..<3) },
    SoundLayer("Select of time", on: [Layout("BTC", [nil, 3, 2])]) { Select(2..<3, axis: 1) },
  ]
}
