import Foundation
import LigatureFiles

extension NetworkDiagram {
  /// Writes the drawing in the format that the file's name ends in: `.svg`, `.mmd` or `.mermaid`,
  /// `.dot` or `.gv`. A file that is there is replaced as a whole or not at all. Throws
  /// `FileError`, for other names too.
  public func save(to url: URL) throws {
    let text: String
    switch url.pathExtension.lowercased() {
    case "svg": text = svg
    case "mmd", "mermaid": text = mermaid
    case "dot", "gv": text = dot
    default:
      throw FileError(
        file: url.path, expected: "a name that ends in .svg, .mmd or .dot",
        found: url.pathExtension.isEmpty ? "no ending" : "\".\(url.pathExtension)\"",
        remedy: "name the file for what is to be in it")
    }
    try writeAtomically(text, to: url)
  }
}
