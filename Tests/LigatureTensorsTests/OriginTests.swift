import LigatureTensors
import Testing

/// Losses find the sigmoid or the softmax behind whatever only moves elements.
@Suite("Losses behind views") struct OriginTests {
  typealias View = (name: String, body: @Sendable (Tensor) throws -> Tensor)

  /// Of a tensor [2, 2].
  static let views: [View] = [
    ("nothing", { $0 }), ("reshape", { try $0.reshaped(to: [4, 1]) }),
    ("flatten", { try $0.reshaped(to: [2, 2, 1]).flattened() }), ("transpose", { $0.transposed }),
    ("permute", { try $0.reshaped(to: [2, 1, 2]).permuted([2, 0, 1]) }),
    ("slices of all", { try $0.slice(0..<2).slice(0..<2, axis: 1) }),
    ("new axes", { try $0.expandingAxis(0).expandingAxis(2) }),
    ("gather", { try $0.gathered(Tensor([Int64(1), 0])) }),
    ("steps", { try $0.expandingAxis(2).steps(within: [2, 2]) }),
    ("transposed twice", { try $0.transposed.reshaped(to: [2, 2]).transposed }),
  ]

  /// Logits 40, -40, 90, -90 against the wrong targets: max(z, 0) - z t + log(1 + exp(-|z|)) is
  /// 40, 40, 90, 90, of which the mean is 65.
  @Test(
    "a binary cross-entropy of saturated wrong answers is exact behind", arguments: views.indices)
  func sigmoids(_ index: Int) throws {
    let view = Self.views[index]
    for type in [ScalarType.float32, .float64] {
      let logits = try Tensor([40.0, -40, 90, -90], shape: [2, 2]).cast(to: type)
      let targets = try Tensor([0.0, 1, 0, 1], shape: [2, 2]).cast(to: type)
      let (value, gradients) = try valueAndGradients(at: [logits]) {
        try binaryCrossEntropy(view.body(sigmoid($0[0])), view.body(targets))
      }
      #expect(try value.item() == 65, "\(view.name)")
      #expect(try gradients[0]?.doubles() == [0.25, -0.25, 0.25, -0.25], "\(view.name)")
    }
  }

  @Test("a fused sigmoid is found as well")
  func fused() throws {
    let x = try Tensor([40.0, -40, 90, -90], shape: [2, 2])
    let (value, gradients) = try valueAndGradients(at: [x]) {
      let y = try linear(
        $0[0], weights: .identity(2, .float64), bias: Tensor([0.0, 0]), activation: .sigmoid)
      return try binaryCrossEntropy(
        y.reshaped(to: [4]), Tensor([0.0, 1, 0, 1]))
    }
    #expect(try value.item() == 65)
    #expect(try gradients[0]?.doubles() == [0.25, -0.25, 0.25, -0.25])
  }

  /// Of logits [100, 0], the cross-entropy of class 1 is 100 + log(1 + exp(-100)) = 100.
  @Test("a cross-entropy of saturated wrong answers is exact behind views")
  func softmaxes() throws {
    let views: [View] = [
      ("nothing", { $0 }), ("reshape", { try $0.reshaped(to: [1, 2, 2]) }),
      ("rows", { try $0.slice(0..<2) }), ("transpose of one along columns", { $0 }),
    ]
    for (number, view) in views.enumerated() {
      let isColumns = number == 3
      let logits = try Tensor([100.0, 0, 0, 100], shape: [2, 2])
      let targets = try Tensor([0.0, 1, 1, 0], shape: [2, 2])
      let (value, gradients) = try valueAndGradients(at: [logits]) {
        let shares =
          try isColumns ? softmax($0[0].transposed, axis: 0).transposed : softmax($0[0])
        return try crossEntropy(view.body(shares), view.body(targets))
      }
      #expect(try value.item() == 100, "\(view.name)")
      #expect(try gradients[0]?.doubles() == [0.5, -0.5, -0.5, 0.5], "\(view.name)")
    }
  }

  @Test("arithmetic between a sigmoid and the loss is not looked through")
  func arithmetic() throws {
    let (value, _) = try valueAndGradients(at: [Tensor([40.0])]) {
      try binaryCrossEntropy(sigmoid($0[0]) * 0.5, Tensor([0.0]))
    }
    #expect(abs(try value.item() - 0.6931471805599453) < 1e-12)
  }
}
