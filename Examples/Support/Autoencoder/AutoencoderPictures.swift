import Ligature
import LigatureDrawing

/// The pictures the example leaves behind.
struct AutoencoderPictures {
  let folder: OutputFolder

  /// The first test images, and beneath each its reconstruction.
  func writeReconstructions(_ originals: Tensor, _ rebuilt: Tensor) throws {
    func tiles(_ images: Tensor) throws -> [Raster] {
      let (rows, columns) = (images.shape[1], images.shape[2])
      return try (0..<images.shape[0]).map { index in
        Raster(grey: try images[index].scalars(as: Float.self), width: columns, height: rows)
      }
    }
    let picture = Raster.comparison(
      [
        Raster.Strip("original", try tiles(originals)),
        Raster.Strip("reconstruction", try tiles(rebuilt)),
      ], title: "Test digits and what 196 numbers keep of each"
    )
    try folder.write("reconstructions.png") { try picture.writePNG(to: $0) }
  }

  /// Loss and RMSE by epoch.
  func writeTraining(_ history: TrainingHistory, monitored: String) throws {
    let epochs = history.epochs
    func panel(
      _ title: String, _ training: [Double], _ validation: [Double?]
    ) -> LinePlot.Panel {
      LinePlot.Panel(
        title: title, xLabel: "epoch", yLabel: title,
        series: [
          LinePlot.Series("training", y: training),
          LinePlot.Series(monitored, y: validation.map { $0 ?? .nan }, style: .dashedLine),
        ])
    }
    let name = Metric.rmse.name
    let plot = LinePlot(
      title: "Weight-tied autoencoder",
      panels: [
        panel(
          "binary cross-entropy", epochs.map(\.trainingLoss), epochs.map(\.validationLoss)),
        panel(
          "RMSE", epochs.map { $0.trainingMetrics[name] ?? .nan },
          epochs.map { $0.validationMetrics[name] }),
      ]
    )
    try folder.write("training.svg") { try plot.write(to: $0) }
  }
}
