/// Every bit of some numbers, folded into a short text (FNV-1a over whole numbers): equal numbers
/// have equal texts, and others, most likely, others.
public func fingerprint(of numbers: [Double]) -> String {
  let folded = numbers.map(\.bitPattern).reduce(UInt64(14_695_981_039_346_656_037)) {
    ($0 ^ $1) &* 1_099_511_628_211
  }
  return "fingerprint " + String(folded, radix: 16)
}
