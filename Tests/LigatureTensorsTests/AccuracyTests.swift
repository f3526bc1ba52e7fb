import Foundation
import LigatureTensors
import Testing

/// Numbers at the ends of their range, and lengths that do not fill a vector.
@Suite("Accuracy") struct AccuracyTests {
  @Test("a function of every length agrees with the C library", arguments: MapFixture.all.indices)
  func lengths(_ index: Int) throws {
    let map = MapFixture.all[index]
    for type in [ScalarType.float32, .float64] {
      // Four ulps, and a little for pow by logarithms.
      let tolerance = type.epsilon * 8
      for count in 0...67 {
        let x = try Sample([count], map.kind).tensor(count, type)
        let y = try map.body(x)
        #expect(y.scalarType == type && y.shape == [count])
        for (input, found) in zip(try x.doubles(), try y.doubles()) {
          let expected = map.plain(input)
          #expect(
            abs(found - expected) <= tolerance * max(abs(expected), 0.1),
            "\(map.name)(\(input)) is \(found), expected \(expected)")
        }
      }
    }
  }

  @Test("softmax, softplus and sigmoid do not overflow")
  func large() throws {
    for type in [ScalarType.float32, .float64] {
      let x = try Tensor([-1000.0, 0, 1000]).cast(to: type)
      #expect(try softmax(x).doubles() == [0, 0, 1])
      #expect(try logSoftmax(x).doubles() == [-2000, -1000, 0])
      #expect(try sigmoid(x).doubles() == [0, 0.5, 1])
      #expect(try softplus(x).doubles()[2] == 1000)
      #expect(try softplus(x).doubles()[0] == 0)
      #expect(try tanh(x).doubles() == [-1, 0, 1])
      #expect(try gelu(x).doubles() == [0, 0, 1000])
    }
  }

  @Test("a loss of a saturated sigmoid goes back to its logits and stays exact")
  func saturated() throws {
    let logits = Tensor([Float(40), -40, 100])
    let targets = Tensor([Float(0), 1, 1])
    let (value, gradients) = try valueAndGradients(at: [logits]) {
      try binaryCrossEntropy(sigmoid($0[0]), targets)
    }
    #expect(abs(try value.item() - 80.0 / 3) < 1e-5)
    let slopes = try #require(try gradients[0]?.doubles())
    for (found, expected) in zip(slopes, [1.0 / 3, -1.0 / 3, 0]) {
      #expect(abs(found - expected) < 1e-6)
    }
    // Probabilities that no sigmoid of the pass made are kept an epsilon from the ends.
    let kept = try binaryCrossEntropy(Tensor([Float(0), 1]), Tensor([Float(1), 0])).item()
    #expect(abs(kept + log(Double(Float.ulpOfOne))) < 0.1)
  }

  @Test("a loss of a saturated softmax goes back to its logits")
  func saturatedSoftmax() throws {
    let logits = try Tensor([Float(0), 200, 0], shape: [1, 3])
    let (value, gradients) = try valueAndGradients(at: [logits]) {
      try crossEntropy(softmax($0[0]), Tensor([0]))
    }
    #expect(abs(try value.item() - 200) < 1e-3)
    #expect(try gradients[0]?.doubles() == [-1, 1, 0])
  }

  @Test("what is not a number stays so")
  func notANumber() throws {
    let x = Tensor([Double.nan])
    for map in MapFixture.all where map.name != "pow 0" && map.name != "sign" {
      #expect(try map.body(x).item().isNaN, "\(map.name)")
    }
    #expect(try maximum(x, Tensor([1.0])).item().isNaN)
    #expect(try minimum(Tensor([1.0]), x).item().isNaN)
    #expect(try Tensor([1.0, .nan]).sum().item().isNaN)
    #expect(try matmul(x.reshaped(to: [1, 1]), Tensor.zeros([1, 1], .float64)).item().isNaN)
  }

  @Test("reductions over nothing give their neutral elements")
  func nothing() throws {
    let x = try Tensor.zeros([0, 2])
    #expect(try x.sum(0).doubles() == [0, 0])
    #expect(try x.max(0).doubles() == [-.infinity, -.infinity])
    #expect(try x.min(0).doubles() == [.infinity, .infinity])
    #expect(try x.mean(0).doubles().allSatisfy(\.isNaN))
    #expect(try matmul(x.transposed, x).doubles() == [0, 0, 0, 0])
  }

  @Test("a long sum in single precision keeps its digits")
  func sums() throws {
    let x = try Tensor.full([200_003], 0.1)
    let expected = 200_003 * Double(Float(0.1))
    #expect(abs(try x.sum().item() / expected - 1) < 1e-6)
    #expect(abs(try x.reshaped(to: [200_003, 1]).sum(0).item() / expected - 1) < 1e-6)
  }

  @Test("multiply-adds of products are counted where somebody asks, and nowhere else")
  func counting() throws {
    let (a, b) = (try Tensor.zeros([5, 2, 3]), try Tensor.zeros([3, 4]))
    let outer = try OperationCount.counting(true) { () -> Int in
      let inner = try OperationCount.counting(true) { try matmul(a, b) }
      _ = try linear(a, weights: b)
      return inner.count
    }
    #expect(outer.value == 120)
    #expect(outer.count == 240)
    #expect(try OperationCount.counting(false) { try matmul(a, b) }.count == 0)
  }

  @Test("finite differences are those of a cubic, and refuse single precision")
  func differences() throws {
    let x = Tensor([1.0, -2, 3])
    let numeric = try FiniteDifferences.gradient(at: [x], index: 0) {
      try ($0[0] * $0[0] * $0[0]).sum()
    }
    let exact = try square(x) * 3
    #expect(try FiniteDifferences.relativeError(exact, numeric) < 1e-8)
    #expect(try FiniteDifferences.relativeError(exact, exact * 1.5) > 0.3)
    #expect(try FiniteDifferences.relativeError(exact, exact * .nan).isNaN)
    #expect(throws: TensorError.self) {
      try FiniteDifferences.relativeError(exact, exact.slice(0..<2))
    }
    #expect(throws: TensorError.self) {
      try FiniteDifferences.gradient(at: [x.cast(to: .float32)], index: 0) { try $0[0].sum() }
    }
  }
}
