import Foundation
import LigatureTensors
import TestSupport
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Small layers")
struct SmallLayerTests {
  private func run(_ layer: any Layer, _ x: Tensor, _ phase: Phase = .inference) throws -> Tensor {
    let network = Network([layer])
    try network.initialize(for: [x.cast(to: .float32)])
    try network.cast(to: .float64)
    return try network.run([x], in: Pass(phase, seed: 3, scalarType: .float64))[0]
  }

  @Test("that gate multiply the first half by a function of the second")
  func gates() throws {
    let x = try Tensor([2.0, -3, 1, -1], shape: [1, 4])
    #expect(try run(GLU(.linear), x).doubles() == [2, 3])
    #expect(try run(GLU(.relu), x).doubles() == [2, 0])
    let (a, b) = (try x.slice(0..<2, axis: 1), try x.slice(2..<4, axis: 1))
    #expect(try run(GLU(), x).isIdentical(to: a * sigmoid(b)))
    #expect(try run(GLU(.silu), x).isIdentical(to: a * silu(b)))
    #expect(try run(GLU(.gelu), x).isIdentical(to: a * gelu(b)))
    let network = Network { GLU() }
    #expect(
      message { try network.predict(numbers([2, 3])) }
        == "glu: cannot halve shape [2, 3] along axis -1. Give an even size along an axis that there "
        + "is.")
  }

  @Test("maxout takes the largest of neighbouring channels")
  func maxout() throws {
    let x = try Tensor([1.0, 5, 2, -1, -4, -2], shape: [1, 6])
    #expect(try run(Maxout(pieces: 3), x).doubles() == [5, -1])
    #expect(try run(Maxout(pieces: 2), x).doubles() == [5, 2, -2])
  }

  @Test("pixel shuffle puts channels where PyTorch or TensorFlow does, and back")
  func pixels() throws {
    let x = try Tensor((0..<8).map(Double.init), shape: [1, 1, 1, 8])
    // Where channels are first, the places of channel 0 are 0, 1, 2 and 3.
    #expect(try run(PixelShuffle(2), x).doubles() == [0, 4, 1, 5, 2, 6, 3, 7])
    #expect(
      try run(PixelShuffle(2, order: .placesFirst), x).doubles() == [0, 1, 2, 3, 4, 5, 6, 7])
    for order in PixelOrder.allCases {
      for shape in [[2, 3, 9], [2, 2, 3, 18], [1, 2, 1, 2, 27]] {
        let x = try numbers(shape, seed: 4, .float64)
        let large = try run(PixelShuffle(3, order: order), x)
        #expect(
          large.shape.dropFirst().dropLast().elementsEqual(
            shape.dropFirst().dropLast().map { $0 * 3 }))
        #expect(try run(PixelUnshuffle(3, order: order), large).isIdentical(to: x))
      }
    }
    let network = Network { PixelUnshuffle(2) }
    #expect(
      message { try network.predict(numbers([1, 3, 2, 1])) }
        == "pixelUnshuffle: makes channels of blocks of [2, 2], and its input has shape [1, 3, 2, 1]. "
        + "Give spatial axes that are multiples of 2.")
  }

  @Test("spatial dropout drops whole channels of an observation, and keeps the expectation")
  func spatialDropout() throws {
    let x = try Tensor.ones([40, 3, 2, 10], .float64)
    let values = try run(SpatialDropout(0.25), x, .training)
    let sums = try values.sum(1, 2).doubles()
    #expect(sums.allSatisfy { $0 == 0 || abs($0 - 8) < 1e-12 })
    let share = Double(sums.filter { $0 == 0 }.count) / 400
    #expect(abs(share - 0.25) < 0.1)
    #expect(try run(SpatialDropout(0.25), x).isIdentical(to: x))
  }

  @Test("stochastic depth drops whole observations")
  func stochasticDepth() throws {
    let x = try Tensor.ones([400, 3], .float64)
    let sums = try run(StochasticDepth(0.25), x, .training).sum(1).doubles()
    #expect(sums.allSatisfy { $0 == 0 || abs($0 - 4) < 1e-12 })
    #expect(abs(Double(sums.filter { $0 == 0 }.count) / 400 - 0.25) < 0.1)
  }

  @Test("alpha dropout keeps mean 0 and variance 1")
  func alphaDropout() throws {
    var stream = RandomStream(seed: 4)
    let x = try stream.normal([200, 100], .float64)
    let values = try run(AlphaDropout(0.3), x, .training)
    #expect(try abs(values.mean().item()) < 0.03)
    #expect(try abs(values.variance().item() - 1) < 0.05)
    // What is dropped is one number, and there are as many as was said.
    let floor = -1.0507009873554805 * 1.6732632423543772
    let dropped = 0.7 * floor / (0.7 + floor * floor * 0.7 * 0.3).squareRoot()
    let share = try Double(values.doubles().filter { abs($0 - dropped) < 1e-9 }.count) / 2e4
    #expect(abs(share - 0.3) < 0.02)
  }

  @Test("of limits refuse those that are none, in words")
  func limits() throws {
    func problem(_ layer: any Layer) -> String {
      let network = Network([layer])
      return message { try network.predict(numbers([2, 3])) }
    }
    #expect(
      problem(HardTanh(lower: 2, upper: 1))
        == "hardTanh: has the limits 2.0 and 1.0. Give a lower one that is not above the upper one."
    )
    #expect(
      problem(ClippedReLU(ceiling: -1))
        == "clippedReLU: has the ceiling -1.0. Give one of 0 or more."
    )
    #expect(
      problem(PReLU(initialSlope: .nan))
        == "prelu: begins with slope nan. Give a finite number.")
  }

  @Test("a softmax of a file from before it had an axis has the last one")
  func formerFiles() throws {
    let data = Array("{}".utf8)
    let layer = try JSONDecoder().decode(Softmax.self, from: Data(data))
    #expect("\(layer)" == "Softmax")
  }
}
