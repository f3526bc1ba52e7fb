import LigatureDrawing

/// Text in pages.
package enum PageText {
  /// Text that is safe between tags and in quoted attributes.
  package static func escaped(_ text: String) -> String { SVGText.escaped(text) }

  /// A page of its own: a title, a style beside that of all pages, what stands below the title, and
  /// a script.
  package static func page(
    _ title: String, css: String, _ parts: [String], script: String
  ) -> String {
    let name = escaped(title)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(name)</title>
      <style>
      \(PageStyle.colors)
      \(PageStyle.page)
      \(css)
      </style>
      </head>
      <body>
      <main>
      <h1>\(name)</h1>
      \(parts.joined(separator: "\n"))
      </main>
      \(script)
      </body>
      </html>

      """
  }
}
