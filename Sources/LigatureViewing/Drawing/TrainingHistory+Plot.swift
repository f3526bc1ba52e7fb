import LigatureDrawing
import LigatureTraining

extension TrainingHistory {
  /// Loss and metrics over the epochs, in training and on validation data, a panel each.
  ///
  ///     try history.plot().write(to: url)
  public func plot(title: String = "Training", isLogarithmic: Bool = false) -> LinePlot {
    let metrics = Set(
      epochs.flatMap { Array($0.trainingMetrics.keys) + Array($0.validationMetrics.keys) })
    func panel(
      _ title: String, _ training: (Epoch) -> Double?, _ validation: (Epoch) -> Double?
    ) -> LinePlot.Panel {
      func series(_ name: String, _ value: (Epoch) -> Double?) -> LinePlot.Series? {
        let found = epochs.compactMap { epoch in value(epoch).map { (Double(epoch.epoch), $0) } }
        return found.isEmpty
          ? nil : LinePlot.Series(name, x: found.map(\.0), y: found.map(\.1))
      }
      return LinePlot.Panel(
        title: title, xLabel: "epoch",
        series: [series("training", training), series("validation", validation)].compactMap { $0 },
        hasLogarithmicY: isLogarithmic)
    }
    return LinePlot(
      title: title,
      panels: [panel("Loss", { $0.trainingLoss }, { $0.validationLoss })]
        + metrics.sorted().map { name in
          panel(name, { $0.trainingMetrics[name] }, { $0.validationMetrics[name] })
        })
  }
}
