import Ligature
import Testing

@testable import ExampleSupport
@testable import NestedAutoencoder
@testable import WiredAutoencoder

@Suite("The autoencoder examples")
struct AutoencoderTests {
  /// Drawn digits of a quarter of their width and height, `[count, 7, 7, 1]`.
  private func digits(_ count: Int) throws -> Tensor {
    let (side, part) = (StrokeDigits.side, 4)
    let images = try Tensor(
      StrokeDigits(count: count, seed: 2).images,
      shape: [count, side / part, part, side / part, part, 1])
    return try images.mean(axes: [2, 4])
  }

  private func trained(
    _ make: (_ imageSize: [Int], _ seed: Int) throws -> Network, on images: Tensor, _ recipe: Recipe
  ) throws -> (history: TrainingHistory, output: Tensor) {
    let network = try make(Array(images.shape.dropFirst()), 5)
    var options = recipe.options(epochs: 3, batchSize: 16, seed: 5)
    let data = try TrainingData(reconstructing: images)
    options.validation = data
    let history = try train(network, on: data, loss: .binaryCrossEntropy, options: options)
    return (history, try network.predict(images))
  }

  @Test("nested and wired have the same losses, to the last bit", arguments: Recipe.allCases)
  func losses(recipe: Recipe) throws {
    let images = try digits(64)
    let nested = try trained(NestedAutoencoder.network, on: images, recipe)
    let wired = try trained(WiredAutoencoder.network, on: images, recipe)
    #expect(nested.history.iterationLosses.count == 12)
    #expect(wired.history.iterationLosses == nested.history.iterationLosses)
    #expect(
      wired.history.epochs.map(\.validationLoss) == nested.history.epochs.map(\.validationLoss))
    #expect(try wired.output.isIdentical(to: nested.output))
    #expect(nested.history.iterationLosses.last! < nested.history.iterationLosses[0])
  }

  @Test("learn the same numbers of the same images")
  func counts() throws {
    let nested = try NestedAutoencoder.network(imageSize: [4, 4, 1], seed: 1)
    let wired = try WiredAutoencoder.network(imageSize: [4, 4, 1], seed: 1)
    #expect(nested.learnableCount == 16 * 16 + 16 * 8 + 8 * 4 + 28 + 8 + 16 + 16)
    #expect(wired.learnableCount == nested.learnableCount)
    #expect(wired.untiedLearnableCount == nested.untiedLearnableCount)
    #expect(
      wired.ties.map(\.description) == [
        "fc_enc1/weights = fc_dec3/weights (transpose1) (used by fc_enc1, fc_dec3)",
        "fc_enc2/weights = fc_dec2/weights (transpose2) (used by fc_enc2, fc_dec2)",
        "fc_enc3/weights = fc_dec1/weights (transpose3) (used by fc_enc3, fc_dec1)",
      ])
  }
}
