import Foundation
import Ligature

extension Mutant {
  /// Layers whose passes throw, return something else than they say, or depend on more than their
  /// input.
  static let runs: [Mutant] = [
    .function(.predictRuns, "a layer that throws in training only") { x, gain, context in
      guard !context.isTraining else { throw LayerError(context.path, "cannot train", remedy: "") }
      return try x * gain
    },
    .function(.predictRuns, "a layer that throws in inference only") { x, gain, context in
      guard context.isTraining else { throw LayerError(context.path, "cannot infer", remedy: "") }
      return try x * gain
    },
    .function(.predictRuns, "a product along the wrong axis") { x, gain, _ in
      try matmul(x, gain.reshaped(to: [1, 5]))
    },
    .function(.phaseSizes, "training that keeps an axis", on: [.sequences]) { x, gain, context in
      try (x * gain).sum(1, keepingAxes: context.isTraining)
    },
    .function(.phaseSizes, "training that returns another scalar type") { x, gain, context in
      let y = try x * gain
      return context.isTraining ? try y.cast(to: .float64) : y
    },
    Mutant(.declaredLayout, "a declared layout of another rank") {
      Laid { shapes, _ in shapes.map { Layout("BTC", [nil, nil] + [$0.last]) } }
    },
    Mutant(.declaredLayout, "too few declared layouts") { Laid { _, _ in [] } },
    Mutant(.declaredLayout, "a declared size that does not come out") {
      Laid { _, _ in [Layout("BC", [nil, 4])] }
    },
    .function(.declaredLayout, "an output cut where a value says so") { x, gain, _ in
      let kept = try Swift.max(1, x.doubles().count { $0 > 0 } % 4)
      return try (x * gain).slice(0..<kept, axis: 1)
    },
    .function(.scalarType, "a constant that is always float32") { x, gain, _ in
      try x * gain + Tensor.full([5], 0.5)
    },
    .function(.scalarType, "an output that is always float32") { x, gain, _ in
      try (x * gain).cast(to: .float32)
    },
    .function(.scalarType, "a mask that is always float32, in training only") { x, gain, context in
      guard context.isTraining else { return try x * gain }
      var stream = context.randomStream()
      return try x * gain * stream.mask(x.shape, keep: 0.5, value: 2)
    },
    .function(.determinism, "randomness from the global generator in inference") { x, gain, _ in
      try x * gain * Double.random(in: 0..<1)
    },
    .function(.determinism, "randomness from the global generator in training") {
      x, gain, context in try x * gain * (context.isTraining ? Double.random(in: 0..<1) : 1)
    },
    .function(.determinism, "randomness from the context in inference") { x, gain, context in
      var stream = context.randomStream()
      return try x * gain * stream.mask(x.shape, keep: 0.5, value: 2, x.scalarType)
    },
    Mutant(.determinism, "a result that depends on how often the layer ran") {
      let count = Box(0)
      return scaling { x, gain, _ in
        try x * gain
          + Double(
            count.change {
              $0 += 1; return $0
            })
      }
    },
    Mutant(.determinism, "an input remembered in a plain property") {
      let last = Box<Tensor?>(nil)
      return scaling { x, gain, _ in
        defer { last.value = x.detached }
        guard let before = last.value, before.shape == x.shape, before.scalarType == x.scalarType
        else { return try x * gain }
        return try x * gain + before
      }
    },
    Mutant(.backwardRuns, "a backward that counts its calls") {
      let calls = Box(0)
      return try HandwrittenLinear { gradient, x, weights in
        let factor = Double(
          calls.change {
            $0 += 1; return $0
          })
        return try HandwrittenLinear.right(gradient * factor, x, weights)
      }
    },
    .function(.inputsUnchanged, "an input negated in place") { x, gain, _ in
      try overwrite(x) { -$0 }
      return try x * gain
    },
    .function(.inputsUnchanged, "an input clipped in place, in training only") { x, gain, context in
      if context.isTraining { try overwrite(x) { Swift.max($0, 0) } }
      return try x * gain
    },
    .function(.inputsUnchanged, "a learnable written through a pointer") { x, gain, _ in
      try overwrite(gain) { $0 * 0.5 }
      return try x * gain
    },
    Mutant(.inputsUnchanged, "a learnable assigned in predict") { SelfAssigning(phase: nil) },
    Mutant(.inputsUnchanged, "a learnable assigned in training") {
      SelfAssigning(phase: .training)
    },
    Mutant(.phaseDifference, "a forward that overrides nothing", CheckOptions(phasesDiffer: true)) {
      NoisyScaling()
    },
    Mutant(
      .phaseDifference, "training that differs without being meant to",
      CheckOptions(phasesDiffer: false)
    ) {
      scaling { x, gain, context in try context.isTraining ? x * gain * 2 : x * gain }
    },
    .function(.wrongInputs, "a learnable cut to the channels that come") { x, gain, _ in
      let channels = Swift.min(x.shape[1], 5)
      return try x.slice(0..<channels, axis: 1) * gain.slice(0..<channels)
    },
    .function(.wrongInputs, "channels beyond the learnable's are ignored") { x, gain, _ in
      try x.slice(0..<5, axis: 1) * gain
    },
    .function(.wrongInputs, "any channels in place of features, by a sum") { x, gain, _ in
      try x.sum(1, keepingAxes: true) * gain
    },
    Mutant(.memoryGrowth, "outputs kept in an array") {
      let kept = Box<[Tensor]>([])
      return scaling { x, gain, _ in
        let y = try x * gain
        kept.change { $0.append(y.detached) }
        return y
      }
    },
    Mutant(.memoryGrowth, "gradients kept in an array") {
      let kept = Box<[Tensor]>([])
      return try HandwrittenLinear { gradient, x, weights in
        let result = try HandwrittenLinear.right(gradient, x, weights)
        kept.change { $0 += result.learnables.values.map { $0 } }
        return result
      }
    },
    Mutant(.concurrency, "a buffer that all calls share") {
      let buffer = Box<Tensor?>(nil)
      return scaling { x, gain, _ in
        buffer.value = try x * gain
        usleep(300)
        return try buffer.value ?? (x * gain)
      }
    },
    Mutant(.concurrency, "a flag for being busy") {
      let busy = Box(false)
      return scaling { x, gain, context in
        let isBusy = busy.change { flag in
          defer { flag = true }
          return flag
        }
        guard !isBusy else { throw LayerError(context.path, "busy", remedy: "") }
        defer { busy.value = false }
        usleep(300)
        return try x * gain
      }
    },
  ]
}

