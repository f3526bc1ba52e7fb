/// Colours, sizes and the style sheet of plots.
enum PlotStyle {
  static let titleSize = 16.0
  static let panelTitleSize = 13.5
  static let labelSize = 12.0
  static let tickSize = 11.0

  /// How much wider bold text is than `SVGText.width` says, at the most.
  static let boldWidening = 1.2

  /// The colours of Okabe and Ito ("Color Universal Design", 2008), those that stand out on white
  /// first, without their yellow; with the shades used on a dark ground.
  private static let series: [(light: String, dark: String)] = [
    ("#0072b2", "#56b4e9"), ("#d55e00", "#f28e3c"), ("#009e73", "#2fc79a"),
    ("#cc79a7", "#e39ac3"), ("#a87900", "#e6b422"), ("#3d8fc4", "#8fd0f5"),
    ("#4d4d4d", "#c9d1d9"),
  ]

  /// The class of a series by its place; after the last colour the first comes again.
  static func seriesClass(_ index: Int) -> String { "s\(max(0, index) % series.count)" }

  /// The style sheet, light by default, dark where the viewer asks for it.
  static var sheet: String {
    """
    text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;\
    fill:#1f2328}
    .muted{fill:#59636e}.ground{fill:#ffffff}
    .grid{stroke:#e4e7eb;stroke-width:1}.axis{stroke:#8c959f;stroke-width:1}
    .diagonal{stroke:#8c959f;stroke-width:1;stroke-dasharray:2 3}
    .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
    .dashed{stroke-dasharray:6 5}.dots{stroke:none}.faint{fill-opacity:.65}
    \(series.enumerated().map { rules($0.offset, $0.element.light) }.joined(separator: "\n"))
    @media(prefers-color-scheme:dark){
    text{fill:#e6edf3}.muted{fill:#9ea7b1}.ground{fill:#0d1117}
    .grid{stroke:#2a3038}.axis,.diagonal{stroke:#6e7681}
    \(series.enumerated().map { rules($0.offset, $0.element.dark) }.joined(separator: "\n"))
    }
    """
  }

  private static func rules(_ index: Int, _ color: String) -> String {
    ".line.s\(index){stroke:\(color)}.dots.s\(index){fill:\(color)}"
  }
}
