import Foundation
import LigatureTraining
import Testing

@testable import LigatureSweeps

@Suite("The page of a sweep")
struct SweepPageTests {
  @Test("shows every trial, needs nothing from elsewhere, and cannot be broken by names")
  func page() throws {
    let results = try sweep(
      over: ["</script><b>": .uniform(0, 1), "k&\"": .choice(["<i>", "b"])], trials: 12,
      verbose: .silent
    ) { trial -> Double in
      if trial.number == 3 { throw CancellationError() }
      return try trial["</script><b>"]
    }
    let html = results.html(title: "A <sweep>")
    #expect(html.contains("<title>A &lt;sweep&gt;</title>"))
    #expect(!html.contains("<b>") && !html.contains("<i>"))
    #expect(html.components(separatedBy: "</script>").count == 2)
    #expect(!html.contains("http://www.w3.org/1999") && !html.contains("https://"))
    #expect(!html.contains("src=") && !html.contains("href="))
    for number in 1...12 { #expect(html.contains("<tr id=\"trial-\(number)\"")) }
    #expect(html.contains("failed: CancellationError()"))
    #expect(html.contains("<tr><th scope=\"row\">seed</th><td>0</td></tr>"))
    try inFolder { folder in
      let url = folder.appending(path: "page.html")
      try results.save(to: url, title: "A <sweep>")
      #expect(try String(contentsOf: url, encoding: .utf8) == html)
    }
  }

  @Test("loads itself again while the sweep runs, and then no more")
  func running() throws {
    let results = try sweep(over: ["a": .uniform(0, 1)], trials: 2, verbose: .silent) { _ in 1.0 }
    #expect(SweepPage(results, title: "", isRunning: true).text.contains("\"isRunning\":true"))
    #expect(results.html.contains("\"isRunning\":false"))
    let none = SweepResults(
      [], objective: .loss, space: ["a": .uniform(0, 1)], plannedCount: 2, stopReason: nil,
      settings: [])
    #expect(SweepPage(none, title: "", isRunning: true).text.contains("location.reload"))
    #expect(!none.html.contains("<script>"))
  }
}