/// Writes into a tensor's own memory, which nothing that is public is meant to allow.
func overwrite(_ tensor: Tensor, _ change: (Double) -> Double) throws {
  switch tensor.scalarType {
  case .float32:
    try tensor.withScalars(as: Float.self) { scalars in
      let memory = UnsafeMutableBufferPointer(mutating: scalars)
      for index in memory.indices { memory[index] = Float(change(Double(memory[index]))) }
    }
  default:
    try tensor.withScalars(as: Double.self) { scalars in
      let memory = UnsafeMutableBufferPointer(mutating: scalars)
      for index in memory.indices { memory[index] = change(memory[index]) }
    }
  }
}

/// Hands its input on, under layouts that a closure declares.
private struct Laid: CustomLayer {
  let layouts: @Sendable ([[Int]], [Layout]) -> [Layout]
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * 2 }
  func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    layouts(shapes, inputs)
  }
}

/// Halves its learnable whenever it runs in a phase.
private struct SelfAssigning: CustomLayer {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  let phase: Phase?
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    if phase == nil || phase == context.phase { gain = try gain.detached * 0.5 }
    return try x * gain
  }
}

private class PlainScaling: CustomLayer, @unchecked Sendable {
  @Learnable final var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

/// Meant to add noise in training; but its superclass took `forward` from the protocol's default.
private final class NoisyScaling: PlainScaling, @unchecked Sendable {
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    var stream = context.randomStream()
    return try predict(x, in: context) + stream.normal(x.shape, x.scalarType)
  }
}
