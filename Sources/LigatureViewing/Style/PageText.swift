import LigatureDrawing

/// Text in pages.
package enum PageText {
  /// Text that is safe between tags and in quoted attributes.
  package static func escaped(_ text: String) -> String { SVGText.escaped(text) }
}
