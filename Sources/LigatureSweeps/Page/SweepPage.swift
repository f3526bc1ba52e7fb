import Foundation
import LigatureFiles
import LigatureTraining
import LigatureViewing

extension SweepResults {
  /// The results as one HTML page that needs nothing else, from no other place: parallel
  /// coordinates with a line for each trial, coloured by its objective, of which some can be chosen
  /// by drawing along an axis; the table; the settings. O(trials).
  public var html: String { html(title: "Sweep") }

  /// The results as one HTML page under a title.
  public func html(title: String) -> String {
    SweepPage(self, title: title, isRunning: false).text
  }

  /// Writes the results as an HTML page. A file that is there is replaced as a whole or not at all.
  /// Throws `FileError` with the system's reason.
  public func save(to url: URL, title: String = "Sweep") throws {
    try writeAtomically(html(title: title), to: url)
  }
}

/// The page of a sweep. While it runs, the page loads itself again.
struct SweepPage {
  private let results: SweepResults
  private let title: String
  private let isRunning: Bool

  init(_ results: SweepResults, title: String, isRunning: Bool) {
    self.results = results
    self.title = title
    self.isRunning = isRunning
  }

  var text: String {
    PageText.page(
      title, css: SweepPageStyle.css, [figures, drawing, table, settings], script: script)
  }

  private static func escaped(_ text: String) -> String { PageText.escaped(text) }

  // MARK: Figures

  private var figures: String {
    let ended = results.trials.count(where: \.hasEnded)
    let seconds = results.trials.reduce(0) { $0 + $1.seconds }
    let stopped = results.trials.count { $0.status == .stopped }
    let failed = results.trials.count { $0.failure != nil }
    var list = [("state", state), ("trials", "\(ended) of \(results.plannedCount)")]
    if stopped > 0 { list.append(("stopped early", "\(stopped)")) }
    if failed > 0 { list.append(("failed", "\(failed)")) }
    if let best = results.best {
      list.append(("best \(results.objective.name)", best.objective?.shortText ?? ""))
      list.append(("best trial", "\(best.number)"))
    }
    list.append(("computing time", Self.time(seconds)))
    let items = list.map {
      "<div><dt>\(Self.escaped($0.0))</dt><dd>\(Self.escaped($0.1))</dd></div>"
    }
    return "<dl class=\"figures\">\(items.joined())</dl>"
  }

  private var state: String {
    isRunning ? "running" : results.stopReason?.rawValue ?? "done"
  }

