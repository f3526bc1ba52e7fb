import Ligature
import Testing

@Suite("Convolutional networks")
struct ConvolutionTests {
  private static let images = Layout("BSSC", [nil, 6, 6, 1])

  private func images(_ count: Int) throws -> Tensor {
    var stream = RandomStream(seed: 4)
    return try stream.uniform([count, 6, 6, 1])
  }

  /// The decoder takes the encoder's filters as they are.
  private func autoencoder(declared: Bool) throws -> Network {
    let network = Network()
    network.seed = 3
    try network.addInput("image", Self.images)
    try network.add(
      Convolution([3, 3], filters: 4, stride: [2], padding: .same), named: "encoder")
    try network.add(Tanh(), named: "tanh")
    try network.add(
      TransposedConvolution(
        [3, 3], filters: 1, stride: [2], padding: .same,
        inputLearnables: declared ? [] : [.weights]), named: "decoder")
    try network.connect("image", to: "encoder")
    try network.connect("encoder", to: "tanh")
    try network.connect("tanh", to: "decoder")
    if declared {
      try network.initialize(for: [images(1)])
      try network.tie("decoder/weights", to: "encoder/weights")
    } else {
      try network.connect("encoder/weights", to: "decoder/weights")
      try network.initialize(for: [images(1)])
    }
    return network
  }

  @Test("an autoencoder with one set of filters trains, tied by a statement or by a wire")
  func tied() throws {
    let x = try images(8)
    let options = TrainingOptions(epochs: 6, batchSize: 4, learnRate: 0.02)
    var losses: [[Double]] = []
    for declared in [true, false] {
      let network = try autoencoder(declared: declared)
      #expect(network.learnables.count == 3)
      let before = try network.predict(x)
      #expect(before.shape == x.shape)
      let first = try meanSquaredError(before, x).item()
      try train(
        network, on: TrainingData(reconstructing: x), loss: .meanSquaredError, options: options)
      let last = try meanSquaredError(network.predict(x), x).item()
      #expect(last < first)
      losses.append([first, last])
    }
    #expect(losses[0][1] > 0)
  }

  @Test("a convolution takes the filters of another one transposed")
  func transposed() throws {
    let network = Network {
      Convolution([3, 3], filters: 4, padding: .same).named("encoder")
      Tanh()
      Convolution([3, 3], filters: 1, padding: .same).named("decoder")
    }
    let x = try images(3)
    try network.initialize(for: [x])
    try network.tie("decoder/weights", to: "encoder/weights", transform: .transpose)
    try network.cast(to: .float64)
    #expect(network.learnables.count == 3)
    let owner = try #require(network.learnables.first { $0.path == "encoder/weights" }?.parameter)
    let image = try x.cast(to: .float64)
    func loss() throws -> Tensor { try meanSquaredError(network.predict(image), image) }
    let (_, gradients) = try valueAndGradients(of: network) {
      try meanSquaredError(network(image, in: $0), image)
    }
    // Along the gradient itself the loss rises by its square.
    let slope = try #require(gradients[owner])
    let (value, h) = (owner.value, 1e-5)
    try owner.set(value + slope * h)
    let above = try loss().item()
    try owner.set(value - slope * h)
    let below = try loss().item()
    let expected = try square(slope).sum().item()
    #expect(abs((above - below) / (2 * h) - expected) < 1e-6 * expected)
  }

  @Test("a classifier of images has a gradient for everything that it learns")
  func classifier() throws {
    let network = Network {
      Convolution([3, 3], filters: 4, padding: .same)
      BatchNormalization()
      ReLU()
      MaximumPooling([2, 2])
      Convolution.depthwise([2, 2])
      Convolution([1, 1], filters: 3)
      GlobalAveragePooling()
    }
    let x = try images(6)
    try network.initialize(for: [x])
    #expect(try network.predict(x).shape == [6, 3])
    let (_, gradients) = try valueAndGradients(of: network) { try network(x, in: $0).sum() }
    #expect(gradients.count == network.learnables.count)
  }

  @Test("layers print what they were made with, and refuse layouts that are no images")
  func words() {
    #expect(
      "\(Convolution([3, 3], filters: 8, stride: [2], padding: .same, bias: false))"
        == "Convolution([3, 3], filters: 8, stride: [2], padding: same, bias: false)")
    #expect(
      "\(Convolution.depthwise([3], dilation: [2]))"
        == "Convolution.depthwise([3], multiplier: 1, dilation: [2])")
    #expect("\(MaximumPooling([2, 2], stride: [1]))" == "MaximumPooling([2, 2])")
    func error(_ layer: any Layer, _ layout: Layout) -> String {
      do {
        try layer.validate([layout])
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(
      error(Convolution([3, 3], filters: 2), Layout("BTC", [nil, 3, 4]))
        .contains("takes images with 2 spatial axes, found BTC [*, 3, 4]"))
    #expect(error(MaximumPooling([2]), Layout("BC", [nil, 3])).contains("one to three"))
    #expect(error(Convolution([3], filters: 2), Layout("BTC", [nil, 3, 4])) == "nothing")
  }

  @Test("first values of grouped filters have the spread of what an output reads")
  func fans() throws {
    let network = Network { Convolution.depthwise([3, 3], weightsInitializer: .heUniform) }
    try network.initialize(for: [.zeros([1, 5, 5, 64])])
    let weights = network.learnables[0].parameter.value
    #expect(weights.shape == [3, 3, 1, 64])
    // sqrt(6 / 9) for nine inputs; 64 channels in one would have an eighth of it.
    let largest = try abs(weights).max().item()
    #expect(largest > 0.7 && largest < 0.8165)
  }
}
