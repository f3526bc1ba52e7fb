import Foundation
import LigatureFiles

/// One or several panels of lines and points, side by side, as an SVG picture.
///
///     let plot = LinePlot(
///       title: "Training",
///       panels: [
///         LinePlot.Panel(
///           title: "Loss", xLabel: "epoch",
///           series: [
///             LinePlot.Series("training", y: losses), LinePlot.Series("validation", y: others),
///           ]),
///         LinePlot.Panel(
///           title: "RMSE", xLabel: "epoch", series: [LinePlot.Series("validation", y: rmse)]),
///       ])
///     try plot.write(to: url)
///
/// Values that are not finite leave gaps, as do values that are not positive on a logarithmic axis.
/// The colours are those of Okabe and Ito, which people with any kind of colour vision tell apart;
/// viewers that ask for a dark picture get one.
public struct LinePlot: Sendable, Equatable {
  /// How the values of a series are shown.
  public enum Style: Sendable {
    /// Neighbouring values are joined by a line.
    case line
    /// Neighbouring values are joined by a broken line.
    case dashedLine
    /// Every value is a dot.
    case points
  }

  /// Named values.
  public struct Series: Sendable, Equatable {
    /// What the legend calls it; a series without a name is not in the legend.
    public var name: String
    /// Where the values stand on the x axis.
    public var x: [Double]
    /// The values.
    public var y: [Double]
    /// How they are shown.
    public var style: Style
    /// The place of another series in the panel, from 0, whose colour this one has too; nil for a
    /// colour of its own.
    public var colorOf: Int?

    /// Makes a series of values at given places; what one of them has more than the other is not
    /// shown.
    public init(
      _ name: String, x: [Double], y: [Double], style: Style = .line, colorOf: Int? = nil
    ) {
      self.name = name
      self.x = x
      self.y = y
      self.style = style
      self.colorOf = colorOf
    }

    /// Makes a series of values at 1, 2, 3, such as one value per epoch.
    public init(_ name: String, y: [Double], style: Style = .line) {
      self.init(name, x: (0..<y.count).map { Double($0 + 1) }, y: y, style: style)
    }
  }

  /// A pair of axes with the series drawn in it.
  public struct Panel: Sendable, Equatable {
    /// What stands above the panel.
    public var title: String
    /// What stands below the x axis.
    public var xLabel: String
    /// What stands beside the y axis.
    public var yLabel: String
    /// The series, the first one at the bottom.
    public var series: [Series]
    /// Whether the x axis is logarithmic.
    public var hasLogarithmicX: Bool
    /// Whether the y axis is logarithmic.
    public var hasLogarithmicY: Bool
    /// Whether both axes have the same range and a thin line marks where x and y are equal.
    public var showsDiagonal: Bool

    /// Makes a panel.
    public init(
      title: String = "", xLabel: String = "", yLabel: String = "", series: [Series],
      hasLogarithmicX: Bool = false, hasLogarithmicY: Bool = false, showsDiagonal: Bool = false
    ) {
      self.title = title
      self.xLabel = xLabel
      self.yLabel = yLabel
      self.series = series
      self.hasLogarithmicX = hasLogarithmicX
      self.hasLogarithmicY = hasLogarithmicY
      self.showsDiagonal = showsDiagonal
    }

    /// A panel of predicted values against true ones: dots, and a line on which a perfect model's
    /// dots lie.
    public static func predictions(
      title: String = "", predicted: [Double], truth: [Double], name: String = ""
    ) -> Panel {
      Panel(
        title: title, xLabel: "truth", yLabel: "prediction",
        series: [Series(name, x: truth, y: predicted, style: .points)], showsDiagonal: true)
    }
  }

  /// What stands above all panels.
  public var title: String

  /// The panels from left to right.
  public var panels: [Panel]

  /// Makes a plot.
  public init(title: String = "", panels: [Panel]) {
    self.title = title
    self.panels = panels
  }

  /// Writes the plot as an SVG file, as a whole or not at all.
  ///
  /// - Throws: `FileError` with the system's reason.
  public func write(to url: URL) throws {
    try writeAtomically(svg(), to: url)
  }
}