  /// Seconds as people say it.
  private static func time(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e12).rounded())
    if seconds < 10 { return String(format: "%.1f s", seconds) }
    if whole < 60 { return "\(whole) s" }
    let minutes = whole / 60
    return minutes < 60
      ? "\(minutes) min \(whole % 60) s" : "\(minutes / 60) h \(minutes % 60) min"
  }

  // MARK: Drawing

  private var drawing: String {
    guard !results.trials.isEmpty else { return "<p class=\"muted\">No trial has ended yet.</p>" }
    return """
      <h2>Parallel coordinates</h2>
      <p class="legend">A line for each trial, worst <span class="scale"></span> best, broken where \
      it did not come to its end. Point at a line to read it; draw along an axis to choose some, \
      tap the axis to choose all.</p>
      <div class="rolling plot" id="plot"><noscript>The drawing needs JavaScript; the table below \
      does not.</noscript></div>
      <p class="readout" id="readout">\u{A0}</p>
      """
  }

  /// What the script draws.
  private var data: JSONValue {
    let axes = results.space.axes.map { axis in
      JSONValue.object(
        [.init("name", .string(axis.name))] + axis.hyperparameter.axisMembers)
    }
    let trials = results.trials.map { trial in
      JSONValue.object([
        .init("number", JSONValue(trial.number)),
        .init(
          "places",
          .array(
            zip(results.space.axes, trial.values.values).map { axis, value in
              JSONValue(finite: axis.hyperparameter.place(of: value))
            })),
        .init("texts", .array(trial.values.values.map { .string($0.shortText) })),
        .init("value", JSONValue(finite: trial.objective)),
        .init("status", .string(trial.statusName)),
        .init("words", .string(String(trial.statusText.prefix(200)))),
      ])
    }
    return .object([
      .init("objective", .string(results.objective.name)),
      .init("isHighest", .bool(results.objective.isHighest)),
      .init("isRunning", .bool(isRunning)), .init("axes", .array(axes)),
      .init("trials", .array(trials)),
    ])
  }

  private var script: String {
    guard !results.trials.isEmpty else {
      return isRunning ? "<script>setTimeout(() => location.reload(), 2000);</script>" : ""
    }
    return "<script>\n\"use strict\";\n(() => {\nconst data = "
      + "\(JSONValue.inScript(data.text));\n\(SweepPageScript.code)\n})();\n</script>"
  }

  // MARK: Tables

  private var table: String {
    let names = results.space.names
    let metrics = results.metricNames
    func cell(_ tag: String, _ text: String, isNumber: Bool) -> String {
      "<\(tag)\(isNumber ? " class=\"number\"" : "")>\(Self.escaped(text))</\(tag)>"
    }
    let head =
      (["trial"] + names + metrics + ["seconds"]).map { cell("th", $0, isNumber: true) }.joined()
      + cell("th", "status", isNumber: false)
    let rows = results.trials.map { trial in
      let cells =
        ["\(trial.number)"] + trial.values.values.map(\.shortText)
        + metrics.map { trial.value(of: $0).map(\.shortText) ?? "" }
        + [String(format: "%.1f", trial.seconds)]
      return "<tr id=\"trial-\(trial.number)\" class=\"\(trial.statusName)\">"
        + cells.map { cell("td", $0, isNumber: true) }.joined()
        + cell("td", String(trial.statusText.prefix(400)), isNumber: false) + "</tr>"
    }
    guard !rows.isEmpty else { return "" }
    return "<h2>Trials</h2>\n<div class=\"rolling\"><table>\n<thead><tr>\(head)</tr></thead>\n"
      + "<tbody>\n\(rows.joined(separator: "\n"))\n</tbody>\n</table></div>"
  }

  private var settings: String {
    let rows = results.settings.map { setting in
      let name = setting.name.replacingOccurrences(
        of: SweepResults.Setting.axisPrefix, with: "", options: .anchored)
      return
        "<tr><th scope=\"row\">\(Self.escaped(name))</th><td>\(Self.escaped(setting.text))</td></tr>"
    }
    return "<h2>Settings</h2>\n<div class=\"rolling\"><table class=\"settings\"><tbody>\n"
      + "\(rows.joined(separator: "\n"))\n</tbody></table></div>"
  }
}

extension Hyperparameter {
  /// What the script needs to label an axis: its ends and whether it is logarithmic, or the texts
  /// along it.
  fileprivate var axisMembers: [JSONValue.Member] {
    func range(_ low: Double, _ high: Double, isLogarithmic: Bool) -> [JSONValue.Member] {
      [
        .init("low", JSONValue(low)), .init("high", JSONValue(high)),
        .init("isLogarithmic", .bool(isLogarithmic)),
      ]
    }
    switch domain {
    case .uniform(let low, let high): return range(low, high, isLogarithmic: false)
    case .logUniform(let low, let high): return range(low, high, isLogarithmic: true)
    case .integer(let low, let high):
      return range(Double(low), Double(high), isLogarithmic: false) + [
        .init("isWhole", .bool(true))
      ]
    case .logInteger(let low, let high):
      return range(Double(low), Double(high), isLogarithmic: true) + [.init("isWhole", .bool(true))]
    case .values(let values), .choice(let values):
      return [.init("texts", .array(values.map { .string($0.shortText) }))]
    }
  }
}
