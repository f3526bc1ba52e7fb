import Ligature

/// The flag by which a program looks at its network instead of training it.
public let analyzeFlag = Flag<Bool>.switch(
  "analyze", "print what the network is made of, write analysis.html, and do not train")

/// Prints the analysis of a network, and writes it as a page into a folder.
///
/// - Throws: `OutputError` if the page cannot be written.
public func writeAnalysis(of network: Network, title: String, into folder: OutputFolder) throws {
  let analysis = network.analysis
  print(analysis)
  try folder.write("analysis.html") { try analysis.save(to: $0, title: title) }
  print("wrote analysis.html into \(folder.path)")
}
