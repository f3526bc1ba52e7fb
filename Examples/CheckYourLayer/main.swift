import Ligature

/// Checks two layers, a sound one and a broken one, and prints what is found.
let layout = Layout("BC", [nil, 3])
for layer in [TwiceRefined(), ForgetfulScale()] as [any Layer] {
  print(checkLayer(layer, layout), terminator: "\n\n")
}
