import Ligature

/// One LSTM that reads every channel: its learnables are stored once, however many channels there
/// are.
func sharedNetwork(channels: Int, outputs: Int, hiddenUnits: Int) throws -> Network {
  let network = Network()
  try network.addInput("sensors", Layout("BTC", [nil, nil, channels]))
  try network.add(CommonLSTMLayer(hiddenUnits: hiddenUnits, outputs: outputs, name: "lstm"))
  for number in 1...outputs { try network.add(FullyConnected(1), named: "fc\(number)") }
  try network.add(Concatenation(outputs), named: "targets")

  try network.connect("sensors", to: "lstm")
  for number in 1...outputs {
    try network.connect("lstm/out\(number)", to: "fc\(number)")
    try network.connect("fc\(number)", to: "targets/in\(number)")
  }
  return network
}

/// The rival: the same, but with an LSTM of its own for each output.
func separateNetwork(channels: Int, outputs: Int, hiddenUnits: Int) throws -> Network {
  let network = Network()
  try network.addInput("sensors", Layout("BTC", [nil, nil, channels]))
  try network.add(Split(outputs), named: "split")
  for number in 1...outputs { try network.add(LSTM(hiddenUnits), named: "lstm\(number)") }
  for number in 1...outputs { try network.add(FullyConnected(1), named: "fc\(number)") }
  try network.add(Concatenation(outputs), named: "targets")

  try network.connect("sensors", to: "split")
  for number in 1...outputs {
    try network.connect("split/out\(number)", to: "lstm\(number)")
    try network.connect(["lstm\(number)", "fc\(number)", "targets/in\(number)"])
  }
  return network
}
