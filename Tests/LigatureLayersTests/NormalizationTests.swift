import Foundation
import LigatureTensors
import TestSupport
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Normalisations")
struct NormalizationTests {
  /// Each group of a list of numbers brought to mean 0 and variance 1.
  private func plain(_ x: Tensor, groups: Int, epsilon: Double) throws -> [Double] {
    let (batch, channels) = (x.shape[0], x.shape[x.rank - 1])
    let places = x.count / max(batch * channels, 1)
    var values = try x.doubles()
    for observation in 0..<batch {
      for group in 0..<groups {
        let members = (0..<places).flatMap { place in
          (0..<channels / groups).map {
            (observation * places + place) * channels + group * channels / groups + $0
          }
        }
        let mean = members.map { values[$0] }.reduce(0, +) / Double(members.count)
        let variance =
          members.map { (values[$0] - mean) * (values[$0] - mean) }.reduce(0, +)
          / Double(members.count)
        for member in members {
          values[member] = (values[member] - mean) / (variance + epsilon).squareRoot()
        }
      }
    }
    return values
  }

  private func run(_ layer: any Layer, _ x: Tensor, lengths: [Int]? = nil) throws -> Tensor {
    let network = Network([layer])
    try network.initialize(for: [x.cast(to: .float32)])
    try network.cast(to: .float64)
    return try network.predict(x, sequenceLengths: lengths)
  }

  @Test(
    "by groups equal a plain loop",
    arguments: [[3, 6], [2, 5, 6], [2, 3, 2, 6], [1, 2, 2, 2, 6]])
  func groups(shape: [Int]) throws {
    let x = try numbers(shape, seed: 3, .float64)
    for groups in [1, 2, 3, 6] {
      let found = try run(GroupNormalization(groups: groups, epsilon: 1e-3), x)
      let wanted = try Tensor(plain(x, groups: groups, epsilon: 1e-3), shape: shape)
      #expect(try found.isClose(to: wanted, relative: 1e-12, absolute: 1e-12))
    }
    guard shape.count > 2 else { return }
    let found = try run(InstanceNormalization(epsilon: 1e-3), x)
    let wanted = try Tensor(plain(x, groups: 6, epsilon: 1e-3), shape: shape)
    #expect(try found.isClose(to: wanted, relative: 1e-12, absolute: 1e-12))
  }

  @Test("by the root of the mean square divide by it, and take no mean away")
  func rootMeanSquare() throws {
    let x = try Tensor([3.0, 4, 0, 0], shape: [1, 4])
    let found = try run(RMSNormalization(epsilon: 0), x).doubles()
    #expect(zip(found, [1.2, 1.6, 0, 0]).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test("have the learnables that were asked for, and no others")
  func switches() throws {
    func paths(_ layer: any Layer) throws -> [String] {
      let network = Network()
      try network.addInput("x")
      try network.add(layer, named: "norm")
      try network.connect("x", to: "norm")
      try network.initialize(for: [Tensor.zeros([2, 2, 4])])
      return network.learnables.map(\.path)
    }
    for (scale, offset) in [(true, true), (true, false), (false, true), (false, false)] {
      let wanted = (scale ? ["norm/scale"] : []) + (offset ? ["norm/offset"] : [])
      let layers: [any Layer] = [
        LayerNormalization(scale: scale, offset: offset),
        RMSNormalization(scale: scale, offset: offset),
        BatchNormalization(scale: scale, offset: offset),
        GroupNormalization(groups: 2, scale: scale, offset: offset),
        InstanceNormalization(scale: scale, offset: offset),
        ScaleAndShift(scale: scale, offset: offset),
      ]
      for layer in layers { #expect(try paths(layer) == wanted) }
    }
    #expect(try paths(RMSNormalization()) == ["norm/scale"])
    #expect(try paths(LayerNormalization()) == ["norm/scale", "norm/offset"])
  }

  @Test(
    "of padded sequences give what each sequence gives alone",
    arguments: [[4, 5, 6], [4, 5, 2, 6]], [1, 2, 6])
  func padding(shape: [Int], groups: Int) throws {
    let lengths = [3, 0, 5, 1]
    let x = try numbers(shape, seed: 8, .float64)
    let labels = shape.count == 3 ? "BTC" : "BTSC"
    func network(_ layer: any Layer) throws -> Network {
      let network = Network()
      try network.addInput("x", Layout(labels, [nil, nil] + shape.dropFirst(2).map { $0 }))
      try network.add(layer, named: "norm")
      try network.connect("x", to: "norm")
      return try drawn(network, for: [Tensor.zeros([2] + shape.dropFirst())])
    }
    let layers: [any Layer] =
      [GroupNormalization(groups: groups)] + (groups == 6 ? [InstanceNormalization()] : [])
    for layer in layers {
      let network = try network(layer)
      for phase in Phase.allCases {
        let whole = try RecordedPass(of: network, [x], phase, lengths: lengths) {
          try network($1, in: $0).map { try $0.zeroed(beyond: lengths) }
        }
        let alone = try RecordedPass(of: network, [x], phase) { context, inputs in
          let rows = try lengths.enumerated().map { row, length in
            let one = try inputs[0].slice(row..<row + 1)
            guard length > 0 else { return try one * 0 }
            let output = try network(one.slice(0..<length, axis: 1), in: context)
            let behind = try one.slice(length..<shape[1], axis: 1) * 0
            return try concatenate([output, behind], axis: 1)
          }
          return [try concatenate(rows, axis: 0)]
        }
        try whole.expectEqual(to: alone, "\(layer)")
      }
    }
  }

  @Test("refuse groups that do not divide the channels, in words")
  func refusals() throws {
    let network = Network { GroupNormalization(groups: 4) }
    #expect(
      message { try network.predict(numbers([2, 6])) }
        == "groupNorm: has 4 groups, for 6 channels. Give a number of groups that divides the number "
        + "of channels.")
    let instance = Network { InstanceNormalization() }
    #expect(
      message { try instance.predict(numbers([2, 6])) }
        == "instanceNorm: needs images or sequences, found shape [2, 6]. Give [batch, spatial or "
        + "time..., channels], or use LayerNormalization.")
    let batch = Network { BatchNormalization(epsilon: -1) }
    #expect(
      message { try batch.predict(numbers([2, 6])) }
        == "batchNorm: has epsilon -1.0. Give a finite number of 0 or more, such as 1e-5.")
  }
}
