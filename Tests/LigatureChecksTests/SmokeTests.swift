import Ligature
import Testing

struct PReLU: CustomLayer, Codable {
  @Learnable var slope: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    slope = try .full([x.shape[x.rank - 1]], 0.25, context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try relu(x) - slope * relu(-x)
  }
}

@Test("smoke")
func smoke() throws {
  for (layer, layout) in [
    (PReLU(), Layout("BC", [nil, 5])), (BatchNormalization(), Layout("BC", [nil, 5])),
    (Dropout(), Layout("BTC", [nil, nil, 5])),
    (LayerNormalization(), Layout("BTC", [nil, nil, 5])),
    (
      WeightTyingAutoEncoderLayer(
        encoder: Network {
          FullyConnected(5)
          ReLU()
          FullyConnected(4)
          ReLU()
        }), Layout("BSSC", [nil, 3, 2, 1])
    ),
  ] as [(any Layer, Layout)] {
    let report = checkLayer(layer, layout)
    print(report)
    #expect(report.passed)
  }
}
