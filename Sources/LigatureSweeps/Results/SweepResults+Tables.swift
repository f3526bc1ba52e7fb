import Foundation
import LigatureFiles
import LigatureNetworks
import LigatureTensors

extension SweepResults: CustomStringConvertible {
  /// A table of all trials, with numbers to four digits, and a line with the best one.
  public var description: String {
    var columns: [(title: String, alignment: TextTable.Alignment)] = [("trial", .right)]
    columns += space.names.map { ($0, .right) }
    columns += metricNames.map { ($0, .right) }
    columns.append(("status", .left))
    var table = TextTable(columns)
    for trial in trials {
      var cells = ["\(trial.number)"]
      cells += trial.values.values.map(\.shortText)
      cells += metricNames.map { trial.value(of: $0).map(\.shortText) ?? "" }
      // An error's words may be long, and of several lines.
      let status = trial.statusText.split(whereSeparator: \.isNewline).first.map(String.init)
      cells.append(String((status ?? "").prefix(120)))
      table.add(cells)
    }
    return (table.lines + [summary]).joined(separator: "\n")
  }

  /// What came out, in a line.
  private var summary: String {
    var parts = [counted(trials.count { $0.status == .completed }, "trial") + " completed"]
    let stopped = trials.count { $0.status == .stopped }
    let failed = trials.count { if case .failed = $0.status { true } else { false } }
    if stopped > 0 { parts.append("\(stopped) stopped early") }
    if failed > 0 { parts.append("\(failed) failed") }
    if let stopReason {
      parts.append(
        "\(stopReason.rawValue) before the other \(plannedCount - trials.count(where: \.hasEnded))")
    }
    let winner = best.map { best in
      "best is trial \(best.number), \(objective.name) \((best.objective ?? .nan).shortText); "
    }
    return (winner ?? "") + parts.joined(separator: ", ")
  }

  /// The objective and then the other metrics of completed trials, in order of their names.
  var metricNames: [String] {
    let others = Set(trials.flatMap(\.metrics.keys)).subtracting([objective.name]).sorted()
    return [objective.name] + others
  }

  /// A CSV table with all digits: trial, hyperparameters, metrics, status, and where it ended.
  public var csv: String {
    let reports = Set(trials.flatMap(\.rungs).map(\.resource)).sorted()
    let header =
      ["trial"] + space.names + metricNames
      + reports.map { "\(objective.name) at \($0)" } + ["status"]
    let rows = trials.map { trial in
      ["\(trial.number)"] + trial.values.values.map { "\($0)" }
        + metricNames.map { name in trial.value(of: name).map(\.words) ?? "" }
        + reports.map { place in
          trial.rungs.first { $0.resource == place }.map { "\($0.value)" } ?? ""
        } + [trial.statusText]
    }
    return ([header] + rows).map(\.csvRow).joined()
  }

  /// All trials as JSON, with settings; numbers that are not finite are null.
  public var json: String {
    JSONValue.object([
      .init("objective", .string("\(objective)")),
      .init("settings", .object(settings.map { .init($0.name, .string($0.text)) })),
      .init("planned", JSONValue(plannedCount)),
      .init("stopReason", stopReason.map { .string($0.rawValue) } ?? .null),
      .init("trials", .array(trials.map(\.json))),
    ]).text
  }
}

extension TrialResult {
  /// Whether it is neither under way nor to be.
  var hasEnded: Bool { status != .paused }

  /// A metric of it; of the objective also what it last reported.
  func value(of metric: String) -> Double? {
    metric == objectiveName ? objective : metrics[metric]
  }

  /// The trial without the time it took.
  fileprivate var json: JSONValue {
    .object([
      .init("number", JSONValue(number)),
      .init("values", valuesJSON), .init("status", .string(statusName)),
      .init("error", failure.map { .string($0) } ?? .null),
      .init("objective", JSONValue(finite: objective)), .init("metrics", metricsJSON),
      .init("rungs", rungsJSON),
    ])
  }

  /// The name of its status in files.
  var statusName: String {
    switch status {
    case .completed: "completed"
    case .stopped: "stopped"
    case .failed: "failed"
    case .paused: "paused"
    }
  }

  /// Why it failed.
  var failure: String? { if case .failed(let words) = status { words } else { nil } }

  /// Values by name.
  var valuesJSON: JSONValue {
    .object(zip(values.names, values.values).map { .init($0, $1.json) })
  }

  /// Metrics by name.
  var metricsJSON: JSONValue {
    .object(metrics.sorted { $0.key < $1.key }.map { .init($0.key, JSONValue(finite: $0.value)) })
  }

  /// The same for files, in which numbers that are not finite are texts.
  var storedMetricsJSON: JSONValue {
    .object(
      metrics.sorted { $0.key < $1.key }.map { name, value in
        .init(name, value.isFinite ? JSONValue(value) : .string(value.words))
      })
  }

  /// Reports as pairs.
  var rungsJSON: JSONValue {
    .array(rungs.map { .array([JSONValue($0.resource), JSONValue(finite: $0.value)]) })
  }
}

extension JSONValue {
  /// A number, or null where there is none or it is not finite.
  init(finite number: Double?) {
    self = number.flatMap { $0.isFinite ? JSONValue($0) : nil } ?? .null
  }
}

extension HyperparameterValue {
  /// The value in a file.
  var json: JSONValue {
    switch self {
    case .number(let value): JSONValue(value)
    case .integer(let value): JSONValue(value)
    case .text(let value): .string(value)
    case .truth(let value): .bool(value)
    }
  }

  /// The value in a table.
  var shortText: String {
    if case .number(let value) = self { value.shortText } else { "\(self)" }
  }
}

extension Double {
  /// The number to four digits.
  var shortText: String { String(format: "%.4g", self) }
}
