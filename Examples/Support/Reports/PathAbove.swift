import Foundation

extension String {
  /// The path of the folder that a file or folder of this path is in: empty for a name alone, `/`
  /// for what stands at the root. Foundation's own ends the process for some names of one letter.
  var pathAbove: String {
    let name = reversed().drop { $0 == "/" }
    guard let slash = name.firstIndex(of: "/") else { return name.isEmpty ? self : "" }
    let above = name[slash...].drop { $0 == "/" }
    return above.isEmpty ? "/" : String(above.reversed())
  }

  /// The file or folder at this path, as the system finds it: where a folder on the way is a link,
  /// `..` is the folder above the one it leads to. A relative URL would lose that.
  var fileURL: URL {
    hasPrefix("/")
      ? URL(filePath: self)
      : URL(filePath: FileManager.default.currentDirectoryPath + "/" + self)
  }
}
