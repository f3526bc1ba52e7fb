import Ligature

/// Scales each channel, with a backward written by hand that is wrong: a broken layer.
struct ForgetfulScale: CustomBackward, Codable {
  @Learnable var scale: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .full([x.shape[1]], 1, context.scalarType)
  }

  func forward(
    remembering x: Tensor, in context: Context
  ) throws -> (output: Tensor, memory: Tensor) {
    (try x * scale, x)
  }

  func backward(_ gradients: [Tensor], memory x: Tensor) throws -> LayerGradients {
    // The scale acts on every observation, so its gradient is the sum over the batch, not the mean.
    LayerGradients(
      inputs: [try gradients[0] * scale],
      learnables: ["scale": try (gradients[0] * x).mean(0)])
  }
}
